//! Messages to send.

use std::collections::HashSet;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use switchboard_model::DomainError;
use switchboard_model::channel::ChannelRef;
use switchboard_model::channel_message::content::{
    ACTION_TEXT_MAX_LENGTH, ATTACHMENT_TEXT_MAX_LENGTH, MAX_ACTIONS, MAX_ATTACHMENTS, content, media_type,
    metadata, web_address,
};
use switchboard_model::channel_message::{ActionStyle, Attachment, MessageKind};
use switchboard_model::field::{Checks, FieldError, Part, Reason, Refusal, Step, check_length, one_of};
use switchboard_model::id::spelling::prefixed;
use utoipa::ToSchema;

use crate::id::CHANNEL;

/// Most characters of a channel's id or name.
const CHANNEL_MAX_LENGTH: usize = 100;

/// A message to send.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"channelId": "general", "content": "Deployment completed successfully!", "messageType": "integration", "metadata": {"source": "github-actions"}}))]
#[serde(rename_all = "camelCase")]
pub struct SendMessageIn {
    /// The channel, by its id or by its exact name.
    #[schema(example = "general")]
    channel_id: String,
    /// What it says, 1 to 10,000 characters; Markdown.
    #[schema(example = "Hello from the API!", min_length = 1, max_length = 10_000)]
    content: String,
    /// `text`, `integration`, which it is where nothing is said, `system` or `interactive`.
    #[schema(example = "integration")]
    message_type: Option<String>,
    /// Whatever you keep with it; an object of up to 16 KiB.
    #[schema(value_type = Option<Object>, example = json!({"source": "my-app", "priority": "high"}))]
    metadata: Option<Value>,
    /// Files that it points to, up to 20.
    attachments: Option<Vec<AttachmentIn>>,
    /// What those who read it can choose from, 1 to 5 actions; only, and always, of an interactive message.
    actions: Option<Vec<ActionIn>>,
    /// Where each choice is posted to; only, and always, of an interactive message.
    #[schema(example = "https://your-app.com/api/deployment/callback")]
    callback_url: Option<String>,
    /// When choosing ends; only of an interactive message.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<String>,
}

/// A file that a message points to.
#[derive(Debug, Deserialize, ToSchema)]
pub struct AttachmentIn {
    /// Its name.
    #[schema(example = "report.pdf")]
    name: String,
    /// Its media type.
    #[serde(rename = "type")]
    #[schema(example = "application/pdf")]
    kind: String,
    /// Where it is.
    #[schema(example = "https://example.com/files/report.pdf")]
    url: String,
    /// Its bytes.
    #[schema(example = 1_024_000)]
    size: u64,
}

/// Something that can be chosen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActionIn {
    /// Its id, unique within the message.
    #[schema(example = "approve")]
    action_id: String,
    /// What the button says.
    #[schema(example = "Approve Deployment")]
    label: String,
    /// How the button looks: `default`, `primary` or `danger`.
    #[schema(example = "primary")]
    style: Option<String>,
    /// What it stands for.
    #[schema(example = "approved")]
    value: Option<String>,
}

/// The checked form of [`SendMessageIn`].
#[derive(Debug)]
pub struct SendMessage {
    /// The channel.
    pub channel: ChannelRef,
    /// What it says.
    pub content: String,
    /// What sort of message it is.
    pub kind: MessageKind,
    /// Whatever its sender keeps with it; an object.
    pub metadata: Value,
    /// Files that it points to.
    pub attachments: Vec<Attachment>,
    /// What it asks; only of an interactive message.
    pub interaction: Option<Interaction>,
}

/// What an interactive message asks.
#[derive(Debug)]
pub struct Interaction {
    /// What can be chosen, in its order.
    pub actions: Vec<Action>,
    /// Where each choice is told.
    pub callback_url: String,
    /// When choosing ends, if it does.
    pub expires_at: Option<Timestamp>,
}

/// Something that can be chosen.
#[derive(Debug)]
#[expect(clippy::struct_field_names, reason = "`actionId` is the API's word for it")]
pub struct Action {
    /// Its id within the message.
    pub action_id: String,
    /// What the button says.
    pub label: String,
    /// How the button looks.
    pub style: ActionStyle,
    /// What it stands for.
    pub value: Option<String>,
}

impl TryFrom<SendMessageIn> for SendMessage {
    type Error = DomainError;

    fn try_from(wire: SendMessageIn) -> Result<Self, DomainError> {
        let mut checks = Checks::default();
        let channel = checks.body("channelId", channel(&wire.channel_id));
        let text = checks.body("content", content(&wire.content));
        let kind = wire.message_type.as_deref().map_or(Ok(MessageKind::default()), one_of);
        let kind = checks.body("messageType", kind);
        let metadata = checks.body("metadata", wire.metadata.map_or_else(|| Ok(json!({})), metadata));
        let attachments = attachments(&mut checks, wire.attachments.unwrap_or_default());
        let asked = (wire.actions, wire.callback_url, wire.expires_at);
        let interaction = kind.and_then(|kind| interaction(&mut checks, kind, asked));
        let checked = channel.zip(text).zip(kind).zip(metadata).zip(attachments).zip(interaction);
        let (((((channel, content), kind), metadata), attachments), interaction) = checks.finish(checked)?;
        Ok(Self { channel, content, kind, metadata, attachments, interaction })
    }
}

