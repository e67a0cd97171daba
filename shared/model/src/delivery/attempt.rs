//! One attempt, and when the next one follows.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::Display;

/// The waits between attempts (after Standard Webhooks 1.0.0, "Deliverability and reliability"): from seconds to a
/// day, a little over three days in all.
pub const WAITS: [Duration; 10] = [
    Duration::from_secs(5),
    Duration::from_mins(1),
    Duration::from_mins(5),
    Duration::from_mins(30),
    Duration::from_hours(2),
    Duration::from_hours(5),
    Duration::from_hours(10),
    Duration::from_hours(14),
    Duration::from_hours(20),
    Duration::from_hours(24),
];

/// The longest wait that a receiver can ask for.
const LONGEST_WAIT: Duration = Duration::from_hours(24);

/// One attempt to deliver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Counts from 1.
    pub number: u32,
    /// When it began, in Unix milliseconds.
    pub at: i64,
    /// How long it took, in milliseconds.
    pub milliseconds: u32,
    /// What came of it.
    pub outcome: Outcome,
    /// The status that the receiver answered with, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// How its answer begins; what is no text in it is replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
}

/// What came of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Display)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Outcome {
    /// The receiver answered with 2xx.
    Delivered,
    /// It answered with another status; redirects are not followed.
    Refused,
    /// It answered with 410: it wants no more.
    Gone,
    /// Nobody listens at its address, or TLS failed.
    Unreachable,
    /// It did not answer in time.
    TimedOut,
    /// Its address is not one of the public Internet.
    AddressRefused,
}

impl Outcome {
    /// Whether the receiver kept us waiting and may do so with everything that is sent to it.
    pub fn is_hanging(self) -> bool {
        matches!(self, Self::TimedOut | Self::Unreachable)
    }
}

/// What follows an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// Nothing: the receiver took it.
    Delivered,
    /// Another attempt, at this time.
    At(Timestamp),
    /// Nothing: another attempt would not help.
    Never,
}

/// What follows an attempt that ended `now`. `left` attempts were allowed before it; `chance` is a random number
/// that spreads the waits, 20 % to either side; they are `divisor` times shorter than [`WAITS`].
pub fn retry(
    outcome: Outcome,
    retry_after: Option<Duration>,
    left: u32,
    now: Timestamp,
    chance: u64,
    divisor: u32,
) -> Retry {
    match outcome {
        Outcome::Delivered => return Retry::Delivered,
        Outcome::Gone => return Retry::Never,
        Outcome::Refused | Outcome::Unreachable | Outcome::TimedOut | Outcome::AddressRefused => {}
    }
    let Some(place) = usize::try_from(super::MAX_ATTEMPTS.saturating_sub(left)).ok() else {
        return Retry::Never;
    };
    let Some(wait) = WAITS.get(place) else { return Retry::Never };
    let wait = *wait / divisor.max(1);
    let per_mille = u32::try_from(800 + chance % 401).unwrap_or(1_000);
    let wait = (wait * per_mille / 1_000).max(retry_after.unwrap_or_default().min(LONGEST_WAIT));
    Retry::At(now.saturating_add(wait).unwrap_or(Timestamp::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::MAX_ATTEMPTS;

    fn now() -> Timestamp {
        Timestamp::from_second(1_767_225_600).unwrap()
    }

    fn wait(outcome: Outcome, retry_after: Option<u64>, left: u32, chance: u64) -> Option<i64> {
        match retry(outcome, retry_after.map(Duration::from_secs), left, now(), chance, 1) {
            Retry::At(at) => Some(at.as_second() - now().as_second()),
            Retry::Delivered | Retry::Never => None,
        }
    }

    #[test]
    fn waits_grow_from_seconds_to_a_day() {
        let waits: Vec<_> =
            (1..=MAX_ATTEMPTS).rev().map(|left| wait(Outcome::Refused, None, left, 200)).collect();
        let expected = [5, 60, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
        assert_eq!(waits[..10], expected.map(Some));
        assert_eq!(waits[10], None);
    }

    #[test]
    fn waits_are_spread_by_a_fifth() {
        assert_eq!(wait(Outcome::TimedOut, None, MAX_ATTEMPTS - 1, 0), Some(48));
        assert_eq!(wait(Outcome::TimedOut, None, MAX_ATTEMPTS - 1, 400), Some(72));
    }

    #[test]
    fn a_receiver_can_ask_for_a_longer_wait_up_to_a_day() {
        assert_eq!(wait(Outcome::Refused, Some(90), MAX_ATTEMPTS, 200), Some(90));
        assert_eq!(wait(Outcome::Refused, Some(1), MAX_ATTEMPTS, 200), Some(5));
        assert_eq!(wait(Outcome::Refused, Some(10_000_000), MAX_ATTEMPTS, 200), Some(86_400));
    }

    #[test]
    fn what_is_taken_or_unwanted_is_not_tried_again() {
        assert_eq!(retry(Outcome::Delivered, None, 5, now(), 0, 1), Retry::Delivered);
        assert_eq!(retry(Outcome::Gone, None, 5, now(), 0, 1), Retry::Never);
    }
}
