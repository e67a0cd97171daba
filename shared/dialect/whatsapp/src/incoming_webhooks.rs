//! Incoming webhooks of workspaces on the wire: services outside that do things by signed requests.

use std::collections::BTreeSet;

use serde::{Deserialize, Deserializer, Serialize};
use switchboard_model::api_token::{RATE_LIMIT_DEFAULT, rate_limit};
use switchboard_model::field::{Checks, one_of};
use switchboard_model::id::spelling::{prefixed, uuid};
use switchboard_model::incoming_webhook::{
    ID_PREFIX, IncomingAction, IncomingStatus, IncomingUsage, IncomingWebhook, IncomingWebhookChange,
    actions, name,
};
use switchboard_model::{DomainError, Id, Timestamp};
use utoipa::ToSchema;

use crate::WireId;

/// Where services post to.
const PATH: &str = "/api/v1/webhooks/incoming";
/// What stands in front of the id of a channel in the Workspace Messaging API v1.
const CHANNEL_PREFIX: &str = "channel_";

/// An incoming webhook to make.
#[derive(Deserialize, ToSchema)]
pub struct CreateIncomingWebhookIn {
    /// What it is to be called, 1 to 100 characters; its messages are written by that name.
    #[schema(example = "GitHub Deployments", min_length = 1, max_length = 100)]
    name: String,
    /// The channel of messages that name none, by its id in the Workspace Messaging API v1 or as a UUID.
    #[schema(example = "channel_01m7sx5wyrjvng11se0qt1cfmx")]
    channel_id: Option<String>,
    /// What it may do: `send_message`, `create_channel`, `create_department`, `add_member`.
    #[schema(example = json!(["send_message"]), min_items = 1)]
    actions: Vec<String>,
    /// Requests in an hour, 100 to 100,000; 1,000 where it is left out.
    #[schema(value_type = Option<u32>, minimum = 100, maximum = 100_000, example = 1_000)]
    rate_limit: Option<i64>,
}

/// The checked form of [`CreateIncomingWebhookIn`].
#[derive(Debug)]
pub struct CreateIncomingWebhook {
    /// What it is to be called.
    pub name: String,
    /// The channel of messages that name none.
    pub channel_id: Option<Id>,
    /// What it may do.
    pub actions: BTreeSet<IncomingAction>,
    /// Requests in an hour.
    pub rate_limit: u32,
}

impl TryFrom<CreateIncomingWebhookIn> for CreateIncomingWebhook {
    type Error = DomainError;

    fn try_from(wire: CreateIncomingWebhookIn) -> Result<Self, DomainError> {
        let mut checks = Checks::default();
        let called = checks.body("name", name(&wire.name));
        let allowed = checks.body("actions", actions(&wire.actions));
        let limit = checks.body("rate_limit", wire.rate_limit.map_or(Ok(RATE_LIMIT_DEFAULT), rate_limit));
        let ((name, actions), rate_limit) = checks.finish(called.zip(allowed).zip(limit))?;
        let channel_id = wire.channel_id.as_deref().map(channel).transpose()?;
        Ok(Self { name, channel_id, actions, rate_limit })
    }
}

/// What to change of an incoming webhook; what is left out stays.
#[derive(Deserialize, ToSchema)]
pub struct UpdateIncomingWebhookIn {
    /// Another name.
    #[schema(example = "GitHub", min_length = 1, max_length = 100)]
    name: Option<String>,
    /// Another channel for messages that name none; null is none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    channel_id: Option<Option<String>>,
    /// What it may do.
    #[schema(example = json!(["send_message", "create_channel"]), min_items = 1)]
    actions: Option<Vec<String>>,
    /// Requests in an hour.
    #[schema(value_type = Option<u32>, minimum = 100, maximum = 100_000)]
    rate_limit: Option<i64>,
    /// `active` or `disabled`: requests by one that is disabled are answered as if there were none.
    #[schema(example = "active")]
    status: Option<String>,
}

impl TryFrom<UpdateIncomingWebhookIn> for IncomingWebhookChange {
    type Error = DomainError;

