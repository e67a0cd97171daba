//! Answers to interactive messages on the wire, and what callbacks tell of them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use switchboard_model::channel_message::answer::comment;
use switchboard_model::channel_message::content::metadata;
use switchboard_model::channel_message::{Action, ActionResponse, ChannelMessage};
use switchboard_model::delivery::{Delivery, DeliveryState};
use switchboard_model::field::{Checks, check_length};
use switchboard_model::id::spelling::prefixed;
use switchboard_model::workspace::Workspace;
use switchboard_model::{DomainError, Id};
use utoipa::ToSchema;

use crate::departments::PersonOut;
use crate::id::{self, ACTION, CHANNEL, MESSAGE, RESPONSE, USER, WORKSPACE};

/// Most characters of an action's id.
const ACTION_ID_MAX_LENGTH: usize = 200;

/// A choice.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"actionId": "approve", "comment": "LGTM! Deploying now."}))]
#[serde(rename_all = "camelCase")]
pub struct RespondIn {
    /// What is chosen: the action's own id, or ours.
    #[schema(example = "approve")]
    action_id: String,
    /// What there is to say to it, up to 2,000 characters.
    #[schema(example = "LGTM! Deploying now.", max_length = 2_000)]
    comment: Option<String>,
    /// What the choice comes with; an object of up to 16 KiB that overlays the message's.
    #[schema(value_type = Option<Object>)]
    metadata: Option<Value>,
}

/// What there is to say to a choice.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct ChooseIn {
    /// What there is to say to it, up to 2,000 characters.
    #[schema(example = "LGTM! Deploying now.", max_length = 2_000)]
    comment: Option<String>,
    /// What the choice comes with; an object of up to 16 KiB that overlays the message's.
    #[schema(value_type = Option<Object>)]
    metadata: Option<Value>,
}

impl ChooseIn {
    /// The choice of the action that the path names.
    pub fn of(self, action_id: String) -> RespondIn {
        RespondIn { action_id, comment: self.comment, metadata: self.metadata }
    }
}

/// The checked form of [`RespondIn`].
#[derive(Debug)]
pub struct Respond {
    /// What is chosen, as the request names it.
    pub action_id: String,
    /// Our id of it, where it can be one.
    pub id: Option<Id>,
    /// What there is to say to it.
    pub comment: Option<String>,
    /// What the choice comes with.
    pub metadata: Option<Value>,
}

impl TryFrom<RespondIn> for Respond {
    type Error = DomainError;

    fn try_from(wire: RespondIn) -> Result<Self, DomainError> {
        let mut checks = Checks::default();
        let named = checks.body("actionId", check_length(&wire.action_id, 1, ACTION_ID_MAX_LENGTH));
        let said = checks.body("comment", wire.comment.as_deref().map_or(Ok(None), comment));
        let with = checks.body("metadata", wire.metadata.map(metadata).transpose());
        let (((), comment), metadata) = checks.finish(named.zip(said).zip(with))?;
        let id = prefixed::parse(ACTION, &wire.action_id);
        Ok(Self { action_id: wire.action_id, id, comment, metadata })
    }
}

/// An answer to a message.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResponseOut {
    /// Its id.
    #[schema(example = "response_01m7sx5wyrjvng11se0qt1cfmx")]
    pub id: String,
    /// The action that was chosen.
    #[schema(example = "action_01m7sx5wyrjvng11se0qt1cfmx")]
    pub action_id: String,
    /// The message.
    #[schema(example = "msg_01m7sx5wyrjvng11se0qt1cfmx")]
    pub message_id: String,
    /// Who chose.
    #[schema(example = "user_01m7sx5wyrjvng11se0qt1cfmx")]
    pub user_id: String,
    /// The action's own id.
    #[schema(example = "approve")]
    pub action_value: String,
    /// What they have to say to it.
    pub comment: Option<String>,
    /// The message's metadata, overlaid by what the choice came with.
    #[schema(value_type = Object)]
    pub metadata: Value,
    /// Whether the callback was taken.
    pub webhook_sent: bool,
    /// Where the choice is told.
    #[schema(example = "https://your-app.com/api/deployment/callback")]
    pub webhook_url: String,
    /// `pending`, `delivered` or `failed`.
    #[schema(example = "delivered")]
    pub webhook_status: String,
    /// What the callback was answered with last, where it was.
    pub webhook_response: Option<WebhookResponseOut>,
    /// When they chose.
    #[schema(value_type = String, format = DateTime, example = "2025-01-01T12:05:00Z")]
    pub responded_at: Timestamp,
    /// Who chose.
    pub user: PersonOut,
    /// The action that was chosen.
    pub action: ChosenActionOut,
}

