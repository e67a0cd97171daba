//! Queueing messages. One write stores a message; the outbox sees it there and hands it on.

use switchboard_model::access::{Permit, SendMessages};
use switchboard_model::conversation::{ConversationKey, Customer};
use switchboard_model::message::{Content, Direction, Message, Progress};
use switchboard_model::messaging::MessagingSettings;
use switchboard_model::phone_number::PhoneNumber;
use switchboard_model::{DomainError, Id};

use super::Messages;
use crate::conversations::filing::file;
use crate::gate::Entry;

/// From where to whom a message goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// The workspace that sends.
    pub workspace_id: Id,
    /// The number that it sends from.
    pub phone_number_id: Id,
    /// Whom it sends to.
    pub to: Customer,
}

/// A text to send.
#[derive(Clone, Debug)]
pub struct SendText {
    /// From where to whom.
    pub recipient: Recipient,
    /// 1 to 4,096 characters.
    pub text: String,
}

impl Recipient {
    fn conversation(&self) -> ConversationKey {
        ConversationKey { phone_number_id: self.phone_number_id, customer: self.to.clone() }
    }
}

impl Messages {
    /// Queues a text.
    pub async fn send_text(
        &self,
        permit: &Permit<SendMessages>,
        send: SendText,
    ) -> Result<Message, DomainError> {
        let entry = self.enter_to_send(permit, &send.recipient).await?;
        self.check_window(&entry)?;
        self.queue(entry, send.recipient, Content::Text { text: send.text }).await
    }

    pub(super) async fn enter_to_send(
        &self,
        permit: &Permit<SendMessages>,
        recipient: &Recipient,
    ) -> Result<Entry, DomainError> {
        self.gate.enter_to_send(permit, recipient.workspace_id, &recipient.conversation()).await
    }

    /// Free-form messages may only follow a customer's within 24 hours, and Meta refuses those that do not. The
    /// workspace may leave that to Meta.
    pub(super) fn check_window(&self, entry: &Entry) -> Result<(), DomainError> {
        sending_number(entry)?;
        let open = entry
            .conversation
            .as_ref()
            .is_some_and(|conversation| conversation.window_is_open(self.resources.now()));
        if open || !MessagingSettings::of(&entry.workspace.settings).enforce_window {
            return Ok(());
        }
        Err(DomainError::WindowClosed)
    }

    pub(super) async fn queue(
        &self,
        entry: Entry,
        to: Recipient,
        content: Content,
    ) -> Result<Message, DomainError> {
        let number = sending_number(&entry)?;
        let draft = Message {
            id: Id::NONE,
            workspace_id: entry.workspace.id,
            conversation: to.conversation(),
            wa_message_id: None,
            direction: Direction::Outbound,
            business_number: number.phone_number.as_str().to_owned(),
            content,
            sent_by: entry.user_id,
            created_at: self.resources.now(),
            progress: Progress::default(),
            attempt: None,
            refusals: None,
            slot: None,
            campaign: None,
        };
        let resources = self.resources.watched_by(&entry.workspace.watched);
        Ok(Box::pin(file(&resources, draft, None, entry.conversation)).await?)
    }
}

/// The number of an entry, if it may take messages.
pub(super) fn sending_number(entry: &Entry) -> Result<&PhoneNumber, DomainError> {
    let number = entry.phone_number.as_ref().filter(|number| number.deleted_at.is_none());
    let number = number.ok_or(DomainError::PhoneNumberNotFound)?;
    if number.accepts_messages() { Ok(number) } else { Err(DomainError::PhoneNumberInactive) }
}
