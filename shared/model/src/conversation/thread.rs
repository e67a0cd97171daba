//! What is known of a conversation as a whole.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ConversationKey;
use crate::Id;
use crate::message::{Direction, Message};

/// So long after a customer's message free-form messages may follow it (Meta, customer service window).
pub const SERVICE_WINDOW: Duration = Duration::from_hours(24);
/// Most characters of the beginning of a message that a conversation shows.
const PREVIEW_MAX_LENGTH: usize = 160;
/// What WhatsApp itself says of a customer, such as that they have another number (Meta, messages webhooks). It is
/// no message of theirs.
const SYSTEM: &str = "system";
/// Types that ask for nobody's attention.
const QUIET: [&str; 4] = [SYSTEM, "reaction", "edit", "revoke"];

/// A conversation. It begins with the first message of a customer or to one; messages of campaigns alone do not
/// make one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    /// Its id.
    pub id: Id,
    /// Whose it is.
    pub workspace_id: Id,
    /// Between whom it is.
    pub key: ConversationKey,
    /// The workspace's number, as it was when the conversation began.
    pub business_number: String,
    /// What the customer calls themselves.
    pub profile_name: Option<String>,
    /// The customer's last message.
    pub last_inbound: Option<LastInbound>,
    /// The last message of either side.
    pub last_message: LastMessage,
    /// Messages of the customer that nobody has read yet.
    pub unread: u32,
    /// The customer's message up to which WhatsApp was told that it is read.
    pub receipted: Option<Id>,
    /// The person who takes care of it.
    pub assignee: Option<Id>,
    /// When it began.
    pub created_at: Timestamp,
    /// Counts changes, so that two at once do not overwrite each other.
    pub version: u32,
}

/// A customer's last message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastInbound {
    /// The message.
    pub message_id: Id,
    /// When it was written.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub at: Timestamp,
}

/// The last message of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastMessage {
    /// The message.
    pub message_id: Id,
    /// Which way it went.
    pub direction: Direction,
    /// What sort of message it is.
    pub kind: String,
    /// How it begins, where it can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// When it was queued or written.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub at: Timestamp,
}

/// A conversation before and after a change; one that begins was nothing before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversationChange {
    /// As it was read.
    pub before: Option<Conversation>,
    /// As it is to be.
    pub after: Conversation,
}

impl Conversation {
    /// When free-form messages may no longer be sent; `None` where the customer never wrote.
    pub fn window_expires_at(&self) -> Option<Timestamp> {
        self.last_inbound.map(|inbound| inbound.at + SERVICE_WINDOW)
    }

    /// Whether free-form messages may be sent at `now`.
    pub fn window_is_open(&self, now: Timestamp) -> bool {
        self.window_expires_at().is_some_and(|expires_at| now < expires_at)
    }

    /// As the next version of itself, changed by `change`.
    #[must_use]
    pub fn changed(self, change: impl FnOnce(&mut Self)) -> ConversationChange {
        let mut after = Self { version: self.version + 1, ..self.clone() };
        change(&mut after);
        ConversationChange { before: Some(self), after }
    }

    fn begun_by(id: Id, message: &Message) -> Self {
        Self {
            id,
            workspace_id: message.workspace_id,
            key: message.conversation.clone(),
            business_number: message.business_number.clone(),
            profile_name: None,
            last_inbound: None,
            last_message: LastMessage::of(message),
            unread: 0,
            receipted: None,
            assignee: None,
            created_at: message.created_at,
            version: 1,
        }
    }

    /// Takes in a message. Messages may come in any order: an older one never takes the place of a newer one.
    fn take_in(&mut self, message: &Message, profile_name: Option<&str>) {
        let last = LastMessage::of(message);
        if (last.at, last.message_id) > (self.last_message.at, self.last_message.message_id) {
            self.last_message = last;
        }
        if message.direction == Direction::Outbound {
            return;
        }
        let inbound = LastInbound { message_id: message.id, at: message.created_at };
        let is_newest = self
            .last_inbound
            .is_none_or(|last| (last.at, last.message_id) < (inbound.at, inbound.message_id));
        if let Some(name) = profile_name
            && (is_newest || self.profile_name.is_none())
        {
            self.profile_name = Some(name.to_owned());
        }
        let kind = message.content.kind();
        if is_newest && kind != SYSTEM {
            self.last_inbound = Some(inbound);
        }
        self.unread += u32::from(!QUIET.contains(&kind));
    }
}

