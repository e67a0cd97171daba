//! What a process remembers for a moment, so that not every message reads it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use switchboard_model::Id;
use switchboard_store::StoreError;
use tokio::sync::Mutex;

/// Things by their id, for a while.
#[derive(Debug)]
pub(super) struct Remembered<T> {
    lifetime: Duration,
    things: Mutex<HashMap<Id, Sight<T>>>,
}

/// When a thing was looked for, and what was found.
type Sight<T> = (Timestamp, Option<Arc<T>>);

/// Most things that are remembered.
const MOST: usize = 1_000;

impl<T> Remembered<T> {
    /// Remembers for `lifetime`.
    pub(super) fn new(lifetime: Duration) -> Self {
        Self { lifetime, things: Mutex::default() }
    }

    /// The thing with this id, as it was found a moment ago if that `will_do`, or else as `read` finds it. Those who ask
    /// at the same time wait for one to read.
    pub(super) async fn get(
        &self,
        id: Id,
        now: Timestamp,
        will_do: impl Fn(&T) -> bool,
        read: impl Future<Output = Result<Option<T>, StoreError>>,
    ) -> Result<Option<Arc<T>>, StoreError> {
        let mut things = self.things.lock().await;
        if let Some((at, thing)) = things.get(&id)
            && now < *at + self.lifetime
            && thing.as_deref().is_none_or(will_do)
        {
            return Ok(thing.clone());
        }
        let thing = read.await?.map(Arc::new);
        if things.len() >= MOST {
            things.clear();
        }
        things.insert(id, (now, thing.clone()));
        Ok(thing)
    }
}
