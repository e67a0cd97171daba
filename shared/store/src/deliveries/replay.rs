//! Replays: pattern X11.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_model::Id;
use switchboard_model::delivery::{DeliveryKey, DeliveryState, MAX_ATTEMPTS};
use switchboard_model::event::EventId;

use super::{TO_DELIVER, is, unclaimed};
use crate::events::expiry;
use crate::expression::{Change, Check, number, string};
use crate::item::StoredForm;
use crate::{Condition, Store, StoreError, keys};

/// What `outbox` holds on a replay that waits to be queued.
pub(crate) const TO_REPLAY: &str = "replay";
/// Milliseconds after which an attempt that is due counts as lost. One that waits all that time for a receiver which is
/// spared is queued twice then, and made once.
const LOST_AFTER: i64 = 3_600_000;

/// Which deliveries of a span of time are made anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReplayScope {
    /// Those that were given up, never made, or lost on the way to their next attempt.
    Failed,
    /// All of them.
    All,
}

/// A replay of what happened in a span of time, to one webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replay {
    /// Its id.
    pub id: Id,
    /// Whose it is.
    pub workspace_id: Id,
    /// The webhook.
    pub endpoint_id: Id,
    /// The least id of an event to deliver.
    pub first: EventId,
    /// The greatest.
    pub last: EventId,
    /// Which deliveries.
    pub scope: ReplayScope,
}

/// A replay as stored: until it is queued, and as a trace of it.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredReplay {
    #[serde(flatten)]
    pub(crate) replay: Replay,
    outbox: String,
    ttl: i64,
}

impl StoredForm for StoredReplay {
    const ENTITY: &'static str = "replay";
}

impl Store {
    /// X11: keeps a replay, which the outbox queues. Fails as `IdTaken`.
    pub async fn create_replay(&self, replay: &Replay, now: Timestamp) -> Result<(), StoreError> {
        let stored = StoredReplay {
            replay: replay.clone(),
            outbox: TO_REPLAY.to_owned(),
            ttl: expiry(now.as_millisecond()),
        };
        let key = keys::replay(replay.workspace_id, replay.id);
        self.put(&key, &stored, Some((Check::Absent, Condition::IdTaken))).await
    }

    /// X11: lets a delivery that is over, or lost, begin again, with all attempts before it; the outbox queues it. It
    /// is lost where it is pending, nobody is at it and its next attempt is more than an hour late: what was to queue
    /// that failed for too long. Fails as `AttemptTaken` where it is on its way, is none, or is not within `scope`.
    pub async fn replay_delivery(
        &self,
        key: &DeliveryKey,
        scope: ReplayScope,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let late = number(now.as_millisecond() - LOST_AFTER);
        let lost = vec![is(DeliveryState::Pending), unclaimed(now), Check::Below("next_attempt_at", late)];
        let mut fitting = vec![is(DeliveryState::Failed), Check::All(lost)];
        if scope == ReplayScope::All {
            fitting.push(is(DeliveryState::Delivered));
        }
        let change = Change::default()
            .set("state", string(DeliveryState::Pending.to_string()))
            .set("attempts_left", number(MAX_ATTEMPTS))
            .set("next_attempt_at", number(now.as_millisecond()))
            .set("outbox", string(TO_DELIVER))
            .remove("claimed_until")
            .only_if(Check::Any(fitting), Condition::AttemptTaken);
        self.update(&keys::delivery(key), change).await.map(drop)
    }
}
