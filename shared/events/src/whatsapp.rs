//! Events of WhatsApp messages.

use serde::Serialize;
use switchboard_model::Timestamp;
use switchboard_model::event::{Event, EventType};
use switchboard_model::id::spelling::uuid;
use switchboard_model::message::{Content, Message, Status};
use utoipa::ToSchema;

use crate::{event_of, event_schema};

/// A customer wrote to one of the workspace's numbers.
#[derive(Debug, Serialize, ToSchema)]
pub struct WhatsappMessageReceived {
    /// Our id of the message.
    #[schema(example = "019b76da-a800-7000-8000-000000000000")]
    message_id: String,
    /// The workspace.
    #[schema(example = "019b76da-a800-7000-8000-000000000000")]
    workspace_id: String,
    /// The workspace's number.
    #[schema(example = "019b76da-a800-7000-8000-000000000000")]
    phone_number_id: String,
    /// Meta's id of the message.
    #[schema(example = "wamid.HBgLMTU1NTAwMDExMTE")]
    wa_message_id: Option<String>,
    /// The customer, by number or by business-scoped id.
    #[schema(example = "+15550001111")]
    from: String,
    /// The workspace's number.
    #[schema(example = "+1234567890")]
    to: String,
    /// Meta's name of the type of message.
    #[schema(example = "text")]
    message_type: String,
    /// The text or caption, where there is one.
    #[schema(example = "Hello")]
    text: Option<String>,
    /// When it was written.
    #[schema(value_type = String, format = DateTime, example = "2026-01-01T00:00:00Z")]
    received_at: Timestamp,
}

event_schema!(
    /// The event `whatsapp.message.received`.
    WhatsappMessageReceivedEvent, "whatsapp.message.received", WhatsappMessageReceived
);

/// A message to a customer got further. Told of messages that were made after the webhook.
#[derive(Debug, Serialize, ToSchema)]
pub struct WhatsappMessageStatus {
    /// Our id of the message.
    #[schema(example = "019b76da-a800-7000-8000-000000000000")]
    message_id: String,
    /// The workspace.
    #[schema(example = "019b76da-a800-7000-8000-000000000000")]
    workspace_id: String,
    /// The number that it was sent from.
    #[schema(example = "019b76da-a800-7000-8000-000000000000")]
    phone_number_id: String,
    /// The campaign that it was made for, if it was.
    campaign_id: Option<String>,
    /// Meta's id of the message, once there is one.
    #[schema(example = "wamid.HBgLMTU1NTAwMDExMTE")]
    wa_message_id: Option<String>,
    /// The customer.
    #[schema(example = "+15550001111")]
    to: String,
    /// `sent`, `delivered`, `read` or `failed`.
    #[schema(example = "delivered")]
    status: String,
    /// When Meta accepted it.
    #[schema(value_type = Option<String>, format = DateTime)]
    sent_at: Option<Timestamp>,
    /// When it arrived.
    #[schema(value_type = Option<String>, format = DateTime)]
    delivered_at: Option<Timestamp>,
    /// When it was opened.
    #[schema(value_type = Option<String>, format = DateTime)]
    read_at: Option<Timestamp>,
    /// When it failed.
    #[schema(value_type = Option<String>, format = DateTime)]
    failed_at: Option<Timestamp>,
    /// Why it failed, if it did.
    failure: Option<WhatsappFailure>,
}

/// Why a message failed, in Meta's words.
#[derive(Debug, Serialize, ToSchema)]
pub struct WhatsappFailure {
    /// Meta's error code.
    #[schema(example = 131_026)]
    code: i64,
    /// Meta's title of the code.
    #[schema(example = "Message undeliverable")]
    title: String,
}

event_schema!(
    /// The event `whatsapp.message.status`.
    WhatsappMessageStatusEvent, "whatsapp.message.status", WhatsappMessageStatus
);

pub(crate) fn received(message: &Message) -> Event {
    let (kind, text) = match &message.content {
        Content::Received { kind, text, .. } => (kind.clone(), text.clone()),
        Content::Text { text } => ("text".to_owned(), Some(text.clone())),
        _ => ("unknown".to_owned(), None),
    };
    let data = WhatsappMessageReceived {
        message_id: uuid::spell(message.id),
        workspace_id: uuid::spell(message.workspace_id),
        phone_number_id: uuid::spell(message.conversation.phone_number_id),
        wa_message_id: message.wa_message_id.clone(),
        from: message.from_number(),
        to: message.to_number(),
        message_type: kind,
        text,
        received_at: message.created_at,
    };
    let what = message.id.to_string();
    event_of(EventType::WhatsappMessageReceived, message.workspace_id, message.created_at, &what, data)
}

pub(crate) fn status(message: &Message) -> Event {
    let progress = &message.progress;
    let data = WhatsappMessageStatus {
        message_id: uuid::spell(message.id),
        workspace_id: uuid::spell(message.workspace_id),
        phone_number_id: uuid::spell(message.conversation.phone_number_id),
        campaign_id: message.campaign.as_ref().map(|campaign| uuid::spell(campaign.campaign_id)),
        wa_message_id: message.wa_message_id.clone(),
        to: message.to_number(),
        status: progress.status.to_string(),
        sent_at: progress.sent_at,
        delivered_at: progress.delivered_at,
        read_at: progress.read_at,
        failed_at: progress.failed_at,
        failure: progress
            .failure
            .as_ref()
            .map(|failure| WhatsappFailure { code: failure.code, title: failure.title.clone() }),
    };
    let at = match progress.status {
        Status::Sent => progress.sent_at,
        Status::Delivered => progress.delivered_at,
        Status::Read => progress.read_at,
        Status::Failed => progress.failed_at,
        Status::Queued | Status::Sending | Status::Received => None,
    };
    let what = format!("{}/{}", message.id, progress.status);
    let at = at.unwrap_or(message.created_at);
    event_of(EventType::WhatsappMessageStatus, message.workspace_id, at, &what, data)
}
