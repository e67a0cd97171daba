//! The pace of sends from one phone number.
//!
//! Each message reserves a moment of its own, so senders that know nothing of each other stay within what
//! Meta lets through. The limit of a number is not told by Meta; where Meta refuses (error 130429), the rate
//! falls to what was let through in the second before, and rises again later.
//!
//! Campaigns have moments of their own beside those of single messages. They take what single messages have not
//! asked for lately, four fifths at most, in runs of moments that are reserved all at once; while such a run lasts,
//! single messages have the rest of the rate. So the sum never exceeds the rate, and what single messages need is
//! theirs again as soon as the run is over.

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

/// The part of the rate that campaigns get at most: single messages keep a fifth at any time.
const CAMPAIGNS_AT_MOST: f64 = 0.8;
/// The part that campaigns get at least, so that they do not stand still for ever.
const CAMPAIGNS_AT_LEAST: f64 = 0.05;
/// What single messages need is what they took in this time.
const DEMAND_WINDOW: i64 = 10 * SECOND;
/// No share of a rate is smaller.
const MIN_SHARE_PER_SECOND: f64 = 0.05;

/// A run of moments that campaigns hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// When it ends, in Unix microseconds.
    pub until: i64,
    /// Messages a second that it takes from the rate.
    pub per_second: f64,
}

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
    /// What campaigns hold: one run, and the one that follows it.
    #[serde(default)]
    pub shares: [Share; 2],
    /// Moments that single messages reserved in [`Pace::demand_window`] and in the window before it.
    #[serde(default)]
    pub demand: [u32; 2],
    /// The window of ten seconds that `demand[0]` counts.
    #[serde(default)]
    pub demand_window: i64,
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
            shares: [Share::default(); 2],
            demand: [0; 2],
            demand_window: 0,
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

    /// Reserves `count` moments in a row for single messages from `now` on: the pace afterwards, and the moments.
    pub fn reserve(&self, now: i64, count: usize) -> (Self, Vec<i64>) {
        let rate = self.rate(now);
        let mut next = self.next_free_at.max(now);
        let mut moments = Vec::with_capacity(count);
        for _ in 0..count {
            moments.push(next);
            next += gap(rate - self.share_at(next));
        }
        (Self { next_free_at: next, ..self.note_demand(now, count) }, moments)
    }

    /// Reserves `count` moments in a row for campaigns, behind those that campaigns hold already: the pace
    /// afterwards, and the moments.
    pub fn reserve_for_campaigns(&self, now: i64, count: usize) -> (Self, Vec<i64>) {
        let per_second = self.campaign_rate(now);
        // What single messages hold beyond the last run, they may hold at the full rate.
        let held = self.campaigns_until();
        let first = if self.next_free_at > held { self.next_free_at } else { held }.max(now);
        let mut next = first;
        let mut moments = Vec::with_capacity(count);
        for _ in 0..count {
            moments.push(next);
            next += gap(per_second);
        }
        (self.with_share(now, Share { until: next, per_second }), moments)
    }

    /// Until when campaigns hold moments; 0 where they never did.
    pub fn campaigns_until(&self) -> i64 {
        self.shares[0].until.max(self.shares[1].until)
    }

    /// Messages a second that campaigns would get at `now`: what single messages leave, within bounds.
    pub fn campaign_rate(&self, now: i64) -> f64 {
        let rate = self.rate(now);
        (rate - self.demand_per_second(now)).clamp(rate * CAMPAIGNS_AT_LEAST, rate * CAMPAIGNS_AT_MOST)
    }

    /// What campaigns hold of the rate at a moment.
    fn share_at(&self, moment: i64) -> f64 {
        let mut shares = self.shares.iter().filter(|share| moment < share.until);
        shares.next().map_or(0.0, |share| share.per_second)
    }

    /// The shares are in order of time. Where there is no room for a third, the last two become one.
    fn with_share(&self, now: i64, share: Share) -> Self {
        let [first, second] = self.shares;
        let shares = if first.until <= now && second.until <= now {
            [share, Share::default()]
        } else if first.until <= now {
            [second, share]
        } else if second.until <= now {
            [first, share]
        } else {
            [first, Share { until: share.until, per_second: second.per_second.max(share.per_second) }]
        };
        Self { shares, ..*self }
    }

    fn note_demand(&self, now: i64, count: usize) -> Self {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        let window = now / DEMAND_WINDOW;
        let demand = match window - self.demand_window {
            ..=0 => [self.demand[0].saturating_add(count), self.demand[1]],
            1 => [count, self.demand[0]],
            _ => [count, 0],
        };
        Self { demand, demand_window: window.max(self.demand_window), ..*self }
    }

    /// What single messages took a second in the last ten.
    #[expect(clippy::cast_precision_loss, reason = "a few seconds in microseconds")]
    fn demand_per_second(&self, now: i64) -> f64 {
        let noted = self.note_demand(now, 0);
        let passed = (now - noted.demand_window * DEMAND_WINDOW).clamp(0, DEMAND_WINDOW);
        let left = 1.0 - passed as f64 / DEMAND_WINDOW as f64;
        let seconds = (DEMAND_WINDOW / SECOND) as f64;
        (f64::from(noted.demand[0]) + f64::from(noted.demand[1]) * left) / seconds
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
        Self {
            next_free_at: now + SECOND,
            per_second,
            learned_at: now,
            epoch: self.epoch + 1,
            shares: [Share::default(); 2],
            ..window
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the smallest share gives at most twenty seconds")]
fn gap(per_second: f64) -> i64 {
    (1_000_000.0 / per_second.max(MIN_SHARE_PER_SECOND)).ceil() as i64
}

#[cfg(test)]
mod tests;
