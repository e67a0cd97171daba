//! Ids on the wire: a prefix that tells the kind of thing, then a ULID in lower case.

use switchboard_model::id::spelling::prefixed;
use switchboard_model::{DomainError, Id};

/// Stands in front of the id of a message.
pub const MESSAGE: &str = "msg_";
/// Stands in front of the id of a channel.
pub const CHANNEL: &str = "channel_";
/// Stands in front of the id of a department.
pub const DEPARTMENT: &str = "dept_";
/// Stands in front of the id of a membership.
pub const MEMBER: &str = "member_";
/// Stands in front of the id of a person, or of a program that writes messages.
pub const USER: &str = "user_";
/// Stands in front of the id of a workspace.
pub const WORKSPACE: &str = "workspace_";
/// Stands in front of the id of an action.
pub const ACTION: &str = "action_";
/// Stands in front of the id of an answer to a message.
pub const RESPONSE: &str = "response_";
/// Stands in front of the id of an incoming webhook.
pub const WEBHOOK: &str = "webhook_";

/// The spelling of `id` behind `prefix`.
pub fn spell(prefix: &str, id: Id) -> String {
    prefixed::spell(prefix, id)
}

/// The id that `text` spells behind `prefix`; `not_found` where it names nothing.
pub fn parse(prefix: &str, text: &str, not_found: DomainError) -> Result<Id, DomainError> {
    prefixed::parse(prefix, text).ok_or(not_found)
}

/// The id that `text` spells behind `prefix`, if there is a text.
pub(crate) fn parse_some(
    prefix: &str,
    text: Option<&str>,
    not_found: DomainError,
) -> Result<Option<Id>, DomainError> {
    text.map(|text| parse(prefix, text, not_found)).transpose()
}
