//! Moments to send, reserved in the store for all senders together.
//!
//! Those who wait for a moment at the same time share one reservation: one of them makes it for all.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use switchboard_model::Id;
use switchboard_model::message::Slot;
use switchboard_model::pace::Pace;
use switchboard_store::{Condition, StoreError, VersionedPace};

use crate::Resources;

/// How often a reservation is tried while other senders reserve too.
const TRIES: u32 = 20;

/// Where there are so many lanes, those that nobody uses are given up.
const LANES_MOST: usize = 1_000;
/// The epoch of a number may change so long unseen.
const EPOCH_REMEMBERED: i64 = 1_000_000;
/// Moments of campaigns are good so long afterwards, in microseconds: what is sent late comes all at once, and with
/// what is due then it must not be more than Meta lets through in a second. Campaigns have four fifths of the rate R,
/// so that is 0.8 R L + 1 ≤ R for what is L seconds late: 1 second at five messages a second, 1.25 at many. The rest is
/// for the call.
const CAMPAIGN_LATE: i64 = 800_000;

/// Whose moments are reserved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Traffic {
    /// Those of single messages.
    Single,
    /// Those of campaigns.
    Campaigns,
}

/// The lanes of all numbers that this process sends from.
#[derive(Debug)]
pub(super) struct Pacer {
    resources: Resources,
    beginning: Pace,
    traffic: Traffic,
    lanes: Mutex<HashMap<Id, Arc<Lane>>>,
}

impl Pacer {
    /// Lanes of numbers that may send `per_second` messages a second until Meta refuses.
    pub(super) fn new(resources: Resources, per_second: f64, traffic: Traffic) -> Self {
        Self { resources, beginning: Pace::at_most(per_second), traffic, lanes: Mutex::default() }
    }

    /// The lane of a number.
    pub(super) fn lane(&self, phone_number_id: Id) -> Arc<Lane> {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        if lanes.len() >= LANES_MOST && !lanes.contains_key(&phone_number_id) {
            // Nobody waits in the others, and what they know is in the store.
            lanes.retain(|_, lane| Arc::strong_count(lane) > 1);
        }
        let lane = lanes.entry(phone_number_id).or_insert_with(|| {
            Arc::new(Lane {
                resources: self.resources.clone(),
                phone_number_id,
                beginning: self.beginning,
                traffic: self.traffic,
                waiting: AtomicU32::new(0),
                accepted: AtomicU32::new(0),
                void_until: AtomicU32::new(0),
                epoch_seen_at: AtomicI64::new(0),
                state: tokio::sync::Mutex::default(),
            })
        });
        Arc::clone(lane)
    }
}

/// The moments of one number.
#[derive(Debug)]
pub(super) struct Lane {
    resources: Resources,
    phone_number_id: Id,
    beginning: Pace,
    traffic: Traffic,
    /// Those who wait for a moment.
    waiting: AtomicU32,
    /// Messages that Meta accepted since the pace was last told.
    accepted: AtomicU32,
    /// Moments of epochs before this one are given up.
    void_until: AtomicU32,
    /// When the epoch was last looked at, in Unix microseconds.
    epoch_seen_at: AtomicI64,
    state: tokio::sync::Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Moments that were reserved for others who wait.
    spare: VecDeque<Slot>,
    /// The pace as it was after the last reservation.
    known: Option<VersionedPace>,
}

