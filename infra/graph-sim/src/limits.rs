//! Token buckets: throughput of a phone number, and the pair limit.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::config::{Config, PairLimit};

/// A bucket that refills evenly.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    filled_at: Instant,
}

impl Bucket {
    fn take(&mut self, capacity: f64, per_second: f64, now: Instant) -> bool {
        let refill = now.saturating_duration_since(self.filled_at).as_secs_f64() * per_second;
        self.tokens = (self.tokens + refill).min(capacity);
        self.filled_at = now;
        let granted = self.tokens >= 1.0;
        if granted {
            self.tokens -= 1.0;
        }
        granted
    }
}

/// All buckets of the simulator.
#[derive(Debug, Default)]
pub struct Limits {
    numbers: HashMap<String, Bucket>,
    pairs: HashMap<(String, String), Bucket>,
    /// The time by which buckets refill, where it is not that of the clock.
    stands_at: Option<Instant>,
}

impl Limits {
    /// The time by which buckets refill.
    pub fn now(&self) -> Instant {
        self.stands_at.unwrap_or_else(Instant::now)
    }

    /// Stops the time by which buckets refill, and moves it on by `passed`.
    pub fn pass(&mut self, passed: Duration) {
        self.stands_at = Some(self.now() + passed);
    }

    /// Takes one message from a number's throughput; false: 130429.
    pub fn take_throughput(&mut self, number: &str, config: &Config, now: Instant) -> bool {
        let rate = config.throughput_of.get(number).copied().unwrap_or(config.throughput_per_second);
        let capacity = rate.max(1.0);
        let full = Bucket { tokens: capacity, filled_at: now };
        self.numbers.entry(number.to_owned()).or_insert(full).take(capacity, rate, now)
    }

    /// Takes one message from the pair of a number and a recipient; false: 131056.
    pub fn take_pair(&mut self, number: &str, to: &str, limit: PairLimit, now: Instant) -> bool {
        let capacity = f64::from(limit.burst);
        let per_second = Duration::from_millis(limit.interval_ms).as_secs_f64().recip();
        let full = Bucket { tokens: capacity, filled_at: now };
        self.pairs.entry((number.to_owned(), to.to_owned())).or_insert(full).take(capacity, per_second, now)
    }

    /// Fills the throughput buckets again, after their rates were changed.
    pub fn refill(&mut self) {
        self.numbers.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn throughput_is_one_second_s_worth() {
        let (mut limits, config, now) = (Limits::default(), Config::default(), Instant::now());
        let granted = (0..100).filter(|_| limits.take_throughput("1", &config, now)).count();
        assert_eq!(granted, 80);
        assert!(limits.take_throughput("2", &config, now));
        let later = now + Duration::from_millis(100);
        assert_eq!((0..100).filter(|_| limits.take_throughput("1", &config, later)).count(), 8);
    }

    #[test]
    fn time_that_was_stopped_passes_as_told() {
        let (mut limits, config) = (Limits::default(), Config::default());
        limits.pass(Duration::ZERO);
        let taken = |limits: &mut Limits| {
            (0..100)
                .filter(|_| {
                    let now = limits.now();
                    limits.take_throughput("1", &config, now)
                })
                .count()
        };
        assert_eq!((taken(&mut limits), taken(&mut limits)), (80, 0));
        limits.pass(Duration::from_millis(500));
        assert_eq!((taken(&mut limits), taken(&mut limits)), (40, 0));
    }

    #[test]
    fn a_pair_has_a_burst_and_then_one_per_interval() {
        let (mut limits, limit, now) = (Limits::default(), PairLimit::default(), Instant::now());
        assert_eq!((0..60).filter(|_| limits.take_pair("1", "2", limit, now)).count(), 45);
        assert!(!limits.take_pair("1", "2", limit, now + Duration::from_secs(5)));
        assert!(limits.take_pair("1", "2", limit, now + Duration::from_secs(7)));
        assert!(limits.take_pair("1", "3", limit, now));
    }
}
