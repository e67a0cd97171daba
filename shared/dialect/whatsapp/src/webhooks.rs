//! Webhooks of workspaces on the wire: who is told what happens.

mod log;

use serde::{Deserialize, Serialize};
use strum::VariantArray;
use switchboard_model::event::{EventType, Watched};
use switchboard_model::field::{Checks, Reason, Refusal, one_of};
use switchboard_model::webhook::{
    Endpoint, EndpointChange, EndpointStatus, MAX_OVERLAP_SECONDS, NewEndpoint, OVERLAP_SECONDS,
    SignatureFormat, description,
};
use switchboard_model::{DomainError, Id, Timestamp};
use utoipa::ToSchema;

use crate::WireId;

pub use log::{
    AttemptOut, DeliveryDetailsOut, DeliveryLogOut, DeliveryOut, EventSchema, Log, LogQuery, PingOut,
    ReplayIn, ReplayOut, ReplaySpan, event_id,
};

/// A webhook to make.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"url": "https://example.com/hook", "description": "Orders", "events": ["whatsapp.message.received"]}))]
pub struct CreateWebhookIn {
    /// Where events are posted to: an http or https address of the public Internet, 2,048 characters at most.
    #[schema(example = "https://example.com/hook")]
    url: String,
    /// What it is for, 500 characters at most.
    #[schema(example = "Orders")]
    description: Option<String>,
    /// What it is told of: `message.created`, `message.updated`, `channel.created`, `department.created`,
    /// `member.added`, `campaign.completed`, `whatsapp.message.received`, `whatsapp.message.status`,
    /// `webhook.disabled`.
    #[schema(example = json!(["whatsapp.message.received"]), min_items = 1)]
    events: Vec<String>,
    /// How the body is written that `X-Webhook-Signature` signs: `auto` (as `JSON.stringify` writes it, or as Python's
    /// `json.dumps` where that is answered with 401), `node`, `python` or `raw` (the bytes that are sent).
    #[schema(example = "auto")]
    signature_format: Option<String>,
}

impl CreateWebhookIn {
    /// The checked form, for this workspace.
    pub fn checked(self, workspace_id: Id) -> Result<NewEndpoint, DomainError> {
        let mut checks = Checks::default();
        let url = checks.body("url", self.url.parse());
        let text = checks.body("description", self.description.as_deref().map(description).transpose());
        let events = checks.body("events", events(&self.events));
        let format = self.signature_format.as_deref().map(one_of::<SignatureFormat>).transpose();
        let format = checks.body("signature_format", format);
        let checked = url.zip(text).zip(events).zip(format);
        let (((url, text), events), format) = checks.finish(checked)?;
        Ok(NewEndpoint {
            workspace_id,
            url,
            description: text.filter(|text| !text.is_empty()),
            events,
            signature_format: format.unwrap_or_default(),
        })
    }
}

/// What to change of a webhook; what is left out stays.
#[derive(Deserialize, ToSchema)]
pub struct UpdateWebhookIn {
    /// Another address.
    #[schema(example = "https://example.com/other")]
    url: Option<String>,
    /// Another description; an empty one is none.
    description: Option<String>,
    /// What it is told of.
    #[schema(example = json!(["member.added"]), min_items = 1)]
    events: Option<Vec<String>>,
    /// `auto`, `node`, `python` or `raw`.
    signature_format: Option<String>,
    /// `active` or `disabled`. One that is made active again begins anew.
    #[schema(example = "active")]
    status: Option<String>,
}

impl TryFrom<UpdateWebhookIn> for EndpointChange {
    type Error = DomainError;

    fn try_from(wire: UpdateWebhookIn) -> Result<Self, DomainError> {
        let mut checks = Checks::default();
        let url = checks.body("url", wire.url.map(|url| url.parse()).transpose());
        let text = checks.body("description", wire.description.as_deref().map(description).transpose());
        let events = checks.body("events", wire.events.as_deref().map(events).transpose());
        let format = wire.signature_format.as_deref().map(one_of::<SignatureFormat>).transpose();
        let format = checks.body("signature_format", format);
        let status = wire.status.as_deref().map(one_of::<EndpointStatus>).transpose();
        let status = checks.body("status", status);
        let change = url.zip(text).zip(events).zip(format).zip(status);
        checks.finish(change.map(|((((url, description), events), signature_format), status)| Self {
            url,
            description,
            events,
            signature_format,
            status,
        }))
    }
}

