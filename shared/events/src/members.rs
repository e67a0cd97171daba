//! Events of people.

use serde::Serialize;
use switchboard_model::Timestamp;
use switchboard_model::event::{Event, EventType};
use switchboard_model::id::spelling::prefixed;
use switchboard_model::workspace::Member;
use utoipa::ToSchema;

use crate::{event_of, event_schema};

/// Somebody was added to a workspace.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MemberAdded {
    /// The membership.
    #[schema(example = "member_01kdvj1n00w9h2q6x6k3m5v8ra")]
    id: String,
    /// The workspace.
    #[schema(example = "workspace_01kdvj1n00w9h2q6x6k3m5v8ra")]
    workspace_id: String,
    /// The person.
    #[schema(example = "user_01kdvj1n00w9h2q6x6k3m5v8ra")]
    user_id: String,
    /// Their address.
    #[schema(example = "newuser@example.com")]
    email: String,
    /// What they may do: `owner`, `admin`, `member`, `guest` or `agent`.
    #[schema(example = "member")]
    role: String,
    /// `active`, or `invited` while they have no account.
    #[schema(example = "invited")]
    status: String,
    /// When they were added.
    #[schema(value_type = String, format = DateTime, example = "2026-01-01T00:00:00Z")]
    joined_at: Timestamp,
}

event_schema!(
    /// The event `member.added`.
    MemberAddedEvent, "member.added", MemberAdded
);

pub(crate) fn added(member: &Member) -> Event {
    let data = MemberAdded {
        id: prefixed::spell("member_", member.id),
        workspace_id: prefixed::spell("workspace_", member.workspace_id),
        user_id: prefixed::spell("user_", member.user_id),
        email: member.email.as_str().to_owned(),
        role: member.role.to_string().to_lowercase(),
        status: member.status.to_string(),
        joined_at: member.joined_at,
    };
    let what = member.id.to_string();
    event_of(EventType::MemberAdded, member.workspace_id, member.joined_at, &what, data)
}
