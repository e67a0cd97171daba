//! Manners of one process towards receivers that may hang: it does not run after one with many attempts at once before
//! one of them has been answered.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use switchboard_model::webhook::Receiver;
use tokio::sync::{Mutex as Turn, OwnedMutexGuard};
use tokio::time::{Instant, timeout};

/// How long a receiver that answered is trusted to answer again.
const TRUST: Duration = Duration::from_mins(1);
/// How long an attempt waits for another one to be answered. A receiver that takes longer is not trusted: many attempts
/// at it would hold up as much as if it did not answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// Most receivers that are remembered.
const MAX_KNOWN: usize = 1_000;

#[derive(Debug, Default)]
pub(super) struct Manners {
    known: Mutex<HashMap<Receiver, Acquaintance>>,
}

#[derive(Clone, Debug, Default)]
struct Acquaintance {
    trusted_until: Option<Instant>,
    turn: Arc<Turn<()>>,
}

/// The right to make an attempt.
#[derive(Debug)]
pub(super) enum Admittance {
    /// The receiver is trusted.
    Trusted,
    /// It is not, and this is the only attempt at it of this process.
    Alone {
        /// Ends with the attempt.
        _turn: OwnedMutexGuard<()>,
    },
}

impl Manners {
    /// The right to make an attempt at this receiver; `None` while another attempt finds out whether it answers.
    pub(super) async fn admit(&self, receiver: &Receiver) -> Option<Admittance> {
        let acquaintance = self.acquaintance(receiver);
        if acquaintance.trusted_until.is_some_and(|until| until > Instant::now()) {
            return Some(Admittance::Trusted);
        }
        let turn = timeout(PATIENCE, acquaintance.turn.lock_owned()).await.ok()?;
        Some(Admittance::Alone { _turn: turn })
    }

    /// Remembers how long a receiver took to answer, if it did.
    pub(super) fn note(&self, receiver: &Receiver, answered_in: Option<Duration>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let prompt = answered_in.is_some_and(|elapsed| elapsed <= PATIENCE);
        known.entry(receiver.clone()).or_default().trusted_until = prompt.then(|| Instant::now() + TRUST);
    }

    fn acquaintance(&self, receiver: &Receiver) -> Acquaintance {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_KNOWN && !known.contains_key(receiver) {
            known.clear();
        }
        known.entry(receiver.clone()).or_default().clone()
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;
    use switchboard_model::Id;

    use super::*;

    #[tokio::test]
    async fn only_who_answers_within_two_seconds_is_trusted() {
        let (manners, receiver) = (Manners::default(), Receiver::Webhook(Id::NONE));
        for (answered_in, trusted) in [(Some(2_000), true), (Some(2_001), false), (None, false)] {
            manners.note(&receiver, answered_in.map(Duration::from_millis));

            let first = manners.admit(&receiver).now_or_never();
            let second = manners.admit(&receiver).now_or_never();

            assert!(matches!(first, Some(Some(_))), "{answered_in:?}");
            assert_eq!(second.is_some(), trusted, "{answered_in:?}");
        }
    }
}