/// The kinds of events that `names` spell.
fn events(names: &[String]) -> Result<Watched, Refusal> {
    if names.is_empty() {
        return Err(Refusal::new(Reason::TooShort, "List should have at least 1 item"));
    }
    let kind = |name: &String| name.parse().ok().filter(|kind: &EventType| kind.can_be_subscribed_to());
    let kinds: Option<Watched> = names.iter().map(kind).collect();
    kinds.ok_or_else(|| {
        let known = EventType::VARIANTS.iter().filter(|kind| kind.can_be_subscribed_to());
        let known: Vec<_> = known.map(|kind| format!("'{kind}'")).collect();
        Refusal::new(Reason::NotAllowed, format!("Items should be of {}", known.join(", ")))
    })
}

/// How to give a webhook another secret.
#[derive(Default, Deserialize, ToSchema)]
pub struct RotateWebhookSecretIn {
    /// How long the old secrets sign beside the new one, in seconds: 0 to 604,800, by default 86,400.
    #[schema(example = 86_400, minimum = 0, maximum = 604_800)]
    overlap_seconds: Option<i64>,
}

impl RotateWebhookSecretIn {
    /// The checked form.
    pub fn checked(self) -> Result<u32, DomainError> {
        let seconds = match self.overlap_seconds {
            None => Ok(OVERLAP_SECONDS),
            Some(seconds) => u32::try_from(seconds)
                .ok()
                .filter(|seconds| *seconds <= MAX_OVERLAP_SECONDS)
                .ok_or_else(|| {
                    let message =
                        format!("Input should be a number of seconds from 0 to {MAX_OVERLAP_SECONDS}");
                    Refusal::new(Reason::OutOfRange, message)
                }),
        };
        let mut checks = Checks::default();
        let seconds = checks.body("overlap_seconds", seconds);
        checks.finish(seconds)
    }
}

/// The id of a webhook in the path.
pub fn webhook_id(text: &str) -> Result<Id, DomainError> {
    WireId::in_path("webhook_id", text, DomainError::WebhookNotFound)
}

/// A webhook.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookOut {
    /// Its id.
    pub id: WireId,
    /// Whose it is.
    pub workspace_id: WireId,
    /// Where events are posted to.
    #[schema(example = "https://example.com/hook")]
    pub url: String,
    /// What it is for.
    #[schema(example = "Orders")]
    pub description: Option<String>,
    /// What it is told of.
    #[schema(example = json!(["whatsapp.message.received"]))]
    pub events: Vec<String>,
    /// How the body is written that `X-Webhook-Signature` signs.
    #[schema(example = "auto")]
    pub signature_format: String,
    /// `active` or `disabled`.
    #[schema(example = "active")]
    pub status: String,
    /// Why it was disabled, where it failed: `gone` or `failing`.
    pub disabled_reason: Option<String>,
    /// When it was disabled because it failed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub disabled_at: Option<Timestamp>,
    /// What signs its events. In full only when it is made or rotated.
    #[schema(example = "whsec_…LaSw")]
    pub secret: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime, example = "2026-01-01T00:00:00Z")]
    pub created_at: Timestamp,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime, example = "2026-01-01T00:00:00Z")]
    pub updated_at: Timestamp,
}

impl WebhookOut {
    /// A webhook with its secret in full.
    pub fn with_secret(endpoint: Endpoint, secret: String) -> Self {
        Self { secret, ..Self::from(endpoint) }
    }
}

impl From<Endpoint> for WebhookOut {
    fn from(endpoint: Endpoint) -> Self {
        let disabled = endpoint.disabled.as_ref();
        Self {
            id: endpoint.id.into(),
            workspace_id: endpoint.workspace_id.into(),
            url: endpoint.url.to_string(),
            disabled_reason: disabled.map(|disabled| disabled.reason.to_string()),
            disabled_at: disabled.and_then(|disabled| Timestamp::from_millisecond(disabled.at).ok()),
            description: endpoint.description,
            events: endpoint.events.into(),
            signature_format: endpoint.signature_format.to_string(),
            status: endpoint.status.to_string(),
            secret: endpoint.masked_secret,
            created_at: endpoint.created_at,
            updated_at: endpoint.updated_at,
        }
    }
}
