//! What every service works with.

use std::future::Future;
use std::sync::Arc;

use jiff::Timestamp;
use switchboard_model::{Clock, Id, IdGenerator, Randomness};
use switchboard_store::{Condition, Store, StoreError};

use crate::watching::Watching;

/// What every service works with. Clones share it.
#[derive(Clone, Debug)]
pub struct Resources {
    /// The tables.
    pub store: Store,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Unpredictable bytes.
    pub randomness: Arc<dyn Randomness>,
    /// New ids.
    pub ids: IdGenerator,
    /// What the webhooks of workspaces are told of.
    pub(crate) watching: Arc<Watching>,
}

/// How often an id that is taken is drawn again. Two clashes in a row do not happen by chance.
const DRAWS: usize = 4;

impl Resources {
    /// Resources on this clock and randomness.
    pub fn new(store: Store, clock: Arc<dyn Clock>, randomness: Arc<dyn Randomness>) -> Self {
        let ids = IdGenerator::new(Arc::clone(&clock), Arc::clone(&randomness));
        Self { store, clock, randomness, ids, watching: Arc::default() }
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Creates something with a new id by `create`, and draws another where the id is taken.
    pub async fn create<T, F>(&self, mut create: impl FnMut(Id) -> F) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        let mut created = create(self.ids.next_id()).await;
        for _ in 1..DRAWS {
            if !matches!(created, Err(StoreError::ConditionFailed(Condition::IdTaken))) {
                break;
            }
            created = create(self.ids.next_id()).await;
        }
        created
    }
}
