//! Messages on the wire.

mod media;
mod template;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_model::conversation::Customer;
use switchboard_model::field::Checks;
use switchboard_model::message::{Direction, Failure, Message, text_body};
use switchboard_model::{DomainError, Id};
use utoipa::ToSchema;

use crate::WireId;

pub use media::{MediaMessageOut, SendMedia, SendMediaIn};
pub use template::{SendTemplate, SendTemplateIn};

/// From where to whom a message goes.
#[derive(Debug, PartialEq, Eq)]
pub struct Recipient {
    /// The workspace that sends.
    pub workspace_id: Id,
    /// The number that it sends from.
    pub phone_number_id: Id,
    /// Whom it sends to.
    pub to: Customer,
}

/// The ids of a send, once its other fields are checked.
fn recipient(workspace_id: WireId, phone_number_id: WireId, to: Customer) -> Result<Recipient, DomainError> {
    Ok(Recipient {
        workspace_id: workspace_id.resolve(DomainError::WorkspaceNotFound)?,
        phone_number_id: phone_number_id.resolve(DomainError::PhoneNumberNotFound)?,
        to,
    })
}

/// A text to send.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"workspace_id": "019b76da-a800-7000-8000-000000000000", "phone_number_id": "019b76da-a800-7000-8000-000000000000", "to": "+1234567890", "text": "Hello! Thanks for contacting us."}))]
pub struct SendTextIn {
    /// The workspace that sends.
    workspace_id: WireId,
    /// The number that it sends from.
    phone_number_id: WireId,
    /// The number that it sends to, in E.164; or the business-scoped user id of somebody whose number WhatsApp hides.
    #[schema(example = "+1234567890")]
    to: String,
    /// 1 to 4,096 characters.
    #[schema(example = "Hello! Thanks for contacting us.", min_length = 1, max_length = 4096)]
    text: String,
}

/// The checked form of [`SendTextIn`].
#[derive(Debug)]
pub struct SendText {
    /// From where to whom.
    pub recipient: Recipient,
    /// What it says.
    pub text: String,
}

impl TryFrom<SendTextIn> for SendText {
    type Error = DomainError;

    fn try_from(wire: SendTextIn) -> Result<Self, DomainError> {
        let mut checks = Checks::default();
        let to = checks.body("to", Customer::addressed(&wire.to));
        let text = checks.body("text", text_body(wire.text));
        let (to, text) = checks.finish(to.zip(text))?;
        Ok(Self { recipient: recipient(wire.workspace_id, wire.phone_number_id, to)?, text })
    }
}

/// What is to be said of a customer's message.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct ReadMessageIn {
    /// Whether the customer is shown that an answer is being written, for 25 seconds at most.
    #[serde(default)]
    pub typing: bool,
}

/// A customer's message that was read.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReadMessageOut {
    /// Its id.
    pub id: WireId,
    /// Meta's id of it.
    #[schema(example = "wamid.xxxxx")]
    pub wa_message_id: Option<String>,
    /// When it was first read.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub read_at: Option<Timestamp>,
    /// Whether the customer is shown that an answer is being written.
    pub typing: bool,
    /// WhatsApp is told in a moment.
    #[schema(example = true)]
    pub queued: bool,
}

impl ReadMessageOut {
    /// What is said of `message`.
    pub fn new(message: &Message, typing: bool) -> Self {
        Self {
            id: message.id.into(),
            wa_message_id: message.wa_message_id.clone(),
            read_at: message.progress.read_at,
            typing,
            queued: true,
        }
    }
}

/// A message.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageOut {
    /// Its id.
    pub id: WireId,
    /// The workspace that sent it.
    pub workspace_id: WireId,
    /// The number that it was sent from.
    pub phone_number_id: WireId,
    /// Meta's id of it, once there is one.
    #[schema(example = "wamid.xxxxx")]
    pub wa_message_id: Option<String>,
    /// `inbound` or `outbound`.
    #[schema(example = "outbound")]
    pub direction: String,
    /// Where it comes from.
    #[schema(example = "+0987654321")]
    pub from_number: String,
    /// Where it goes to.
    #[schema(example = "+1234567890")]
    pub to_number: String,
    /// What sort of message it is.
    #[serde(rename = "type")]
    #[schema(example = "text")]
    pub kind: String,
    /// How far it has come.
    #[schema(example = "queued")]
    pub status: String,
    /// When it was queued or received.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl From<&Message> for MessageOut {
    fn from(message: &Message) -> Self {
        Self {
            id: message.id.into(),
            workspace_id: message.workspace_id.into(),
            phone_number_id: message.conversation.phone_number_id.into(),
            wa_message_id: message.wa_message_id.clone(),
            direction: message.direction.to_string(),
            from_number: message.from_number(),
            to_number: message.to_number(),
            kind: message.content.kind().to_owned(),
            status: message.progress.status.to_string(),
            created_at: message.created_at,
        }
    }
}

/// How far a message has come.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageStatusOut {
    /// Its id.
    pub id: WireId,
    /// Meta's id of it, once there is one.
    #[schema(example = "wamid.xxxxx")]
    pub wa_message_id: Option<String>,
    /// `queued`, `sending`, `sent`, `delivered`, `read` or `failed`; `received` for a customer's message.
    #[schema(example = "delivered")]
    pub status: String,
    /// When Meta accepted it.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub sent_at: Option<Timestamp>,
    /// When it arrived.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub delivered_at: Option<Timestamp>,
    /// When it was opened.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub read_at: Option<Timestamp>,
    /// When it failed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub failed_at: Option<Timestamp>,
    /// Why it failed.
    pub error: Option<MessageErrorOut>,
}

/// Why a message failed, in Meta's words.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageErrorOut {
    /// Meta's error code.
    #[schema(example = 131_026)]
    pub code: i64,
    /// Meta's title of the code.
    #[schema(example = "Message undeliverable")]
    pub title: String,
    /// Meta's details, where it gave any.
    pub details: Option<String>,
}

impl From<&Message> for MessageStatusOut {
    fn from(message: &Message) -> Self {
        let progress = &message.progress;
        Self {
            id: message.id.into(),
            wa_message_id: message.wa_message_id.clone(),
            status: progress.status.to_string(),
            sent_at: progress.sent_at,
            delivered_at: progress.arrived_at().filter(|_| message.direction == Direction::Outbound),
            read_at: progress.read_at,
            failed_at: progress.failed_at,
            error: progress.failure.as_ref().map(MessageErrorOut::from),
        }
    }
}

impl From<&Failure> for MessageErrorOut {
    fn from(failure: &Failure) -> Self {
        Self { code: failure.code, title: failure.title.clone(), details: failure.details.clone() }
    }
}
