//! How a webhook fares, and whether it is spared for a while.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::delivery::Outcome;

/// Attempts in a row without an answer after which a webhook is spared.
const PATIENCE: u32 = 3;
/// How long it is spared first; twice as long after each attempt that shows that nothing has changed.
const FIRST_PAUSE: Duration = Duration::from_secs(15);
const LONGEST_PAUSE: Duration = Duration::from_mins(5);
/// How long a webhook may fail, every time, before it is disabled.
const FAILING_MAX: Duration = Duration::from_hours(5 * 24);

/// How a webhook fares: kept only of those that fail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// Since when every attempt failed, in Unix milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<i64>,
    /// Attempts in a row that were not answered.
    #[serde(default)]
    pub unanswered: u32,
    /// Until when it is spared, in Unix milliseconds.
    #[serde(default)]
    pub spared_until: i64,
    /// Whether it takes the Python form of the body, as was found out by trying.
    #[serde(default)]
    pub python: bool,
}

/// Whether a webhook may be called now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// It may.
    Free,
    /// One attempt may find out whether it answers again: whoever stores [`Health::probed`] first.
    Probe,
    /// Not before this time. Whoever waits for it comes at any time of the pause that follows, so that those who wait
    /// do not all come at the same moment.
    Spared {
        /// When the next attempt may find out whether it answers again.
        until: Timestamp,
        /// How long it is spared once more where it does not.
        pause: Duration,
    },
}

impl Health {
    /// Whether it may be called now.
    pub fn admits(&self, now: Timestamp) -> Admission {
        if self.unanswered < PATIENCE {
            return Admission::Free;
        }
        match Timestamp::from_millisecond(self.spared_until) {
            Ok(until) if until > now => Admission::Spared { until, pause: pause(self.unanswered) },
            _ => Admission::Probe,
        }
    }

    /// The health while one attempt finds out whether it answers again: others wait for that.
    #[must_use]
    pub fn probed(self, now: Timestamp) -> Self {
        Self { spared_until: (now.as_millisecond()).saturating_add(milliseconds(FIRST_PAUSE)), ..self }
    }

    /// The health after an attempt.
    #[must_use]
    pub fn after(self, outcome: Outcome, python: bool, now: Timestamp) -> Self {
        let now = now.as_millisecond();
        if outcome == Outcome::Delivered {
            return Self { python, ..Self::default() };
        }
        let unanswered = if outcome.is_hanging() { self.unanswered.saturating_add(1) } else { 0 };
        let spared_for = milliseconds(pause(unanswered));
        let spared_until = if unanswered < PATIENCE { 0 } else { now.saturating_add(spared_for) };
        Self {
            failing_since: self.failing_since.or(Some(now)),
            unanswered,
            spared_until,
            python: self.python,
        }
    }

    /// Whether it has failed for so long that it is to be disabled.
    pub fn is_hopeless(&self, now: Timestamp) -> bool {
        self.failing_since.is_some_and(|since| now.as_millisecond() - since >= milliseconds(FAILING_MAX))
    }
}

/// How long a webhook is spared after so many attempts in a row without an answer.
fn pause(unanswered: u32) -> Duration {
    let doublings = unanswered.saturating_sub(PATIENCE).min(16);
    FIRST_PAUSE.saturating_mul(1 << doublings).min(LONGEST_PAUSE)
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_767_225_600 + seconds).unwrap()
    }

    fn after(health: Health, outcome: Outcome, seconds: i64) -> Health {
        health.after(outcome, false, at(seconds))
    }

    #[test]
    fn who_does_not_answer_is_spared_longer_and_longer() {
        let mut health = Health::default();
        for _ in 0..PATIENCE {
            assert_eq!(health.admits(at(0)), Admission::Free);
            health = after(health, Outcome::TimedOut, 0);
        }
        let spared = |until, pause| Admission::Spared { until: at(until), pause: Duration::from_secs(pause) };
        assert_eq!(health.admits(at(0)), spared(15, 15));
        assert_eq!(health.admits(at(15)), Admission::Probe);
        assert_eq!(health.probed(at(15)).admits(at(15)), spared(30, 15));
        assert_eq!(after(health, Outcome::TimedOut, 15).admits(at(15)), spared(45, 30));
        assert_eq!(after(health, Outcome::Delivered, 15).admits(at(15)), Admission::Free);
    }

    #[test]
    fn who_answers_is_never_spared() {
        let health = (0..10).fold(Health::default(), |health, _| after(health, Outcome::Refused, 0));
        assert_eq!(health.admits(at(0)), Admission::Free);
    }

    #[test]
    fn who_fails_for_five_days_is_hopeless() {
        let health = after(after(Health::default(), Outcome::Refused, 0), Outcome::TimedOut, 100);
        assert!(!health.is_hopeless(at(5 * 86_400 - 1)));
        assert!(health.is_hopeless(at(5 * 86_400)));
        assert!(!after(health, Outcome::Delivered, 200).is_hopeless(at(5 * 86_400)));
    }
}
