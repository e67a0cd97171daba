//! How far the recipients of a campaign are planned: written into the ledger, or left out for a reason.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, VariantArray};

use crate::conversation::Customer;

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
    /// Recipients to whom something is to be sent.
    #[serde(default)]
    pub planned: u32,
    /// Recipients who were left out while planning, by reason.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub left_out: BTreeMap<LeftOut, u32>,
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

impl Plan {
    /// Everybody who has a row, left out or not.
    pub fn total(&self) -> u32 {
        self.planned.saturating_add(self.left_out_in_all())
    }

    /// Everybody who was left out while planning.
    pub fn left_out_in_all(&self) -> u32 {
        self.left_out.values().fold(0, |sum, count| sum.saturating_add(*count))
    }
}

/// Why nothing is sent to a recipient.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum LeftOut {
    /// The contact did not opt in, or opted out.
    NotOptedIn,
    /// The contact has a tag that the audience excludes.
    ExcludedTag,
    /// The contact was deleted.
    ContactDeleted,
    /// The contact lacks what stands in a placeholder, and there is no fallback.
    MissingVariable,
    /// What would stand in a placeholder may not stand there (Meta, template parameters).
    RefusedVariable,
    /// Meta delivers no marketing to numbers of the United States (Meta, marketing templates).
    MarketingToUnitedStates,
    /// Meta: the recipient got enough marketing for now (131049).
    MarketingLimit,
    /// Meta: the recipient stopped marketing of this business (131050).
    MarketingStopped,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_with_a_row_is_counted() {
        let left_out = BTreeMap::from([(LeftOut::NotOptedIn, 2), (LeftOut::ExcludedTag, 3)]);
        let plan = Plan { planned: 10, left_out, ..Plan::default() };
        assert_eq!((plan.total(), plan.left_out_in_all()), (15, 5));
    }

    #[test]
    fn reasons_read_as_they_are_written() {
        for reason in LeftOut::VARIANTS {
            assert_eq!(reason.to_string().parse(), Ok(*reason));
        }
    }
}
