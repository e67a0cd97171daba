//! Keys of API tokens, channels, departments, their messages, and the audit log.

use switchboard_model::Id;

use super::{Key, Range, workspace_partition};
use crate::tables::Table;

const API_TOKEN: &str = "APITOKEN#";
const CHANNEL: &str = "CHANNEL#";
const DEPARTMENT: &str = "DEPARTMENT#";
const RESPONSE: &str = "RESPONSE#";

/// An API token, by its digest.
pub fn api_token(digest: &str) -> Key {
    Key::new(Table::Main, format!("{API_TOKEN}{digest}"), "APITOKEN")
}

/// An API token in its workspace's list.
pub fn workspace_api_token(workspace_id: Id, id: Id) -> Key {
    Key::new(Table::Main, workspace_partition(workspace_id), format!("{API_TOKEN}{id}"))
}

/// The API tokens of a workspace.
pub fn workspace_api_tokens(workspace_id: Id) -> Range {
    Range::new(Table::Main, workspace_partition(workspace_id), API_TOKEN)
}

/// An entry of a workspace's audit log.
pub fn audit_entry(workspace_id: Id, id: Id) -> Key {
    Key::new(Table::Main, format!("AUDIT#{workspace_id}"), id.to_string())
}

/// The audit log of a workspace, by time.
pub fn audit_log(workspace_id: Id) -> Range {
    Range::new(Table::Main, format!("AUDIT#{workspace_id}"), "")
}

/// A channel.
pub fn channel(workspace_id: Id, id: Id) -> Key {
    Key::new(Table::Main, channels_partition(workspace_id), format!("{CHANNEL}{id}"))
}

/// A part of the count of a channel's messages. It stands behind its channel.
pub fn channel_count(workspace_id: Id, id: Id, shard: u8) -> Key {
    Key::new(Table::Main, channels_partition(workspace_id), format!("{CHANNEL}{id}#COUNT#{shard:02}"))
}

/// The channels of a workspace, each with its counts behind it.
pub fn channels(workspace_id: Id) -> Range {
    Range::new(Table::Main, channels_partition(workspace_id), CHANNEL)
}

/// The oldest channel of a name.
pub fn channel_name(workspace_id: Id, name: &str) -> Key {
    Key::new(Table::Main, channels_partition(workspace_id), format!("NAME#{name}"))
}

/// A department.
pub fn department(workspace_id: Id, id: Id) -> Key {
    Key::new(Table::Main, format!("DEPARTMENTS#{workspace_id}"), format!("{DEPARTMENT}{id}"))
}

/// The departments of a workspace.
pub fn departments(workspace_id: Id) -> Range {
    Range::new(Table::Main, format!("DEPARTMENTS#{workspace_id}"), DEPARTMENT)
}

/// A message in its channel.
pub fn channel_message(channel_id: Id, id: Id) -> Key {
    Key::new(Table::Messages, format!("{CHANNEL}{channel_id}"), id.to_string())
}

/// Where a channel's message is.
pub fn channel_message_pointer(id: Id) -> Key {
    Key::new(Table::Messages, format!("CHANNELMESSAGE#{id}"), "MESSAGE")
}

/// Somebody's choice of an action of a message.
pub fn action_response(message_id: Id, action_id: Id, user_id: Id) -> Key {
    let sort = format!("{RESPONSE}{action_id}#{user_id}");
    Key::new(Table::Messages, format!("CHANNELMESSAGE#{message_id}"), sort)
}

/// The choices of a message.
pub fn action_responses(message_id: Id) -> Range {
    Range::new(Table::Messages, format!("CHANNELMESSAGE#{message_id}"), RESPONSE)
}

fn channels_partition(workspace_id: Id) -> String {
    format!("CHANNELS#{workspace_id}")
}
