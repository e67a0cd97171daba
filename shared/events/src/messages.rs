//! Events of a team's messages.

use serde::Serialize;
use serde_json::Value;
use switchboard_model::Timestamp;
use switchboard_model::channel_message::{Action, ActionResponse, Attachment, ChannelMessage};
use switchboard_model::event::{Event, EventType};
use switchboard_model::id::spelling::prefixed;
use utoipa::ToSchema;

use crate::{event_of, event_schema};

/// How a message was changed: the only way, so far.
const ACTION_RESPONSE: &str = "action_response";

/// A message was sent to a channel.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageCreated {
    /// The message.
    #[schema(example = "msg_01kdvj1n00w9h2q6x6k3m5v8ra")]
    id: String,
    /// The workspace.
    #[schema(example = "workspace_01kdvj1n00w9h2q6x6k3m5v8ra")]
    workspace_id: String,
    /// The channel.
    #[schema(example = "channel_01kdvj1n00w9h2q6x6k3m5v8ra")]
    channel_id: String,
    /// What it says.
    #[schema(example = "Hello from the API!")]
    content: String,
    /// What sort of message it is: `text`, `integration`, `system` or `interactive`.
    #[schema(example = "integration")]
    message_type: String,
    /// What its sender keeps with it.
    #[schema(value_type = Object)]
    metadata: Value,
    /// Files that it points to.
    attachments: Vec<EventAttachment>,
    /// What can be chosen; empty unless it is interactive.
    actions: Vec<EventAction>,
    /// When choosing ends, if it does.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    /// When it was sent.
    #[schema(value_type = String, format = DateTime, example = "2026-01-01T00:00:00Z")]
    created_at: Timestamp,
    /// Who wrote it; a program is called as its API token or its incoming webhook.
    user: EventPerson,
}

event_schema!(
    /// The event `message.created`.
    MessageCreatedEvent, "message.created", MessageCreated
);

/// A message got more to it: somebody chose one of its actions.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageUpdated {
    /// The message.
    #[schema(example = "msg_01kdvj1n00w9h2q6x6k3m5v8ra")]
    id: String,
    /// The workspace.
    #[schema(example = "workspace_01kdvj1n00w9h2q6x6k3m5v8ra")]
    workspace_id: String,
    /// The channel.
    #[schema(example = "channel_01kdvj1n00w9h2q6x6k3m5v8ra")]
    channel_id: String,
    /// What changed: `action_response`, an answer came to it.
    #[schema(example = "action_response")]
    change: String,
    /// The answer.
    response: MessageResponse,
}

event_schema!(
    /// The event `message.updated`.
    MessageUpdatedEvent, "message.updated", MessageUpdated
);

/// Somebody's choice, as the callback of the message is told of it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageResponse {
    /// The answer.
    #[schema(example = "response_01kdvj1n00w9h2q6x6k3m5v8ra")]
    id: String,
    /// What was chosen.
    action: EventAction,
    /// Who chose.
    user: EventPerson,
    /// What they have to say to it.
    #[schema(example = "LGTM! Deploying now.")]
    comment: Option<String>,
    /// The message's metadata, overlaid by what the choice came with.
    #[schema(value_type = Object)]
    metadata: Value,
    /// When they chose.
    #[schema(value_type = String, format = DateTime, example = "2026-01-01T00:00:00Z")]
    responded_at: Timestamp,
}

/// Something that can be chosen.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventAction {
    /// Its id within the message.
    #[schema(example = "approve")]
    action_id: String,
    /// What the button says.
    #[schema(example = "Approve Deployment")]
    label: String,
    /// What it stands for.
    #[schema(example = "approved")]
    value: Option<String>,
}

/// A file that a message points to.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventAttachment {
    /// Its name.
    name: String,
    /// Its media type.
    #[serde(rename = "type")]
    #[schema(example = "application/pdf")]
    kind: String,
    /// Where it is.
    url: String,
    /// Its bytes.
    size: u64,
}

/// Who did something.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventPerson {
    /// The person, or the program.
    #[schema(example = "user_01kdvj1n00w9h2q6x6k3m5v8ra")]
    id: String,
    /// What they are called.
    name: String,
    /// Their address; of a program one that takes no mail.
    email: String,
}

pub(crate) fn created(message: &ChannelMessage) -> Event {
    let asked = message.interaction.as_ref();
    let author = &message.author;
    let data = MessageCreated {
        id: prefixed::spell("msg_", message.id),
        workspace_id: prefixed::spell("workspace_", message.workspace_id),
        channel_id: prefixed::spell("channel_", message.channel_id),
        content: message.content.clone(),
        message_type: message.kind.to_string(),
        metadata: message.metadata.clone(),
        attachments: message.attachments.iter().map(EventAttachment::from).collect(),
        actions: asked.into_iter().flat_map(|asked| &asked.actions).map(EventAction::from).collect(),
        expires_at: asked.and_then(|asked| asked.expires_at),
        created_at: message.created_at,
        user: EventPerson {
            id: prefixed::spell("user_", author.id),
            name: author.name.clone(),
            email: author.email.clone(),
        },
    };
    let what = message.id.to_string();
    event_of(EventType::MessageCreated, message.workspace_id, message.created_at, &what, data)
}

pub(crate) fn answered(response: &ActionResponse) -> Event {
    let user = &response.user;
    let data = MessageUpdated {
        id: prefixed::spell("msg_", response.message_id),
        workspace_id: prefixed::spell("workspace_", response.workspace_id),
        channel_id: prefixed::spell("channel_", response.channel_id),
        change: ACTION_RESPONSE.to_owned(),
        response: MessageResponse {
            id: prefixed::spell("response_", response.id),
            action: EventAction::from(&response.action),
            user: EventPerson {
                id: prefixed::spell("user_", user.id),
                name: user.name.clone(),
                email: user.email.clone(),
            },
            comment: response.comment.clone(),
            metadata: response.metadata.clone(),
            responded_at: response.responded_at,
        },
    };
    let what = format!("{}/{}", response.message_id, response.id);
    event_of(EventType::MessageUpdated, response.workspace_id, response.responded_at, &what, data)
}

impl From<&Action> for EventAction {
    fn from(action: &Action) -> Self {
        Self { action_id: action.action_id.clone(), label: action.label.clone(), value: action.value.clone() }
    }
}

impl From<&Attachment> for EventAttachment {
    fn from(file: &Attachment) -> Self {
        Self {
            name: file.name.clone(),
            kind: file.media_type.clone(),
            url: file.url.clone(),
            size: file.size,
        }
    }
}