    fn try_from(wire: UpdateIncomingWebhookIn) -> Result<Self, DomainError> {
        let mut checks = Checks::default();
        let called = checks.body("name", wire.name.as_deref().map(name).transpose());
        let allowed = checks.body("actions", wire.actions.as_deref().map(actions).transpose());
        let limit = checks.body("rate_limit", wire.rate_limit.map(rate_limit).transpose());
        let status = wire.status.as_deref().map(one_of::<IncomingStatus>).transpose();
        let status = checks.body("status", status);
        let checked = checks.finish(called.zip(allowed).zip(limit).zip(status))?;
        let (((name, actions), rate_limit), status) = checked;
        let channel_id = match wire.channel_id {
            None => None,
            Some(named) => Some(named.as_deref().map(channel).transpose()?),
        };
        Ok(Self { name, channel_id, actions, rate_limit, status })
    }
}

/// Tells a null from what is left out.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// The channel that `text` names, in the one spelling or the other.
fn channel(text: &str) -> Result<Id, DomainError> {
    prefixed::parse(CHANNEL_PREFIX, text).or_else(|| uuid::parse(text)).ok_or(DomainError::ChannelNotFound)
}

/// The id of an incoming webhook in the path.
pub fn webhook_id(text: &str) -> Result<Id, DomainError> {
    WireId::in_path("webhook_id", text, DomainError::WebhookNotFound)
}

/// An incoming webhook.
#[derive(Debug, Serialize, ToSchema)]
pub struct IncomingWebhookOut {
    /// Its id.
    pub id: WireId,
    /// Its id as its service sends it in `X-Webhook-Id`.
    #[schema(example = "webhook_01m7sx5wyrjvng11se0qt1cfmx")]
    pub webhook_id: String,
    /// Where it does things.
    pub workspace_id: WireId,
    /// What it is called.
    #[schema(example = "GitHub Deployments")]
    pub name: String,
    /// Where its service posts to.
    #[schema(example = "https://api.example.com/api/v1/webhooks/incoming")]
    pub url: String,
    /// The channel of messages that name none, by its id in the Workspace Messaging API v1.
    #[schema(example = "channel_01m7sx5wyrjvng11se0qt1cfmx")]
    pub channel_id: Option<String>,
    /// What it may do.
    #[schema(example = json!(["send_message"]))]
    pub actions: Vec<String>,
    /// Requests in an hour.
    #[schema(example = 1_000)]
    pub rate_limit: u32,
    /// `active` or `disabled`.
    #[schema(example = "active")]
    pub status: String,
    /// What signs its requests. In full only when it is made or rotated.
    #[schema(example = "whsec_…LaSw")]
    pub secret: String,
    /// When it was used last.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_used_at: Option<Timestamp>,
    /// How often it was used, requests over the limit included and those with a wrong signature not.
    #[schema(example = 0)]
    pub usage_count: u64,
    /// Who made it; nobody where that was done with the API key of the workspace.
    pub created_by: Option<WireId>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime, example = "2026-01-01T00:00:00Z")]
    pub created_at: Timestamp,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime, example = "2026-01-01T00:00:00Z")]
    pub updated_at: Timestamp,
}

impl IncomingWebhookOut {
    /// An incoming webhook and how much it was used, of an API that is found at `origin`, such as
    /// `https://api.example.com`; its secret as it may be shown.
    pub fn new(webhook: IncomingWebhook, usage: IncomingUsage, origin: &str) -> Self {
        Self {
            id: webhook.id.into(),
            webhook_id: prefixed::spell(ID_PREFIX, webhook.id),
            workspace_id: webhook.workspace_id.into(),
            name: webhook.name,
            url: format!("{origin}{PATH}"),
            channel_id: webhook.channel_id.map(|id| prefixed::spell(CHANNEL_PREFIX, id)),
            actions: webhook.actions.iter().map(ToString::to_string).collect(),
            rate_limit: webhook.rate_limit,
            status: webhook.status.to_string(),
            secret: webhook.masked_secret,
            last_used_at: usage.last_used_at,
            usage_count: usage.total,
            created_by: webhook.created_by.map(WireId::from),
            created_at: webhook.created_at,
            updated_at: webhook.updated_at,
        }
    }

    /// The same with its secret in full.
    #[must_use]
    pub fn with_secret(self, secret: String) -> Self {
        Self { secret, ..self }
    }
}
