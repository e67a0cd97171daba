//! How a receiver fares, and whether it is spared for a while.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Id;
use crate::delivery::Outcome;

/// Attempts in a row without an answer after which a receiver is spared.
pub const PATIENCE: u32 = 3;
/// How long it is spared first; twice as long after each attempt that shows that nothing has changed.
const FIRST_PAUSE: Duration = Duration::from_secs(15);
const LONGEST_PAUSE: Duration = Duration::from_mins(5);
/// How long a receiver may fail, every time, before its webhook is disabled.
const FAILING_MAX: Duration = Duration::from_hours(5 * 24);
/// Failures that are further apart are not of one run: longer than any wait between two attempts of a delivery.
const GAP_MAX: Duration = Duration::from_hours(36);
/// How long a receiver is left alone that answers with 429 and does not say for how long.
const ASKED_BY_DEFAULT: Duration = Duration::from_secs(15);
/// The longest time for which a receiver is left alone because it asked for that.
const ASKED_MAX: Duration = Duration::from_mins(10);
/// An attempt that has waited for so many times what a receiver asked for is made, whether or not it asked again:
/// one that is always busy is told late, and not never.
const ASKED_WAITS: u32 = 8;

/// Whom attempts are made at, and whose health is kept.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Receiver {
    /// The webhook with this id.
    Webhook(Id),
    /// All callbacks of a workspace that have the same origin.
    Callbacks {
        /// The workspace.
        workspace_id: Id,
        /// Scheme, host and port (RFC 6454).
        origin: String,
    },
}

/// How a receiver fares: kept only of those that fail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// Since when every attempt failed, in Unix milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<i64>,
    /// When the last attempt failed, in Unix milliseconds.
    #[serde(default)]
    pub failed_at: i64,
    /// Attempts in a row that were not answered.
    #[serde(default)]
    pub unanswered: u32,
    /// Until when it is spared once it has not answered [`PATIENCE`] times, in Unix milliseconds.
    #[serde(default)]
    pub spared_until: i64,
    /// Until when it asked to be left alone, in Unix milliseconds.
    #[serde(default)]
    pub busy_until: i64,
    /// For how many milliseconds it asked that.
    #[serde(default)]
    pub busy_for: i64,
    /// When it was last found to be well after it had failed, or began anew, in Unix milliseconds. What began before
    /// tells nothing of it.
    #[serde(default)]
    pub well_at: i64,
    /// Whether it takes the Python form of the body, as was found out by trying.
    #[serde(default)]
    pub python: bool,
}

/// Whether a receiver may be called now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// It may.
    Free,
    /// One attempt may find out whether it answers again: whoever stores [`Health::probed`] first.
    Probe,
    /// Not before this time. Whoever waits for it comes at any time of the pause that follows, so that those who wait
    /// do not all come at the same moment.
    Spared {
        /// When it may be called again.
        until: Timestamp,
        /// How long it is spared once more where nothing has changed by then.
        pause: Duration,
    },
}

/// What an attempt tells of a receiver's health.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Nothing that is not known.
    Nothing,
    /// It took what was posted.
    Well {
        /// Whether it takes the Python form of the body.
        python: bool,
    },
    /// It answered, but did not take it.
    Refused {
        /// Whether its failures before were of another run.
        anew: bool,
        /// How long it is to be left alone, where it asked for that.
        busy_for: Option<Duration>,
    },
    /// It did not answer.
    Unanswered {
        /// Whether its failures before were of another run.
        anew: bool,
        /// How long it is spared, if this was not the first time in a row.
        pause: Duration,
        /// Whether it was spared, and this attempt was to find out whether it answers again. What other attempts have
        /// found out by then, which were made before it was spared, is known already.
        probe: bool,
    },
}

/// What came of an attempt, as far as it concerns the receiver's health.
#[derive(Clone, Copy, Debug)]
pub struct Sign {
    /// What came of it.
    pub outcome: Outcome,
    /// The status of the answer, where there was one.
    pub status: Option<u16>,
    /// How long the receiver asked to be left alone.
    pub retry_after: Option<Duration>,
    /// Whether it took the Python form of the body.
    pub python: bool,
}

impl Health {
    /// Whether it may be called now by an attempt that has been `waiting` for that.
    pub fn admits(&self, now: Timestamp, waiting: Duration) -> Admission {
        let asked = Duration::from_millis(self.busy_for.unsigned_abs());
        if let Some(until) = later(self.busy_until, now)
            && waiting < asked * ASKED_WAITS
        {
            return Admission::Spared { until, pause: asked };
        }
        if self.unanswered < PATIENCE {
            return Admission::Free;
        }
        match later(self.spared_until, now) {
            Some(until) => Admission::Spared { until, pause: pause(self.unanswered) },
            None => Admission::Probe,
        }
    }

    /// Until when others wait while one attempt finds out whether it answers again, in Unix milliseconds.
    pub fn probed(now: Timestamp) -> i64 {
        now.as_millisecond().saturating_add(milliseconds(FIRST_PAUSE))
    }

    /// What an attempt that ended `now` tells of a receiver that had this health when the attempt began.
    pub fn finds(&self, sign: Sign, now: Timestamp) -> Finding {
        let anew = now.as_millisecond() - self.failed_at > milliseconds(GAP_MAX);
        match sign.outcome {
            Outcome::Delivered if self.is_well() && self.python == sign.python => Finding::Nothing,
            Outcome::Delivered => Finding::Well { python: sign.python },
            Outcome::TimedOut | Outcome::Unreachable => Finding::Unanswered {
                anew,
                pause: pause(self.unanswered.saturating_add(1)),
                probe: self.unanswered >= PATIENCE,
            },
            Outcome::Refused | Outcome::Gone | Outcome::AddressRefused => {
                Finding::Refused { anew, busy_for: busy_for(sign) }
            }
        }
    }

    /// Whether it has failed for so long that it is to be disabled.
    pub fn is_hopeless(&self, now: Timestamp) -> bool {
        self.failing_since.is_some_and(|since| now.as_millisecond() - since >= milliseconds(FAILING_MAX))
    }

    fn is_well(&self) -> bool {
        self.failing_since.is_none() && self.unanswered == 0
    }
}

/// How long a receiver is spared after so many attempts in a row without an answer.
fn pause(unanswered: u32) -> Duration {
    let doublings = unanswered.saturating_sub(PATIENCE).min(16);
    FIRST_PAUSE.saturating_mul(1 << doublings).min(LONGEST_PAUSE)
}

/// How long a receiver asks to be left alone by its answer (Standard Webhooks 1.0.0, "Deliverability and reliability"):
/// by 429, or by another status of one that is overloaded, or whose proxy finds it so, where it says for how long.
fn busy_for(sign: Sign) -> Option<Duration> {
    let asked = match (sign.status, sign.retry_after) {
        (Some(429 | 502..=504), Some(asked)) => asked,
        (Some(429), None) => ASKED_BY_DEFAULT,
        _ => return None,
    };
    Some(asked.min(ASKED_MAX)).filter(|asked| !asked.is_zero())
}

/// The time in Unix milliseconds, where it is after `now`.
fn later(at: i64, now: Timestamp) -> Option<Timestamp> {
    Timestamp::from_millisecond(at).ok().filter(|at| *at > now)
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
