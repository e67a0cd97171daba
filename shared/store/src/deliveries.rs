//! Deliveries: patterns X6 to X8 and X11.

mod form;
mod replay;

use jiff::Timestamp;
use switchboard_model::Id;
use switchboard_model::delivery::{Delivery, DeliveryKey, DeliveryState, NewDelivery};
use switchboard_model::event::EventId;

use crate::expression::{Change, Check, number, string};
use crate::item::to_attribute;
use crate::slice::Order;
use crate::transaction::Transaction;
use crate::{Condition, Store, StoreError, keys};

pub(crate) use form::StoredDelivery;
pub use replay::{Replay, ReplayScope};
pub(crate) use replay::{StoredReplay, TO_REPLAY};

/// What `outbox` holds on a delivery that waits for its next attempt to be queued.
pub(crate) const TO_DELIVER: &str = "deliver";

/// What came of claiming an attempt.
#[derive(Clone, Debug, PartialEq)]
pub enum DeliveryClaim {
    /// The caller has it.
    Taken(Box<Delivery>),
    /// Somebody is at it until this time, unless they died.
    UnderWay(Timestamp),
    /// This attempt is over; this is how far the delivery has come.
    Over(Box<Delivery>),
    /// There is no such delivery.
    Gone,
}

impl Transaction<'_> {
    /// X6: creates a delivery that the outbox queues. Fails as `IdTaken`.
    pub(crate) fn create_delivery(self, new: &NewDelivery) -> Result<Self, StoreError> {
        self.create(&keys::delivery(&new.key()), &marked(new), Condition::IdTaken)
    }
}

/// A delivery that the outbox queues.
fn marked(new: &NewDelivery) -> StoredDelivery {
    StoredDelivery { outbox: Some(TO_DELIVER.to_owned()), ..StoredDelivery::from(new) }
}

