//! What one request or queue message cost: AWS calls, sequential round trips, DynamoDB units; and what its log
//! line and its headers tell beside that.
//!
//! A [`Meter`] is scoped to a task with [`Meter::scope`]; code below it reports to [`current`] without
//! handing the meter from function to function. Outside a scope a report goes nowhere.

use std::future::Future;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use switchboard_model::Id;
use switchboard_model::plan::Limit;

mod call_meter;

pub use call_meter::CallMeter;

tokio::task_local! {
    static CURRENT: Meter;
}

/// Counts shared by everything that works for one request. Clones count together.
#[derive(Clone, Debug, Default)]
pub struct Meter(Arc<Counters>);

#[derive(Debug, Default)]
struct Counters {
    calls: AtomicU32,
    round_trips: AtomicU32,
    in_flight: AtomicU32,
    read_half_units: AtomicU64,
    write_half_units: AtomicU64,
    workspace: OnceLock<Id>,
    limit: Mutex<Option<Limit>>,
}

/// The counts of a [`Meter`] at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reading {
    /// Calls made to AWS.
    pub calls: u32,
    /// Calls that began while no other was under way: the length of the longest chain of waits.
    pub round_trips: u32,
    /// DynamoDB read units consumed.
    pub read_units: f64,
    /// DynamoDB write units consumed.
    pub write_units: f64,
}

/// A call under way; it ends when this is dropped.
#[derive(Debug)]
#[must_use = "the call counts as ended when this is dropped"]
pub struct CallUnderWay(Meter);

impl Drop for CallUnderWay {
    fn drop(&mut self) {
        self.0.0.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Meter {
    /// Runs `work` so that [`current`] answers with this meter inside it.
    pub async fn scope<F: Future>(&self, work: F) -> F::Output {
        CURRENT.scope(self.clone(), work).await
    }

    /// Notes the start of one call to AWS.
    pub fn begin_call(&self) -> CallUnderWay {
        self.0.calls.fetch_add(1, Ordering::Relaxed);
        if self.0.in_flight.fetch_add(1, Ordering::Relaxed) == 0 {
            self.0.round_trips.fetch_add(1, Ordering::Relaxed);
        }
        CallUnderWay(self.clone())
    }

    /// Adds consumed DynamoDB units. DynamoDB bills in halves, so halves are what is kept.
    pub fn add_units(&self, read: f64, write: f64) {
        self.0.read_half_units.fetch_add(half_units(read), Ordering::Relaxed);
        self.0.write_half_units.fetch_add(half_units(write), Ordering::Relaxed);
    }

    /// Notes the workspace that the request is about.
    pub fn note_workspace(&self, id: Id) {
        // The first workspace stays: a request is about one.
        let _ = self.0.workspace.set(id);
    }

    /// The workspace that the request is about, if it is known.
    pub fn workspace(&self) -> Option<Id> {
        self.0.workspace.get().copied()
    }

    /// Notes how much of its rate limit the workspace has left.
    pub fn note_limit(&self, limit: Limit) {
        *self.0.limit.lock().unwrap_or_else(PoisonError::into_inner) = Some(limit);
    }

    /// How much of its rate limit the workspace has left, if it has one.
    pub fn limit(&self) -> Option<Limit> {
        *self.0.limit.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The counts so far.
    pub fn reading(&self) -> Reading {
        Reading {
            calls: self.0.calls.load(Ordering::Relaxed),
            round_trips: self.0.round_trips.load(Ordering::Relaxed),
            read_units: units(self.0.read_half_units.load(Ordering::Relaxed)),
            write_units: units(self.0.write_half_units.load(Ordering::Relaxed)),
        }
    }
}

/// The meter of the running task; one that nobody reads where none is scoped.
pub fn current() -> Meter {
    CURRENT.try_with(Clone::clone).unwrap_or_default()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "units are small and never negative"
)]
fn half_units(units: f64) -> u64 {
    (units * 2.0).round() as u64
}

#[expect(clippy::cast_precision_loss, reason = "units of one request stay far below 2^52")]
fn units(half_units: u64) -> f64 {
    half_units as f64 / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_that_overlap_are_one_round_trip() {
        let meter = Meter::default();

        let first = meter.begin_call();
        let second = meter.begin_call();
        drop((first, second));
        drop(meter.begin_call());

        let reading = meter.reading();
        assert_eq!((reading.calls, reading.round_trips), (3, 2));
    }

    #[tokio::test]
    async fn code_inside_a_scope_reports_to_its_meter() {
        let meter = Meter::default();

        meter.scope(async { current().add_units(0.5, 2.0) }).await;
        current().add_units(10.0, 10.0);

        let reading = meter.reading();
        assert!((reading.read_units - 0.5).abs() < f64::EPSILON);
        assert!((reading.write_units - 2.0).abs() < f64::EPSILON);
    }
}
