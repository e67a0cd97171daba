//! The pace of sends: pattern C1.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_model::Id;
use switchboard_model::pace::Pace;

use crate::expression::{Check, number};
use crate::item::StoredForm;
use crate::{Condition, Store, StoreError, keys};

/// A pace as stored.
#[derive(Serialize, Deserialize)]
struct StoredPace {
    pace: Pace,
    version: u64,
    ttl: i64,
}

impl StoredForm for StoredPace {
    const ENTITY: &'static str = "pace";
}

/// How long a pace is remembered after its last use, in seconds.
const LIFETIME: i64 = 86_400;

/// A pace, and which of its states it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VersionedPace {
    /// The pace.
    pub pace: Pace,
    /// Counts the changes; 0 where nothing is stored.
    pub version: u64,
}

impl Store {
    /// C1: the pace of a number; `beginning` where nothing is stored.
    pub async fn pace(&self, phone_number_id: Id, beginning: Pace) -> Result<VersionedPace, StoreError> {
        let stored = self.get::<StoredPace>(&keys::pace(phone_number_id)).await?;
        Ok(stored.map_or(VersionedPace { pace: beginning, version: 0 }, |stored| VersionedPace {
            pace: stored.pace,
            version: stored.version,
        }))
    }

    /// C1: puts `pace` in the place of the state `version`. Fails as `Contested` where another change came first.
    pub async fn update_pace(
        &self,
        phone_number_id: Id,
        pace: Pace,
        version: u64,
        now: Timestamp,
    ) -> Result<VersionedPace, StoreError> {
        let stored = StoredPace { pace, version: version + 1, ttl: now.as_second() + LIFETIME };
        let unchanged = if version == 0 { Check::Absent } else { Check::Equals("version", number(version)) };
        self.put(&keys::pace(phone_number_id), &stored, Some((unchanged, Condition::Contested))).await?;
        Ok(VersionedPace { pace, version: version + 1 })
    }
}
