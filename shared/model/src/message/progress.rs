//! What is known of a message's progress.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::Display;

/// How far a message has come. The order is that of progress: a later report never goes back. `Failed` stands
/// below `Delivered`, since a message that reached one device and failed on another has arrived.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Display,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Status {
    /// Stored, waiting to be sent.
    #[default]
    Queued,
    /// Being handed to Meta.
    Sending,
    /// Accepted by Meta.
    Sent,
    /// Not delivered, and it will not be.
    Failed,
    /// On the recipient's device.
    Delivered,
    /// Opened by the recipient.
    Read,
    /// Received from a customer; progress does not apply.
    Received,
}

/// Why a message failed, in Meta's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Meta's error code.
    pub code: i64,
    /// Meta's title of the code.
    pub title: String,
    /// Meta's details, where it gave any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<String>,
}

/// What is known of a message's progress. Of several reports of one kind the earliest time counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// How far it has come.
    pub status: Status,
    /// When Meta accepted it.
    pub sent_at: Option<Timestamp>,
    /// When it arrived, if that was reported.
    pub delivered_at: Option<Timestamp>,
    /// When it was opened.
    pub read_at: Option<Timestamp>,
    /// When it failed.
    pub failed_at: Option<Timestamp>,
    /// Why it failed.
    pub failure: Option<Failure>,
}

impl Progress {
    /// When it arrived. WhatsApp leaves out the report where a message is read as it arrives
    /// (Meta, status webhooks), so what was read has arrived by then.
    pub fn arrived_at(&self) -> Option<Timestamp> {
        self.delivered_at.or(self.read_at)
    }
}

/// News of a message's progress.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What happened.
    pub kind: ReportKind,
    /// When it happened.
    pub at: Timestamp,
}

/// What happened to a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReportKind {
    /// Meta accepted it.
    Sent,
    /// It arrived.
    Delivered,
    /// It was opened.
    Read,
    /// It failed.
    Failed(Failure),
}

impl ReportKind {
    /// The status that this brings, unless the message has come further.
    pub fn status(&self) -> Status {
        match self {
            Self::Sent => Status::Sent,
            Self::Delivered => Status::Delivered,
            Self::Read => Status::Read,
            Self::Failed(_) => Status::Failed,
        }
    }
}