/// What a callback was answered with.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookResponseOut {
    /// The status; nothing where there was no answer.
    #[schema(example = 200)]
    pub status: Option<u16>,
    /// How the answer begins.
    pub body: Option<String>,
}

/// The action that was chosen.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChosenActionOut {
    /// Our id of it.
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
    pub value: Option<String>,
}

impl From<Action> for ChosenActionOut {
    fn from(action: Action) -> Self {
        Self {
            id: id::spell(ACTION, action.id),
            action_id: action.action_id,
            label: action.label,
            style: action.style.to_string(),
            value: action.value,
        }
    }
}

impl ResponseOut {
    /// An answer, and how far telling it has come.
    pub fn new(response: ActionResponse, delivery: Option<&Delivery>) -> Self {
        let state = delivery.map_or(DeliveryState::Pending, |delivery| delivery.state);
        let last = delivery.and_then(|delivery| delivery.attempts.last());
        Self {
            id: id::spell(RESPONSE, response.id),
            action_id: id::spell(ACTION, response.action.id),
            message_id: id::spell(MESSAGE, response.message_id),
            user_id: id::spell(USER, response.user.id),
            action_value: response.action.action_id.clone(),
            comment: response.comment,
            metadata: response.metadata,
            webhook_sent: state == DeliveryState::Delivered,
            webhook_url: response.callback_url,
            webhook_status: state.to_string(),
            webhook_response: last
                .map(|attempt| WebhookResponseOut { status: attempt.status, body: attempt.answer.clone() }),
            responded_at: response.responded_at,
            user: PersonOut::new(response.user.id, response.user.name, response.user.email),
            action: response.action.into(),
        }
    }
}

/// An answer that was given.
#[derive(Debug, Serialize, ToSchema)]
pub struct RespondedOut {
    /// Always true.
    #[schema(example = true)]
    pub success: bool,
    /// The answer.
    pub response: ResponseOut,
}

/// The answers to a message.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResponsesOut {
    /// Always true.
    #[schema(example = true)]
    pub success: bool,
    /// The answers, the newest first.
    pub responses: Vec<ResponseOut>,
}

/// What a callback tells of an answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct CallbackOut<'a> {
    event: &'static str,
    #[schema(value_type = String, format = DateTime)]
    timestamp: Timestamp,
    workspace: CallbackWorkspaceOut<'a>,
    message: CallbackMessageOut<'a>,
    action: CallbackActionOut<'a>,
    response: CallbackResponseOut<'a>,
}

#[derive(Debug, Serialize, ToSchema)]
struct CallbackWorkspaceOut<'a> {
    id: String,
    name: &'a str,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CallbackMessageOut<'a> {
    id: String,
    content: &'a str,
    channel_id: String,
}

#[derive(Debug, Serialize, ToSchema)]
struct CallbackActionOut<'a> {
    /// The action's own id.
    id: &'a str,
    label: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CallbackResponseOut<'a> {
    user_id: String,
    user_name: &'a str,
    user_email: &'a str,
    /// The action's own id.
    action_value: &'a str,
    /// Left out where there is none: receivers ask for it with a default.
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<&'a str>,
    #[schema(value_type = Object)]
    metadata: &'a Value,
    #[schema(value_type = String, format = DateTime)]
    responded_at: Timestamp,
}

impl<'a> CallbackOut<'a> {
    /// What a callback tells of `response` to `message`.
    pub fn new(workspace: &'a Workspace, message: &'a ChannelMessage, response: &'a ActionResponse) -> Self {
        let action = &response.action;
        Self {
            event: "message.action_response",
            timestamp: response.responded_at,
            workspace: CallbackWorkspaceOut { id: id::spell(WORKSPACE, workspace.id), name: &workspace.name },
            message: CallbackMessageOut {
                id: id::spell(MESSAGE, message.id),
                content: &message.content,
                channel_id: id::spell(CHANNEL, message.channel_id),
            },
            action: CallbackActionOut {
                id: &action.action_id,
                label: &action.label,
                value: action.value.as_deref(),
            },
            response: CallbackResponseOut {
                user_id: id::spell(USER, response.user.id),
                user_name: &response.user.name,
                user_email: &response.user.email,
                action_value: &action.action_id,
                comment: response.comment.as_deref(),
                metadata: &response.metadata,
                responded_at: response.responded_at,
            },
        }
    }

    /// The body of the callback.
    pub fn to_json(&self) -> String {
        // Texts and objects always have a JSON form.
        serde_json::to_string(self).unwrap_or_default()
    }
}
