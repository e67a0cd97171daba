//! Events of webhooks themselves.

use serde::Serialize;
use switchboard_model::Timestamp;
use switchboard_model::event::{Event, EventType};
use switchboard_model::id::spelling::uuid;
use switchboard_model::webhook::Endpoint;
use utoipa::ToSchema;

use crate::{event_of, event_schema};

/// A webhook is told nothing any longer, since it failed.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookDisabled {
    /// The webhook.
    #[schema(example = "019b76da-a800-7000-8000-000000000000")]
    webhook_id: String,
    /// The workspace.
    #[schema(example = "019b76da-a800-7000-8000-000000000000")]
    workspace_id: String,
    /// Where events were posted to.
    #[schema(example = "https://example.com/hook")]
    url: String,
    /// `gone`: it answered with 410. `failing`: every attempt for five days failed.
    #[schema(example = "gone")]
    reason: String,
}

event_schema!(
    /// The event `webhook.disabled`.
    WebhookDisabledEvent, "webhook.disabled", WebhookDisabled
);

/// Somebody tries a webhook out.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookPing {
    /// The webhook.
    #[schema(example = "019b76da-a800-7000-8000-000000000000")]
    webhook_id: String,
    /// The workspace.
    #[schema(example = "019b76da-a800-7000-8000-000000000000")]
    workspace_id: String,
}

event_schema!(
    /// The event `webhook.ping`.
    WebhookPingEvent, "webhook.ping", WebhookPing
);

pub(crate) fn disabled(endpoint: &Endpoint) -> Event {
    let (reason, at) = match &endpoint.disabled {
        Some(disabled) => (
            disabled.reason.to_string(),
            Timestamp::from_millisecond(disabled.at).unwrap_or(endpoint.updated_at),
        ),
        None => (String::new(), endpoint.updated_at),
    };
    let data = WebhookDisabled {
        webhook_id: uuid::spell(endpoint.id),
        workspace_id: uuid::spell(endpoint.workspace_id),
        url: endpoint.url.to_string(),
        reason,
    };
    event_of(EventType::WebhookDisabled, endpoint.workspace_id, at, &endpoint.id.to_string(), data)
}

pub(crate) fn ping(endpoint: &Endpoint, now: Timestamp, chance: u64) -> Event {
    let data = WebhookPing {
        webhook_id: uuid::spell(endpoint.id),
        workspace_id: uuid::spell(endpoint.workspace_id),
    };
    let what = format!("{}/{chance}", endpoint.id);
    event_of(EventType::WebhookPing, endpoint.workspace_id, now, &what, data)
}
