//! Messages to customers: queueing them, and how far they have come.

use switchboard_model::access::{Permit, ReadWorkspace, SendMessages};
use switchboard_model::address::PhoneAddress;
use switchboard_model::conversation::{ConversationKey, Customer};
use switchboard_model::message::{Content, Direction, Message, Progress};
use switchboard_model::{DomainError, Id};

use crate::{Gate, Resources};

/// Messages to customers.
#[derive(Clone)]
pub struct Messages {
    resources: Resources,
    gate: Gate,
}

/// A text to send.
#[derive(Clone, Debug)]
pub struct SendText {
    /// The workspace that sends.
    pub workspace_id: Id,
    /// The number that it sends from.
    pub phone_number_id: Id,
    /// The number that it sends to.
    pub to: PhoneAddress,
    /// 1 to 4,096 characters.
    pub text: String,
}

impl Messages {
    /// Messages of the workspaces behind `gate`.
    pub fn new(resources: Resources, gate: Gate) -> Self {
        Self { resources, gate }
    }

    /// Queues a text. One write stores it; the outbox sees it there and hands it on.
    pub async fn send_text(
        &self,
        permit: &Permit<SendMessages>,
        send: SendText,
    ) -> Result<Message, DomainError> {
        let entry = self.gate.enter_with(permit, send.workspace_id, Some(send.phone_number_id)).await?;
        let number = entry.phone_number.filter(|number| number.deleted_at.is_none());
        let number = number.ok_or(DomainError::PhoneNumberNotFound)?;
        if !number.accepts_messages() {
            return Err(DomainError::PhoneNumberInactive);
        }
        let template = Message {
            id: Id::NONE,
            workspace_id: send.workspace_id,
            conversation: ConversationKey { phone_number_id: number.id, customer: Customer::at(&send.to) },
            wa_message_id: None,
            direction: Direction::Outbound,
            business_number: number.phone_number.as_str().to_owned(),
            content: Content::Text { text: send.text },
            sent_by: entry.user_id,
            created_at: self.resources.now(),
            progress: Progress::default(),
            attempt: None,
            refusals: 0,
            slot: None,
            campaign: None,
        };
        let created = self.resources.create(|id| {
            let message = Message { id, ..template.clone() };
            async move { self.resources.store.create_outbound_message(&message).await.map(|()| message) }
        });
        Ok(created.await?)
    }

    /// A message with how far it has come.
    pub async fn message(&self, permit: &Permit<ReadWorkspace>, id: Id) -> Result<Message, DomainError> {
        let store = &self.resources.store;
        let pointer = store.message_pointer(id).await?.ok_or(DomainError::MessageNotFound)?;
        let (_, message) = futures::try_join!(
            self.gate.enter_for(permit, pointer.workspace_id, DomainError::MessageNotFound),
            async { Ok(store.message(&pointer.key).await?) },
        )?;
        message.ok_or(DomainError::MessageNotFound)
    }
}
