//! The pace of sends from one phone number.
//!
//! Each message reserves a moment of its own, so senders that know nothing of each other stay within what
//! Meta lets through. The limit of a number is not told by Meta; where Meta refuses (error 130429), the rate
//! falls to what was let through in the second before, and rises again later.

use serde::{Deserialize, Serialize};

/// Messages a second that Meta lets through from an ordinary number (Meta, throughput).
pub const DEFAULT_PER_SECOND: f64 = 80.0;
/// The slowest pace.
pub const MIN_PER_SECOND: f64 = 1.0;

const SECOND: i64 = 1_000_000;
/// How long a learned rate is held before it rises, in microseconds.
const HOLD: i64 = 60 * SECOND;
/// By how much it rises with each further [`RISE_EVERY`].
const RISE: f64 = 1.05;
const RISE_EVERY: i64 = 10 * SECOND;
/// A learned rate stays this much below what was let through: the refusal came at the limit itself.
const MARGIN: f64 = 0.95;
/// A refusal lowers the rate at least by this factor.
const BACK_OFF: f64 = 0.9;

/// The pace of one number. Times are in Unix microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pace {
    /// The next moment that is free.
    pub next_free_at: i64,
    /// Messages a second: the full rate, or what was learned from a refusal.
    pub per_second: f64,
    /// The rate of a number that was never refused; a learned rate rises up to it.
    pub full_per_second: f64,
    /// When the rate was last learned from a refusal; 0 for never.
    pub learned_at: i64,
    /// Counts the times the rate was learned: a reservation made before the last is void.
    pub epoch: u32,
    /// Messages that Meta accepted in [`Pace::window_second`] and in the second before it.
    pub accepted: [u32; 2],
    /// The Unix second that `accepted[0]` counts.
    pub window_second: i64,
}

impl Default for Pace {
    fn default() -> Self {
        Self::at_most(DEFAULT_PER_SECOND)
    }
}

impl Pace {
    /// The pace of a number that was never refused, at this rate.
    pub fn at_most(per_second: f64) -> Self {
        let per_second = per_second.max(MIN_PER_SECOND);
        Self {
            next_free_at: 0,
            per_second,
            full_per_second: per_second,
            learned_at: 0,
            epoch: 0,
            accepted: [0; 2],
            window_second: 0,
        }
    }

    /// The rate at `now`: what was learned, risen since.
    pub fn rate(&self, now: i64) -> f64 {
        if self.learned_at == 0 {
            return self.per_second;
        }
        let held = now - self.learned_at - HOLD;
        let rises = if held < 0 { 0 } else { held / RISE_EVERY + 1 };
        let exponent = i32::try_from(rises).unwrap_or(i32::MAX);
        (self.per_second * RISE.powi(exponent)).min(self.full_per_second)
    }

    /// Reserves `count` moments in a row from `now` on: the pace afterwards, and the moments.
    pub fn reserve(&self, now: i64, count: usize) -> (Self, Vec<i64>) {
        let gap = gap(self.rate(now));
        let mut next = self.next_free_at.max(now);
        let mut moments = Vec::with_capacity(count);
        for _ in 0..count {
            moments.push(next);
            next += gap;
        }
        (Self { next_free_at: next, ..*self }, moments)
    }

    /// The pace with `count` more messages accepted at `now`.
    #[must_use]
    pub fn note_accepted(&self, now: i64, count: u32) -> Self {
        let second = now / SECOND;
        let accepted = match second - self.window_second {
            ..=0 => [self.accepted[0] + count, self.accepted[1]],
            1 => [count, self.accepted[0]],
            _ => [count, 0],
        };
        Self { accepted, window_second: second.max(self.window_second), ..*self }
    }

    /// The pace after a refusal at `now`: as many a second as were let through in the busier of the last two
    /// seconds. Reserved moments are given up: those who hold one reserve again.
    #[must_use]
    pub fn slow_down(&self, now: i64) -> Self {
        let window = self.note_accepted(now, 0);
        let let_through = f64::from(window.accepted[0].max(window.accepted[1]));
        let per_second = (let_through * MARGIN).min(self.rate(now) * BACK_OFF).max(MIN_PER_SECOND);
        Self { next_free_at: now + SECOND, per_second, learned_at: now, epoch: self.epoch + 1, ..window }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a rate of at least 1 a second gives at most a second")]
fn gap(per_second: f64) -> i64 {
    (1_000_000.0 / per_second.max(MIN_PER_SECOND)).round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000 * SECOND;

    #[test]
    fn reserved_moments_are_a_gap_apart_and_never_shared() {
        let (pace, first) = Pace::default().reserve(NOW, 3);
        let (_, second) = pace.reserve(NOW, 1);
        assert_eq!(first, [NOW, NOW + 12_500, NOW + 25_000]);
        assert_eq!(second, [NOW + 37_500]);
    }

    #[test]
    fn unused_moments_of_the_past_are_not_saved_up() {
        let (pace, _) = Pace::default().reserve(NOW, 1);
        let (_, later) = pace.reserve(NOW + 10 * SECOND, 2);
        assert_eq!(later, [NOW + 10 * SECOND, NOW + 10 * SECOND + 12_500]);
    }

    #[test]
    fn a_refusal_brings_the_rate_down_to_what_was_let_through() {
        let slowed = Pace::default().note_accepted(NOW, 5).slow_down(NOW);
        assert!((slowed.rate(NOW) - 4.75).abs() < 0.001);
        assert_eq!(slowed.epoch, 1);
    }

    #[test]
    fn what_was_accepted_long_ago_does_not_count() {
        let pace = Pace::default().note_accepted(NOW - 5 * SECOND, 50).note_accepted(NOW - SECOND, 7);
        assert!((pace.slow_down(NOW).rate(NOW) - 7.0 * MARGIN).abs() < 0.001);
    }

    #[test]
    fn a_learned_rate_is_held_for_a_minute_and_then_rises_to_the_default() {
        let slowed = Pace::default().note_accepted(NOW, 5).slow_down(NOW);
        assert!((slowed.rate(NOW + 59 * SECOND) - 4.75).abs() < 0.001);
        assert!(slowed.rate(NOW + 61 * SECOND) > 4.9);
        assert!((slowed.rate(NOW + 3_600 * SECOND) - DEFAULT_PER_SECOND).abs() < 0.001);
    }
}