/// A channel by its id, or by its name where the text is no id.
pub(crate) fn channel(text: &str) -> Result<ChannelRef, Refusal> {
    check_length(text, 1, CHANNEL_MAX_LENGTH)?;
    let by_name = || ChannelRef::Name(text.to_owned());
    Ok(prefixed::parse(CHANNEL, text).map_or_else(by_name, ChannelRef::Id))
}

/// What an interactive message asks, and that no other message asks anything.
fn interaction(
    checks: &mut Checks,
    kind: MessageKind,
    (actions, callback_url, expires_at): (Option<Vec<ActionIn>>, Option<String>, Option<String>),
) -> Option<Option<Interaction>> {
    if kind != MessageKind::Interactive {
        let only = || Refusal::new(Reason::NotAllowed, "Only of a message of the type 'interactive'");
        let refused = [
            ("actions", actions.is_some_and(|actions| !actions.is_empty())),
            ("callbackUrl", callback_url.is_some()),
            ("expiresAt", expires_at.is_some()),
        ];
        for (name, _) in refused.into_iter().filter(|(_, given)| *given) {
            checks.push(only().of_body(name));
        }
        return Some(None);
    }
    let actions = match actions {
        Some(given) if (1..=MAX_ACTIONS).contains(&given.len()) => actions_of(checks, given),
        Some(_) => {
            let message = format!("List should have 1 to {MAX_ACTIONS} actions");
            checks.push(FieldError::body("actions", Reason::OutOfRange, message));
            None
        }
        None => missing(checks, "actions"),
    };
    let callback_url = match callback_url {
        Some(url) => checks.body("callbackUrl", web_address(&url)),
        None => missing(checks, "callbackUrl"),
    };
    let expires_at = checks.body("expiresAt", expires_at.as_deref().map(time).transpose());
    let ((actions, callback_url), expires_at) = actions.zip(callback_url).zip(expires_at)?;
    Some(Some(Interaction { actions, callback_url, expires_at }))
}

fn missing<T>(checks: &mut Checks, name: &str) -> Option<T> {
    checks.push(FieldError::body(name, Reason::Missing, "Field required"));
    None
}

fn time(text: &str) -> Result<Timestamp, Refusal> {
    text.parse().map_err(|_| Refusal::new(Reason::BadValue, "Input should be a time in ISO 8601 with a zone"))
}

fn actions_of(checks: &mut Checks, given: Vec<ActionIn>) -> Option<Vec<Action>> {
    let mut seen = HashSet::new();
    let checked: Vec<_> = given
        .into_iter()
        .enumerate()
        .map(|(at, action)| {
            let short = |text: &str| check_length(text, 1, ACTION_TEXT_MAX_LENGTH);
            let mut place = Place { checks: &mut *checks, list: "actions", at };
            let id = place.keep("actionId", short(&action.action_id));
            if !seen.insert(action.action_id.clone()) {
                let message = "Each action needs an id of its own";
                place.keep::<()>("actionId", Err(Refusal::new(Reason::BadValue, message)));
            }
            let label = place.keep("label", short(&action.label));
            let style = action.style.as_deref().map_or(Ok(ActionStyle::default()), one_of);
            let style = place.keep("style", style);
            let value = action.value.as_deref();
            let value = place
                .keep("value", value.map_or(Ok(()), |text| check_length(text, 0, ACTION_TEXT_MAX_LENGTH)));
            let ((((), ()), style), ()) = id.zip(label).zip(style).zip(value)?;
            Some(Action { action_id: action.action_id, label: action.label, style, value: action.value })
        })
        .collect();
    checked.into_iter().collect()
}

fn attachments(checks: &mut Checks, given: Vec<AttachmentIn>) -> Option<Vec<Attachment>> {
    if given.len() > MAX_ATTACHMENTS {
        let message = format!("List should have at most {MAX_ATTACHMENTS} attachments");
        checks.push(FieldError::body("attachments", Reason::TooLong, message));
        return None;
    }
    let checked: Vec<_> = given
        .into_iter()
        .enumerate()
        .map(|(at, file)| {
            let mut place = Place { checks: &mut *checks, list: "attachments", at };
            let name = place.keep("name", check_length(&file.name, 1, ATTACHMENT_TEXT_MAX_LENGTH));
            let media_type = place.keep("type", media_type(&file.kind));
            let url = place.keep("url", web_address(&file.url));
            let (((), media_type), url) = name.zip(media_type).zip(url)?;
            Some(Attachment { name: file.name, media_type, url, size: file.size })
        })
        .collect();
    checked.into_iter().collect()
}

/// An item of a list whose fields are being checked.
struct Place<'a> {
    checks: &'a mut Checks,
    list: &'static str,
    at: usize,
}

impl Place<'_> {
    /// Keeps the value of the item's field `name`, or its refusal.
    fn keep<T>(&mut self, name: &str, value: Result<T, Refusal>) -> Option<T> {
        let keep = |Refusal { reason, message }| {
            let steps = [Step::Name(self.list.to_owned()), Step::Index(self.at), Step::Name(name.to_owned())];
            self.checks.push(FieldError { part: Part::Body, path: steps.into(), reason, message });
        };
        value.map_err(keep).ok()
    }
}
