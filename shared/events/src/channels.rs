//! Events of channels and departments.

use serde::Serialize;
use switchboard_model::channel::Channel;
use switchboard_model::department::Department;
use switchboard_model::event::{Event, EventType};
use switchboard_model::id::spelling::prefixed;
use switchboard_model::{Id, Timestamp};
use utoipa::ToSchema;

use crate::{event_of, event_schema};

/// A channel was made.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelCreated {
    /// The channel.
    #[schema(example = "channel_01kdvj1n00w9h2q6x6k3m5v8ra")]
    id: String,
    /// The workspace.
    #[schema(example = "workspace_01kdvj1n00w9h2q6x6k3m5v8ra")]
    workspace_id: String,
    /// What it is called.
    #[schema(example = "product-updates")]
    name: String,
    /// What it is for.
    #[schema(example = "Product update announcements")]
    description: Option<String>,
    /// `public` or `private`.
    #[serde(rename = "type")]
    #[schema(example = "public")]
    kind: String,
    /// The department that it belongs to.
    department_id: Option<String>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime, example = "2026-01-01T00:00:00Z")]
    created_at: Timestamp,
}

event_schema!(
    /// The event `channel.created`.
    ChannelCreatedEvent, "channel.created", ChannelCreated
);

/// A department was made.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DepartmentCreated {
    /// The department.
    #[schema(example = "dept_01kdvj1n00w9h2q6x6k3m5v8ra")]
    id: String,
    /// The workspace.
    #[schema(example = "workspace_01kdvj1n00w9h2q6x6k3m5v8ra")]
    workspace_id: String,
    /// What it is called.
    #[schema(example = "Marketing")]
    name: String,
    /// What it is for.
    #[schema(example = "Marketing and communications team")]
    description: Option<String>,
    /// The person who manages it.
    manager_id: Option<String>,
    /// The department that it is a part of.
    parent_id: Option<String>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime, example = "2026-01-01T00:00:00Z")]
    created_at: Timestamp,
}

event_schema!(
    /// The event `department.created`.
    DepartmentCreatedEvent, "department.created", DepartmentCreated
);

pub(crate) fn created(channel: &Channel) -> Event {
    let data = ChannelCreated {
        id: prefixed::spell("channel_", channel.id),
        workspace_id: prefixed::spell("workspace_", channel.workspace_id),
        name: channel.name.clone(),
        description: channel.description.clone(),
        kind: channel.kind.to_string(),
        department_id: channel.department_id.map(department),
        created_at: channel.created_at,
    };
    let what = channel.id.to_string();
    event_of(EventType::ChannelCreated, channel.workspace_id, channel.created_at, &what, data)
}

pub(crate) fn department_created(made: &Department) -> Event {
    let data = DepartmentCreated {
        id: department(made.id),
        workspace_id: prefixed::spell("workspace_", made.workspace_id),
        name: made.name.clone(),
        description: made.description.clone(),
        manager_id: made.manager_id.map(|id| prefixed::spell("user_", id)),
        parent_id: made.parent_id.map(department),
        created_at: made.created_at,
    };
    event_of(EventType::DepartmentCreated, made.workspace_id, made.created_at, &made.id.to_string(), data)
}

fn department(id: Id) -> String {
    prefixed::spell("dept_", id)
}
