//! How far the recipients of a campaign are planned: written into the ledger, or left out for a reason.

use serde::{Deserialize, Serialize};

use crate::conversation::Customer;
use crate::recipient::RecipientCounts;

/// Most recipients that are planned at once.
pub const BATCH_MAX: usize = 200;

/// How far the recipients of a campaign are planned.
///
/// A batch is fixed before it is written: its customers stand here until all of them have their row. So whoever
/// takes over from a planner that died writes the same rows, even if contacts changed meanwhile.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// When planning began, in Unix milliseconds.
    #[serde(default)]
    pub began_at: i64,
    /// The number of the batch that is being written.
    #[serde(default)]
    pub batch: u32,
    /// Who is in that batch.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub customers: Vec<Customer>,
    /// Where the walk through the audience goes on after that batch; `None` is at its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// Whether everybody has their row.
    #[serde(default)]
    pub done: bool,
    /// Everybody who has a row, as they were planned. What became of them since is counted elsewhere.
    #[serde(default)]
    pub counts: RecipientCounts,
}

/// A place in the walk through an audience.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Which part of the audience: its tags one after the other, then the contacts that are named.
    pub part: u32,
    /// The place in that part, as the store of contacts says; its beginning where this is not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
}
