//! Webhooks, events and deliveries.

use switchboard_model::Id;
use switchboard_model::delivery::DeliveryKey;
use switchboard_model::event::EventId;

use super::{Key, Range, workspace_partition};
use crate::tables::Table;

const ENDPOINT: &str = "ENDPOINT#";

/// A webhook of a workspace.
pub fn endpoint(workspace_id: Id, id: Id) -> Key {
    Key::new(Table::Main, workspace_partition(workspace_id), format!("{ENDPOINT}{id}"))
}

/// The webhooks of a workspace.
pub fn endpoints(workspace_id: Id) -> Range {
    Range::new(Table::Main, workspace_partition(workspace_id), ENDPOINT)
}

/// How a webhook fares.
pub fn endpoint_health(id: Id) -> Key {
    Key::new(Table::Ephemeral, format!("{ENDPOINT}{id}"), "HEALTH")
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
