//! Time, passed in.

use std::fmt::Debug;
use std::sync::Mutex;

use jiff::Timestamp;

/// Where the time comes from.
pub trait Clock: Debug + Send + Sync {
    /// The present moment, in whole milliseconds: what is stored reads back as the same value.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        to_milliseconds(Timestamp::now())
    }
}

/// A clock that stands still until it is moved, for tests.
#[derive(Debug)]
pub struct FixedClock(Mutex<Timestamp>);

impl FixedClock {
    /// A clock that stands at `now`.
    pub fn at(now: Timestamp) -> Self {
        Self(Mutex::new(to_milliseconds(now)))
    }

    /// Moves the clock on.
    pub fn advance(&self, by: std::time::Duration) {
        let mut now = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *now = to_milliseconds(now.saturating_add(by).unwrap_or(Timestamp::MAX));
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn to_milliseconds(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}
