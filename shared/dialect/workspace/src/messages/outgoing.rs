//! Messages that were sent.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use switchboard_model::channel_message::{Attachment, ChannelMessage, Interaction};
use utoipa::ToSchema;

use crate::departments::PersonOut;
use crate::id::{self, ACTION, CHANNEL, MESSAGE};

/// A message.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageOut {
    /// Its id.
    #[schema(example = "msg_01m7sx5wyrjvng11se0qt1cfmx")]
    pub id: String,
    /// The channel.
    #[schema(example = "channel_01m7sx5wyrjvng11se0qt1cfmx")]
    pub channel_id: String,
    /// What it says.
    #[schema(example = "Hello from the API!")]
    pub content: String,
    /// What sort of message it is.
    #[schema(example = "integration")]
    pub message_type: String,
    /// What its sender keeps with it; of an interactive message with `callbackUrl`.
    #[schema(value_type = Object)]
    pub metadata: Value,
    /// Files that it points to.
    pub attachments: Vec<AttachmentOut>,
    /// What can be chosen; only of an interactive message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actions: Option<Vec<ActionOut>>,
    /// When choosing ends, if it does; only of an interactive message.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
    /// When it was sent.
    #[schema(value_type = String, format = DateTime, example = "2025-01-01T12:00:00Z")]
    pub created_at: Timestamp,
    /// Who wrote it: of a message that was sent by an API token, a program that is called as the token.
    pub user: PersonOut,
}

/// A file that a message points to.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttachmentOut {
    /// Its name.
    pub name: String,
    /// Its media type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Where it is.
    pub url: String,
    /// Its bytes.
    pub size: u64,
}

/// Something that can be chosen.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActionOut {
    /// Our id of it.
    #[schema(example = "action_01m7sx5wyrjvng11se0qt1cfmx")]
    pub id: String,
    /// Its id within the message.
    #[schema(example = "approve")]
    pub action_id: String,
    /// What the button says.
    #[schema(example = "Approve Deployment")]
    pub label: String,
    /// How the button looks.
    #[schema(example = "primary")]
    pub style: String,
    /// What it stands for.
    #[schema(example = "approved")]
    pub value: Option<String>,
    /// Whether it can't be chosen any longer.
    pub disabled: bool,
    /// Its place among the actions, from 0.
    pub order: usize,
}

/// A message that was sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct SentMessageOut {
    /// Always true.
    #[schema(example = true)]
    pub success: bool,
    /// The message.
    pub message: MessageOut,
}

impl From<ChannelMessage> for MessageOut {
    fn from(message: ChannelMessage) -> Self {
        let asked = message.interaction.as_ref();
        let (author, now) = (message.author, message.created_at);
        Self {
            id: id::spell(MESSAGE, message.id),
            channel_id: id::spell(CHANNEL, message.channel_id),
            content: message.content,
            message_type: message.kind.to_string(),
            metadata: metadata(message.metadata, asked),
            attachments: message.attachments.into_iter().map(AttachmentOut::from).collect(),
            actions: asked.map(|asked| actions(asked, asked.has_expired(now))),
            expires_at: asked.and_then(|asked| asked.expires_at),
            created_at: message.created_at,
            user: PersonOut::new(author.id, author.name, author.email),
        }
    }
}

/// The metadata of a message, with where its choices are told.
fn metadata(mut metadata: Value, asked: Option<&Interaction>) -> Value {
    if let (Some(metadata), Some(asked)) = (metadata.as_object_mut(), asked) {
        metadata.insert("callbackUrl".to_owned(), asked.callback_url.clone().into());
    }
    metadata
}

fn actions(asked: &Interaction, disabled: bool) -> Vec<ActionOut> {
    let out = asked.actions.iter().enumerate().map(|(order, action)| ActionOut {
        id: id::spell(ACTION, action.id),
        action_id: action.action_id.clone(),
        label: action.label.clone(),
        style: action.style.to_string(),
        value: action.value.clone(),
        disabled,
        order,
    });
    out.collect()
}

impl From<Attachment> for AttachmentOut {
    fn from(file: Attachment) -> Self {
        Self { name: file.name, kind: file.media_type, url: file.url, size: file.size }
    }
}