impl ConversationChange {
    /// What `message` makes of the conversation that it belongs to, which has the id `id` if the message begins it.
    pub fn by(message: &Message, before: Option<Conversation>, id: Id, profile_name: Option<&str>) -> Self {
        if let Some(before) = before {
            before.changed(|after| after.take_in(message, profile_name))
        } else {
            let mut after = Conversation::begun_by(id, message);
            after.take_in(message, profile_name);
            Self { before: None, after }
        }
    }
}

impl LastMessage {
    fn of(message: &Message) -> Self {
        Self {
            message_id: message.id,
            direction: message.direction,
            kind: message.content.kind().to_owned(),
            text: message.content.text().map(|text| text.chars().take(PREVIEW_MAX_LENGTH).collect()),
            at: message.created_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::conversation::Customer;
    use crate::message::{Content, Progress, Status};

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_767_225_600 + seconds).unwrap()
    }

    fn message(seconds: i64, direction: Direction, kind: &str) -> Message {
        let content = match direction {
            Direction::Outbound => Content::Text { text: format!("to {seconds}") },
            Direction::Inbound => Content::Received {
                attachment: None,
                kind: kind.to_owned(),
                text: Some(format!("from {seconds}")),
                raw: Value::Null,
            },
        };
        Message {
            id: Id::new(at(seconds), 1),
            workspace_id: Id::new(at(0), 2),
            conversation: ConversationKey {
                phone_number_id: Id::new(at(0), 3),
                customer: Customer::from_whatsapp("15551234567").unwrap(),
            },
            wa_message_id: None,
            direction,
            business_number: "+1234567890".to_owned(),
            content,
            sent_by: None,
            created_at: at(seconds),
            progress: Progress { status: Status::Received, ..Progress::default() },
            attempt: None,
            refusals: None,
            slot: None,
            campaign: None,
        }
    }

    fn after(messages: &[(Message, Option<&str>)]) -> Conversation {
        let mut conversation = None;
        for (message, name) in messages {
            let change = ConversationChange::by(message, conversation, Id::new(at(0), 9), *name);
            conversation = Some(change.after);
        }
        conversation.unwrap()
    }

    #[test]
    fn the_window_is_open_until_24_hours_after_the_customers_message() {
        let conversation = after(&[(message(0, Direction::Inbound, "text"), None)]);
        assert_eq!(conversation.window_expires_at(), Some(at(86_400)));
        assert!(conversation.window_is_open(at(86_399)));
        assert!(!conversation.window_is_open(at(86_400)));
    }

    #[test]
    fn what_the_workspace_writes_opens_no_window() {
        let conversation = after(&[(message(0, Direction::Outbound, "text"), None)]);
        assert_eq!((conversation.window_expires_at(), conversation.unread), (None, 0));
        assert!(!conversation.window_is_open(at(0)));
    }

    #[test]
    fn the_order_in_which_messages_come_does_not_matter() {
        let first = (message(0, Direction::Inbound, "text"), Some("Ada"));
        let second = (message(10, Direction::Inbound, "image"), Some("Ada L."));
        let third = (message(20, Direction::Outbound, "text"), None);
        let expected = after(&[first.clone(), second.clone(), third.clone()]);

        for order in [[&second, &first, &third], [&third, &second, &first], [&second, &third, &first]] {
            let other = after(&order.map(Clone::clone));
            assert_eq!(Conversation { created_at: expected.created_at, ..other }, expected);
        }
        assert_eq!(expected.profile_name.as_deref(), Some("Ada L."));
        assert_eq!((expected.unread, expected.last_message.text.as_deref()), (2, Some("to 20")));
    }

    #[test]
    fn reactions_and_notes_of_whatsapp_ask_for_nobodys_attention() {
        for kind in ["reaction", "edit", "revoke", "system"] {
            let conversation = after(&[(message(0, Direction::Inbound, kind), None)]);
            assert_eq!(conversation.unread, 0, "{kind}");
            assert_eq!(conversation.last_inbound.is_some(), kind != "system", "{kind}");
        }
    }

    #[test]
    fn only_the_beginning_of_a_message_is_shown() {
        let mut long = message(0, Direction::Outbound, "text");
        long.content = Content::Text { text: "ä".repeat(1_000) };
        assert_eq!(after(&[(long, None)]).last_message.text.unwrap().chars().count(), 160);
    }
}