impl Store {
    /// X6: creates a delivery that the caller queues. May be repeated: whether it is new.
    pub async fn add_delivery(&self, new: &NewDelivery) -> Result<bool, StoreError> {
        let key = keys::delivery(&new.key());
        let absent = (Check::Absent, Condition::AlreadyStored);
        match self.put(&key, &StoredDelivery::from(new), Some(absent)).await {
            Ok(()) => Ok(true),
            Err(StoreError::ConditionFailed(Condition::AlreadyStored)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// X6: creates a delivery that the outbox queues. Fails as `IdTaken`.
    pub async fn create_delivery(&self, new: &NewDelivery) -> Result<(), StoreError> {
        let absent = (Check::Absent, Condition::IdTaken);
        self.put(&keys::delivery(&new.key()), &marked(new), Some(absent)).await
    }

    /// X7: a delivery.
    pub async fn delivery(&self, key: &DeliveryKey) -> Result<Option<Delivery>, StoreError> {
        Ok(self.get::<StoredDelivery>(&keys::delivery(key)).await?.map(Delivery::from))
    }

    /// X7: the deliveries of answers to callbacks with these ids; those that exist, in their order.
    pub async fn callbacks(&self, ids: &[Id]) -> Result<Vec<Delivery>, StoreError> {
        let wanted: Vec<_> =
            ids.iter().map(|id| keys::delivery(&DeliveryKey::Callback { id: *id })).collect();
        let found = self.get_all(&wanted).await?.into_iter();
        found.map(|(key, item)| Ok(self.read::<StoredDelivery>(&key, item)?.into())).collect()
    }

    /// X7: claims the attempt with this number until `until`, if it is the next and nobody is at it.
    pub async fn claim_delivery(
        &self,
        key: &DeliveryKey,
        attempt: u32,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<DeliveryClaim, StoreError> {
        let due = Check::All(vec![
            is(DeliveryState::Pending),
            Check::Equals("attempts_made", number(attempt.saturating_sub(1))),
            unclaimed(now),
        ]);
        let change = Change::default()
            .set("claimed_until", number(until.as_millisecond()))
            .remove("outbox")
            .only_if(due, Condition::AttemptTaken);
        let stored_key = keys::delivery(key);
        match self.update(&stored_key, change).await {
            Ok(item) => {
                let delivery = self.read::<StoredDelivery>(&stored_key, item)?;
                Ok(DeliveryClaim::Taken(Box::new(delivery.into())))
            }
            Err(StoreError::ConditionFailed(Condition::AttemptTaken)) => {
                self.who_has(key, attempt, now).await
            }
            Err(error) => Err(error),
        }
    }

    async fn who_has(
        &self,
        key: &DeliveryKey,
        attempt: u32,
        now: Timestamp,
    ) -> Result<DeliveryClaim, StoreError> {
        let Some(delivery) = self.delivery(key).await? else { return Ok(DeliveryClaim::Gone) };
        let next = delivery.state == DeliveryState::Pending && delivery.attempts_made + 1 == attempt;
        if !next {
            return Ok(DeliveryClaim::Over(Box::new(delivery)));
        }
        let until = delivery.claimed_until.and_then(|until| Timestamp::from_millisecond(until).ok());
        // Given back between the two calls: as good as under way until just now.
        Ok(DeliveryClaim::UnderWay(until.unwrap_or(now)))
    }

    /// X7: keeps how far a delivery has come after the attempt that was claimed until `claimed_until`, in Unix
    /// milliseconds. Fails as `NotOurs` where the claim ended and somebody else took it.
    pub async fn record_attempt(&self, delivery: &Delivery, claimed_until: i64) -> Result<(), StoreError> {
        let change = Change::default()
            .set("state", string(delivery.state.to_string()))
            .set("attempts_made", number(delivery.attempts_made))
            .set("attempts_left", number(delivery.attempts_left))
            .set("attempts", to_attribute(&delivery.attempts)?)
            .remove("claimed_until");
        let change = match delivery.next_attempt_at {
            Some(at) => change.set("next_attempt_at", number(at.as_millisecond())),
            None => change.remove("next_attempt_at"),
        };
        let ours = Check::Equals("claimed_until", number(claimed_until));
        self.update(&keys::delivery(&delivery.key), change.only_if(ours, Condition::NotOurs)).await.map(drop)
    }

    /// X7: gives up a delivery that is pending. May be repeated. Whoever is at an attempt meanwhile still records what
    /// comes of it, which then counts.
    pub async fn give_up_delivery(&self, key: &DeliveryKey) -> Result<(), StoreError> {
        let change = Change::default()
            .set("state", string(DeliveryState::Failed.to_string()))
            .remove("next_attempt_at")
            .remove("outbox")
            .only_if(is(DeliveryState::Pending), Condition::AttemptTaken);
        match self.update(&keys::delivery(key), change).await {
            Ok(_) | Err(StoreError::ConditionFailed(Condition::AttemptTaken)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// X8: deliveries to a webhook, those of the newest events first: from before `before`, `limit` at most, of one
    /// state where it is given. Also where to go on, if there may be more: after 1,000 deliveries of other states a
    /// page ends.
    pub async fn deliveries_of_endpoint(
        &self,
        endpoint_id: Id,
        state: Option<DeliveryState>,
        before: Option<&EventId>,
        limit: usize,
        now: Timestamp,
    ) -> Result<(Vec<Delivery>, Option<EventId>), StoreError> {
        const PASSED_MAX: usize = 1_000;
        const PAGE: i32 = 100;
        let range = keys::deliveries(endpoint_id);
        let page = state.map_or_else(|| i32::try_from(limit + 1).unwrap_or(PAGE), |_| PAGE);
        let mut found: Vec<Delivery> = Vec::new();
        let (mut passed, mut start) =
            (0, before.map(|id| keys::Key { sk: id.to_string(), ..range.first() }.attributes()));
        loop {
            let request = self.query(&range, Order::Descending).limit(page).set_exclusive_start_key(start);
            let answer = request.send().await?;
            for item in answer.items.unwrap_or_default() {
                passed += 1;
                let stored: StoredDelivery = self.read_listed(range.table, item)?;
                let fits = state.is_none_or(|state| state == stored.state) && !stored.is_expired(now);
                if found.len() == limit && fits {
                    let last = found.last().and_then(event_id);
                    return Ok((found, last));
                }
                if fits {
                    found.push(stored.into());
                }
            }
            start = answer.last_evaluated_key;
            let place = start.as_ref().and_then(|key| EventId::parse(key.get("sk")?.as_s().ok()?));
            if place.is_none() || passed >= PASSED_MAX {
                return Ok((found, place));
            }
        }
    }
}

/// That a delivery has come so far.
fn is(state: DeliveryState) -> Check {
    Check::Equals("state", string(state.to_string()))
}

/// That nobody is at a delivery, unless they died.
fn unclaimed(now: Timestamp) -> Check {
    Check::Any(vec![
        Check::Lacks("claimed_until"),
        Check::Below("claimed_until", number(now.as_millisecond())),
    ])
}

fn event_id(delivery: &Delivery) -> Option<EventId> {
    match &delivery.key {
        DeliveryKey::Event { event_id, .. } => Some(event_id.clone()),
        DeliveryKey::Callback { .. } => None,
    }
}