impl Lane {
    /// A moment: the one that is held already, if it is still good, or the next that is free.
    pub(super) async fn reserve(&self, held: Option<Slot>) -> Result<Slot, StoreError> {
        if let Some(slot) = held {
            self.look_at_epoch().await?;
            if self.is_good(slot) && self.is_in_time(slot) {
                return Ok(slot);
            }
        }
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let mut state = self.state.lock().await;
        while let Some(slot) = state.spare.pop_front() {
            if self.is_good(slot) && self.is_in_time(slot) {
                return Ok(slot);
            }
        }
        let count = self.waiting.swap(0, Ordering::Relaxed).max(1);
        let accepted = self.accepted.swap(0, Ordering::Relaxed);
        let mut moments = Vec::new();
        let now = self.resources.now().as_microsecond();
        let reserved = self
            .change(&mut state, |pace| {
                let (pace, count) = (pace.note_accepted(now, accepted), usize::try_from(count).unwrap_or(1));
                let (pace, reserved) = match self.traffic {
                    Traffic::Single => pace.reserve(now, count),
                    Traffic::Campaigns => pace.reserve_for_campaigns(now, count),
                };
                moments = reserved;
                Some(pace)
            })
            .await?;
        let epoch = reserved.pace.epoch;
        self.void_until.fetch_max(epoch, Ordering::Relaxed);
        let mut slots = moments.into_iter().map(|at| Slot { at, epoch });
        let first = slots.next().unwrap_or(Slot { at: now, epoch });
        state.spare = slots.collect();
        Ok(first)
    }

    /// Whether a moment was reserved since the pace was last slowed down.
    pub(super) fn is_good(&self, slot: Slot) -> bool {
        slot.epoch >= self.void_until.load(Ordering::Relaxed)
    }

    /// Whether a moment is not long over. Single messages are sent in their order however late they are.
    pub(super) fn is_in_time(&self, slot: Slot) -> bool {
        self.traffic == Traffic::Single
            || self.resources.now().as_microsecond() <= slot.at.saturating_add(CAMPAIGN_LATE)
    }

    /// Notes whether the pace was slowed down by others.
    async fn look_at_epoch(&self) -> Result<(), StoreError> {
        let now = self.resources.now().as_microsecond();
        let seen_at = self.epoch_seen_at.load(Ordering::Relaxed);
        if self.traffic == Traffic::Campaigns && now < seen_at.saturating_add(EPOCH_REMEMBERED) {
            return Ok(());
        }
        // Before it is read, so that of those who ask at the same time one reads.
        self.epoch_seen_at.store(now, Ordering::Relaxed);
        let current = self.resources.store.pace(self.phone_number_id, self.beginning).await;
        if current.is_err() {
            self.epoch_seen_at.store(seen_at, Ordering::Relaxed);
        }
        self.void_until.fetch_max(current?.pace.epoch, Ordering::Relaxed);
        Ok(())
    }

    /// Counts a message that Meta accepted.
    pub(super) fn note_accepted(&self) {
        self.accepted.fetch_add(1, Ordering::Relaxed);
    }

    /// Slows the pace down after Meta refused a message at the moment `slot`; once for all that were reserved
    /// with it.
    pub(super) async fn slow_down(&self, slot: Slot) -> Result<(), StoreError> {
        self.void_until.fetch_max(slot.epoch + 1, Ordering::Relaxed);
        let mut state = self.state.lock().await;
        state.spare.clear();
        state.known = None;
        let accepted = self.accepted.swap(0, Ordering::Relaxed);
        let now = self.resources.now().as_microsecond();
        self.change(&mut state, |pace| {
            (pace.epoch <= slot.epoch).then(|| pace.note_accepted(now, accepted).slow_down(now))
        })
        .await?;
        Ok(())
    }

    /// Changes the stored pace by `change`, again where another sender came first.
    async fn change(
        &self,
        state: &mut State,
        mut change: impl FnMut(Pace) -> Option<Pace>,
    ) -> Result<VersionedPace, StoreError> {
        let store = &self.resources.store;
        for _ in 0..TRIES {
            let current = match state.known.take() {
                Some(known) => known,
                None => store.pace(self.phone_number_id, self.beginning).await?,
            };
            let Some(changed) = change(current.pace) else { return Ok(current) };
            let now = self.resources.now();
            match store.update_pace(self.phone_number_id, changed, current.version, now).await {
                Ok(updated) => {
                    state.known = Some(updated);
                    return Ok(updated);
                }
                Err(StoreError::ConditionFailed(Condition::Contested)) => {}
                Err(error) => return Err(error),
            }
        }
        Err(StoreError::Throttled("the pace of a number changed again and again".into()))
    }
}
