//! Messages of a team in its channels, and the answers to those that ask for one.

pub mod answer;
pub mod content;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use strum::{Display, EnumString, VariantArray};

use crate::Id;

pub use answer::ActionResponse;
pub use content::{Action, ActionStyle, Attachment};

/// A message in a channel.
#[derive(Clone, Debug, PartialEq)]
pub struct ChannelMessage {
    /// Its id.
    pub id: Id,
    /// The workspace.
    pub workspace_id: Id,
    /// The channel.
    pub channel_id: Id,
    /// Who wrote it.
    pub author: Author,
    /// What it says: 1 to 10,000 characters.
    pub content: String,
    /// What sort of message it is.
    pub kind: MessageKind,
    /// Whatever its sender keeps with it; an object.
    pub metadata: Value,
    /// Files that it points to.
    pub attachments: Vec<Attachment>,
    /// What those who read it can choose from; only of an interactive message.
    pub interaction: Option<Interaction>,
    /// When it was sent.
    pub created_at: Timestamp,
}

/// What an interactive message asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interaction {
    /// What can be chosen, 1 to 5 actions, in their order.
    pub actions: Vec<Action>,
    /// Where each choice is told.
    pub callback_url: String,
    /// When choosing ends, if it does.
    pub expires_at: Option<Timestamp>,
}

impl Interaction {
    /// Whether nothing can be chosen any longer at `now`.
    pub fn has_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}

/// Who wrote a message, as they were called then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// What sort of author.
    pub kind: AuthorKind,
    /// The person, or the API token or webhook.
    pub id: Id,
    /// What they are called.
    pub name: String,
    /// Their address; of a program one that takes no mail.
    pub email: String,
}

/// A sort of author.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthorKind {
    /// A person.
    User,
    /// A program with an API token.
    ApiToken,
    /// A service behind an incoming webhook.
    IncomingWebhook,
}

/// What sort of message it is.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    VariantArray,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum MessageKind {
    /// What a person would write.
    Text,
    /// What a program has to tell.
    #[default]
    Integration,
    /// What the workspace itself has to tell.
    System,
    /// Something to choose from.
    Interactive,
}
