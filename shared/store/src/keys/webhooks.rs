//! Webhooks, events and deliveries.

use switchboard_model::Id;
use switchboard_model::delivery::DeliveryKey;
use switchboard_model::event::EventId;
use switchboard_model::incoming_webhook::RequestName;
use switchboard_model::webhook::Receiver;

use super::{Key, Range, bounded, workspace_partition};
use crate::tables::Table;

const ENDPOINT: &str = "ENDPOINT#";
const INCOMING: &str = "INCOMING#";
/// The sort key of an incoming webhook.
pub(crate) const INCOMING_WEBHOOK: &str = "INCOMING";

/// A webhook of a workspace.
pub fn endpoint(workspace_id: Id, id: Id) -> Key {
    Key::new(Table::Main, workspace_partition(workspace_id), format!("{ENDPOINT}{id}"))
}

/// The webhooks of a workspace.
pub fn endpoints(workspace_id: Id) -> Range {
    Range::new(Table::Main, workspace_partition(workspace_id), ENDPOINT)
}

/// How a receiver fares.
pub fn endpoint_health(receiver: &Receiver) -> Key {
    let partition = match receiver {
        Receiver::Webhook(id) => format!("{ENDPOINT}{id}"),
        Receiver::Callbacks { workspace_id, origin } => {
            format!("CALLBACKS#{workspace_id}#{}", bounded(origin))
        }
    };
    Key::new(Table::Ephemeral, partition, "HEALTH")
}

/// Something that happened in a workspace.
pub fn event(workspace_id: Id, id: &EventId) -> Key {
    Key::new(Table::Messages, events(workspace_id).pk, id.as_str())
}

/// What happened in a workspace, by time.
pub fn events(workspace_id: Id) -> Range {
    Range::new(Table::Messages, format!("FEED#{workspace_id}"), "")
}

/// A delivery.
pub fn delivery(key: &DeliveryKey) -> Key {
    match key {
        DeliveryKey::Event { endpoint_id, event_id } => {
            Key::new(Table::Messages, deliveries(*endpoint_id).pk, event_id.as_str())
        }
        DeliveryKey::Callback { id } => Key::new(Table::Messages, format!("CALLBACK#{id}"), "CALLBACK"),
    }
}

/// The deliveries to a webhook, by the time of their events.
pub fn deliveries(endpoint_id: Id) -> Range {
    Range::new(Table::Messages, format!("DELIVERIES#{endpoint_id}"), "")
}

/// A replay of what happened in a span of time.
pub fn replay(workspace_id: Id, id: Id) -> Key {
    Key::new(Table::Messages, format!("REPLAY#{workspace_id}"), id.to_string())
}

/// An incoming webhook.
pub fn incoming_webhook(id: Id) -> Key {
    Key::new(Table::Main, format!("{INCOMING}{id}"), INCOMING_WEBHOOK)
}

/// How much an incoming webhook was used.
pub fn incoming_webhook_usage(id: Id) -> Key {
    Key::new(Table::Main, format!("{INCOMING}{id}"), "USAGE")
}

/// An incoming webhook in its workspace's list.
pub fn workspace_incoming_webhook(workspace_id: Id, id: Id) -> Key {
    Key::new(Table::Main, workspace_partition(workspace_id), format!("{INCOMING}{id}"))
}

/// The incoming webhooks of a workspace.
pub fn workspace_incoming_webhooks(workspace_id: Id) -> Range {
    Range::new(Table::Main, workspace_partition(workspace_id), INCOMING)
}

/// A request that came by an incoming webhook and was carried out.
pub fn incoming_request(webhook_id: Id, name: &RequestName) -> Key {
    let sort = match name {
        RequestName::IdempotencyKey(key) => format!("KEY#{}", bounded(key)),
        RequestName::Delivery(id) => format!("DELIVERY#{}", bounded(id)),
    };
    Key::new(Table::Ephemeral, format!("{INCOMING}{webhook_id}"), sort)
}
