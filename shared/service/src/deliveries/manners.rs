//! Manners of one process towards webhooks that may hang: it does not run after one with many attempts at once before
//! one of them has been answered.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use switchboard_model::Id;
use tokio::sync::{Mutex as Turn, OwnedMutexGuard};
use tokio::time::{Instant, timeout};

/// How long a webhook that answered is trusted to answer again.
const TRUST: Duration = Duration::from_mins(1);
/// How long an attempt waits for another one to be answered.
const PATIENCE: Duration = Duration::from_secs(2);
/// Most webhooks that are remembered.
const MAX_KNOWN: usize = 1_000;

#[derive(Debug, Default)]
pub(super) struct Manners {
    known: Mutex<HashMap<Id, Acquaintance>>,
}

#[derive(Clone, Debug, Default)]
struct Acquaintance {
    trusted_until: Option<Instant>,
    turn: Arc<Turn<()>>,
}

/// The right to make an attempt.
#[derive(Debug)]
pub(super) enum Admittance {
    /// The webhook is trusted.
    Trusted,
    /// It is not, and this is the only attempt at it of this process.
    Alone {
        /// Ends with the attempt.
        _turn: OwnedMutexGuard<()>,
    },
}

impl Manners {
    /// The right to make an attempt at this webhook; `None` while another attempt finds out whether it answers.
    pub(super) async fn admit(&self, endpoint_id: Id) -> Option<Admittance> {
        let acquaintance = self.acquaintance(endpoint_id);
        if acquaintance.trusted_until.is_some_and(|until| until > Instant::now()) {
            return Some(Admittance::Trusted);
        }
        let turn = timeout(PATIENCE, acquaintance.turn.lock_owned()).await.ok()?;
        Some(Admittance::Alone { _turn: turn })
    }

    /// Remembers whether a webhook answered.
    pub(super) fn note(&self, endpoint_id: Id, answered: bool) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let until = answered.then(|| Instant::now() + TRUST);
        known.entry(endpoint_id).or_default().trusted_until = until;
    }

    fn acquaintance(&self, endpoint_id: Id) -> Acquaintance {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_KNOWN && !known.contains_key(&endpoint_id) {
            known.clear();
        }
        known.entry(endpoint_id).or_default().clone()
    }
}
