//! How far recipients are handed to the senders, and the users that a business account begins to write to: patterns
//! L11 and C2.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_model::Id;
use switchboard_model::conversation::Customer;
use switchboard_model::phone_number::MetaId;
use switchboard_model::recipient::shard_of;

use crate::expression::{Check, number};
use crate::item::StoredForm;
use crate::{Condition, Store, StoreError, keys};

/// How far the recipients of a campaign are handed to the senders.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DispatchCheckpoint {
    /// The run of the campaign; another run begins anew.
    pub run: u32,
    /// Where to go on in the ledger; `None` is its beginning.
    pub position: Option<String>,
    /// Whether the end of the ledger was reached.
    pub walked: bool,
    /// How often the ledger was gone through before, in this run.
    pub sweep: u32,
    /// The last moment that was given out, in Unix microseconds.
    pub last_slot: i64,
    /// Recipients handed out in this run, and those who waited when it began.
    pub handed_out: u32,
    /// See [`DispatchCheckpoint::handed_out`].
    pub open_at_start: u32,
    /// Counts the changes; 0 where nothing is stored.
    pub version: u64,
}

impl StoredForm for DispatchCheckpoint {
    const ENTITY: &'static str = "dispatch";
}

/// Who asks for new users, so that one who asks again after a fault gets the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewUsersAsked {
    /// The campaign.
    pub campaign_id: Id,
    /// Its run.
    pub run: u32,
    /// What it asks for the how manieth time.
    pub turn: u64,
    /// How many.
    pub count: u32,
    /// How many of those that it got before were not written to.
    pub given_back: u32,
}

/// What a business account may begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewUsersGranted {
    /// So many users.
    pub count: u32,
    /// When there may be more, where there are fewer than were asked for.
    pub more_at: Option<Timestamp>,
}

/// The users that a business account began to write to in the last day.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct StoredNewUsers {
    /// By hours since 1970.
    hours: BTreeMap<String, u32>,
    /// What each campaign got last: its run, its turn and how many.
    grants: BTreeMap<String, (u32, u64, u32)>,
    version: u64,
    ttl: i64,
}

impl StoredForm for StoredNewUsers {
    const ENTITY: &'static str = "new_users";
}

const HOUR: i64 = 3_600;
/// An hour counts until a day after its end.
const COUNTED_HOURS: i64 = 25;
/// How often a change is tried that others came before.
const TRIES: usize = 10;
/// Campaigns whose last grant is remembered; ids sort by time, so the oldest go first.
const GRANTS: usize = 50;

impl Store {
    /// L11: how far the recipients of a campaign are handed out.
    pub async fn dispatch_checkpoint(&self, campaign_id: Id) -> Result<DispatchCheckpoint, StoreError> {
        Ok(self.get(&keys::dispatch(campaign_id)).await?.unwrap_or_default())
    }

    /// L11: puts `next` in the place of the checkpoint whose version is one less. Fails as `Contested` where somebody
    /// else handed out meanwhile.
    pub async fn save_dispatch_checkpoint(
        &self,
        campaign_id: Id,
        next: &DispatchCheckpoint,
    ) -> Result<(), StoreError> {
        let unchanged = match next.version.saturating_sub(1) {
            0 => Check::Absent,
            version => Check::Equals("version", number(version)),
        };
        self.put(&keys::dispatch(campaign_id), next, Some((unchanged, Condition::Contested))).await
    }

    /// The place in a campaign's ledger behind a recipient.
    pub fn ledger_position_after(customer: &Customer) -> String {
        format!("{} {}", shard_of(customer), customer.as_str())
    }

    /// C2: takes users from what is left of the `limit` of users that a business account may begin to write to in 24
    /// hours. May be repeated: who asks the same again gets the same.
    pub async fn take_new_users(
        &self,
        business_id: &MetaId,
        limit: u32,
        asked: NewUsersAsked,
        now: Timestamp,
    ) -> Result<NewUsersGranted, StoreError> {
        let key = keys::new_users(business_id);
        for _ in 0..TRIES {
            let mut stored = self.get::<StoredNewUsers>(&key).await?.unwrap_or_default();
            let unchanged = match stored.version {
                0 => Check::Absent,
                version => Check::Equals("version", number(version)),
            };
            let granted = stored.take(limit, asked, now);
            match self.put(&key, &stored, Some((unchanged, Condition::Contested))).await {
                Err(StoreError::ConditionFailed(_)) => {}
                put => return put.map(|()| granted),
            }
        }
        Err(StoreError::Throttled("the users of an account were counted again and again".into()))
    }
}

impl StoredNewUsers {
    fn take(&mut self, limit: u32, asked: NewUsersAsked, now: Timestamp) -> NewUsersGranted {
        let hour = now.as_second().div_euclid(HOUR);
        self.hours
            .retain(|counted, _| counted.parse().is_ok_and(|counted: i64| counted + COUNTED_HOURS > hour));
        self.version += 1;
        self.ttl = (hour + 2 * COUNTED_HOURS) * HOUR;
        let asker = asked.campaign_id.to_string();
        let count = match self.grants.get(&asker) {
            Some((run, turn, count)) if (*run, *turn, *count > 0) == (asked.run, asked.turn, true) => *count,
            last => {
                // Who got none asks the same until there are some, and gives back once.
                let repeated = last.is_some_and(|(run, turn, _)| (*run, *turn) == (asked.run, asked.turn));
                if !repeated {
                    self.give_back(asked.given_back);
                }
                let used = self.hours.values().fold(0_u32, |sum, count| sum.saturating_add(*count));
                let count = asked.count.min(limit.saturating_sub(used));
                if count > 0 {
                    *self.hours.entry(hour.to_string()).or_default() += count;
                }
                self.grants.insert(asker, (asked.run, asked.turn, count));
                count
            }
        };
        let oldest = self.hours.keys().filter_map(|counted| counted.parse::<i64>().ok()).min();
        let more_at = oldest.unwrap_or(hour).saturating_add(COUNTED_HOURS).saturating_mul(HOUR);
        let more_at = Timestamp::from_second(more_at).unwrap_or(now);
        // What is forgotten of the oldest askers would only be asked for again within seconds.
        while self.grants.len() > GRANTS {
            self.grants.pop_first();
        }
        NewUsersGranted { count, more_at: (count < asked.count).then_some(more_at) }
    }

    /// The last that were taken are given back first.
    fn give_back(&mut self, mut count: u32) {
        for taken in self.hours.values_mut().rev() {
            let given = count.min(*taken);
            *taken -= given;
            count -= given;
        }
    }
}
