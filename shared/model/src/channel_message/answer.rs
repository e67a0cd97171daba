//! Answers to interactive messages.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Action, ChannelMessage};
use crate::Id;
use crate::field::{Refusal, check_length};

/// Most characters of a comment.
pub const COMMENT_MAX_LENGTH: usize = 2_000;

/// Somebody's choice. Each person chooses an action once.
#[derive(Clone, Debug, PartialEq)]
pub struct ActionResponse {
    /// Its id, and that of the delivery by which it is told.
    pub id: Id,
    /// The workspace.
    pub workspace_id: Id,
    /// The message.
    pub message_id: Id,
    /// The message's channel.
    pub channel_id: Id,
    /// The action that was chosen, as it was then.
    pub action: Action,
    /// Who chose.
    pub user: Responder,
    /// What they have to say to it.
    pub comment: Option<String>,
    /// The message's metadata, overlaid by what the choice came with.
    pub metadata: Value,
    /// Where the choice is told.
    pub callback_url: String,
    /// When they chose.
    pub responded_at: Timestamp,
}

/// Who chose, as they were called then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Responder {
    /// The person.
    pub id: Id,
    /// What they are called.
    pub name: String,
    /// Their address.
    pub email: String,
}

/// What somebody has to say to their choice; `None` where nothing is left of it.
pub fn comment(text: &str) -> Result<Option<String>, Refusal> {
    let comment = text.trim();
    check_length(comment, 0, COMMENT_MAX_LENGTH)?;
    Ok((!comment.is_empty()).then(|| comment.to_owned()))
}

/// The metadata that a choice is told with: the message's, overlaid by the choice's own.
pub fn merged_metadata(message: &ChannelMessage, own: Option<&Value>) -> Value {
    let mut merged = message.metadata.as_object().cloned().unwrap_or_default();
    for (name, value) in own.and_then(Value::as_object).into_iter().flatten() {
        merged.insert(name.clone(), value.clone());
    }
    Value::Object(merged)
}
