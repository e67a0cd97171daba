//! What webhooks are told: the catalogue of events and their JSON.
//!
//! Every event is `{id, type, timestamp, data}` (Standard Webhooks 1.0.0, "Payload structure"). In `data`, ids are
//! spelled as the API does in which the thing is at home: UUIDs for what begins with `whatsapp`, `campaign` or `webhook`, prefixes
//! and ULIDs for what the Workspace Messaging API knows.

mod campaigns;
mod channels;
mod members;
mod messages;
mod webhooks;
mod whatsapp;

use serde::Serialize;
use switchboard_model::event::{Event, EventId, EventType, Happening};
use switchboard_model::webhook::Endpoint;
use switchboard_model::{Id, Timestamp};

pub use campaigns::{CampaignCompleted, CampaignCompletedEvent};
pub use channels::{ChannelCreated, ChannelCreatedEvent, DepartmentCreated, DepartmentCreatedEvent};
pub use members::{MemberAdded, MemberAddedEvent};
pub use messages::{
    EventAction, EventAttachment, EventPerson, MessageCreated, MessageCreatedEvent, MessageResponse,
    MessageUpdated, MessageUpdatedEvent,
};
pub use webhooks::{WebhookDisabled, WebhookDisabledEvent, WebhookPing, WebhookPingEvent};
pub use whatsapp::{
    WhatsappFailure, WhatsappMessageReceived, WhatsappMessageReceivedEvent, WhatsappMessageStatus,
    WhatsappMessageStatusEvent,
};

/// The event that tells of a happening. The same happening is the same event, however often it is told.
pub fn event(happening: &Happening) -> Event {
    match happening {
        Happening::ChannelMessageSent(message) => messages::created(message),
        Happening::ChannelMessageAnswered(response) => messages::answered(response),
        Happening::ChannelCreated(channel) => channels::created(channel),
        Happening::DepartmentCreated(department) => channels::department_created(department),
        Happening::CampaignCompleted { campaign, counts } => campaigns::completed(campaign, counts),
        Happening::MemberAdded(member) => members::added(member),
        Happening::MessageReceived(message) => whatsapp::received(message),
        Happening::MessageStatus(message) => whatsapp::status(message),
        Happening::WebhookDisabled(endpoint) => webhooks::disabled(endpoint),
    }
}

/// The event by which somebody tries a webhook out. `chance` tells one try from another.
pub fn ping(endpoint: &Endpoint, now: Timestamp, chance: u64) -> Event {
    webhooks::ping(endpoint, now, chance)
}

/// What every event has.
#[derive(Debug, Serialize)]
struct Envelope<T> {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    timestamp: Timestamp,
    data: T,
}

/// The event of `kind` that tells `data`. `what` tells it apart from all others of its kind and time.
fn event_of<T: Serialize>(kind: EventType, workspace_id: Id, at: Timestamp, what: &str, data: T) -> Event {
    let kind = kind.to_string();
    let id = EventId::of(at, &format!("{kind}/{workspace_id}/{what}"));
    let envelope = Envelope { id: id.to_string(), kind: kind.clone(), timestamp: at, data };
    // All keys are strings, so it always has a JSON form.
    let body = serde_json::to_string(&envelope).unwrap_or_default();
    Event { id, workspace_id, kind, at: at.as_millisecond(), body }
}

/// Declares the schema of a whole event: its envelope with the data of one kind.
macro_rules! event_schema {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $data:ident) => {
        $(#[$doc])*
        #[derive(Debug, utoipa::ToSchema)]
        #[expect(dead_code, reason = "only its schema is used: all events are written through one envelope")]
        pub struct $name {
            /// The id of the event; the same in every attempt and replay.
            #[schema(example = "evt_01kdvj1n00w9h2q6x6k3m5v8ra")]
            id: String,
            #[schema(schema_with = Self::kind)]
            r#type: String,
            /// When it happened.
            #[schema(value_type = String, format = DateTime, example = "2026-01-01T00:00:00Z")]
            timestamp: String,
            /// What happened.
            data: $data,
        }

        impl $name {
            /// The one kind of event that it is, which tells its schema apart from all others.
            fn kind() -> utoipa::openapi::Object {
                let kind = utoipa::openapi::ObjectBuilder::new();
                let kind = kind.schema_type(utoipa::openapi::schema::Type::String);
                kind.description(Some("The kind of event.")).enum_values(Some([$kind])).build()
            }
        }
    };
}

pub(crate) use event_schema;
