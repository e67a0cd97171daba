//! Keys of conversations.

use switchboard_model::conversation::{Conversation, ConversationKey};
use switchboard_model::{Id, Timestamp};

use super::{Key, Range};
use crate::tables::Table;

/// Partitions of a workspace's inbox: one could not take the writes of a busy one.
pub const INBOX_SHARDS: u64 = 4;
/// Items that count a workspace's conversations, so that those that begin at once do not collide.
pub const TALLY_SHARDS: u64 = 16;

/// What is known of a conversation as a whole.
pub fn conversation(key: &ConversationKey) -> Key {
    let partition = format!("THREAD#{}#{}", key.phone_number_id, key.customer.as_str());
    Key::new(Table::Messages, partition, "THREAD")
}

/// Between whom the conversation with this id is.
pub fn conversation_pointer(id: Id) -> Key {
    Key::new(Table::Messages, format!("THREADID#{id}"), "THREADID")
}

/// The messages of a conversation.
pub fn messages(key: &ConversationKey) -> Range {
    Range::new(Table::Messages, super::conversation_partition(key), "")
}

/// A conversation in its workspace's inbox, by the time of its last message.
pub fn inbox_entry(conversation: &Conversation) -> Key {
    let shard = conversation.id.bits() % INBOX_SHARDS;
    let partition = inbox_partition(conversation.workspace_id, shard);
    Key::new(Table::Messages, partition, inbox_position(conversation.last_message.at, conversation.id))
}

/// A part of a workspace's inbox, from 0 to [`INBOX_SHARDS`].
pub fn inbox(workspace_id: Id, shard: u64) -> Range {
    Range::new(Table::Messages, inbox_partition(workspace_id, shard), "")
}

/// A count of a workspace's conversations, `id`'s among them.
pub fn inbox_tally(workspace_id: Id, id: Id) -> Key {
    let shard = id.bits() % TALLY_SHARDS;
    Key::new(Table::Messages, format!("INBOX#{workspace_id}"), format!("TALLY#{shard:02}"))
}

/// The counts of a workspace's conversations.
pub fn inbox_tallies(workspace_id: Id) -> Range {
    Range::new(Table::Messages, format!("INBOX#{workspace_id}"), "TALLY#")
}

fn inbox_partition(workspace_id: Id, shard: u64) -> String {
    format!("INBOX#{workspace_id}#{shard}")
}

fn inbox_position(at: Timestamp, id: Id) -> String {
    format!("{:013}#{id}", at.as_millisecond().max(0))
}
