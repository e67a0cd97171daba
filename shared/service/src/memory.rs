//! What a process remembers for a while, so that not every message reads it.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

/// Most things that are remembered.
const MOST: usize = 1_000;

/// Things by their keys. Each has a lock of its own: whoever waits for one to be read waits for no other.
#[derive(Debug)]
pub(crate) struct Memory<K, V> {
    lifetime: Duration,
    places: Mutex<HashMap<K, Place<V>>>,
}

/// When a thing was looked for, and what was found.
type Place<V> = Arc<tokio::sync::Mutex<Option<(Timestamp, V)>>>;

impl<K: Eq + Hash, V: Clone> Memory<K, V> {
    /// Remembers for `lifetime`.
    pub(crate) fn new(lifetime: Duration) -> Self {
        Self { lifetime, places: Mutex::default() }
    }

    /// The thing with this key, as it was found a moment ago if that `will_do`, or else as `read` finds it. Those who
    /// ask for it at the same time wait for one to read.
    pub(crate) async fn get<E>(
        &self,
        key: K,
        now: Timestamp,
        will_do: impl Fn(&V) -> bool,
        read: impl Future<Output = Result<V, E>>,
    ) -> Result<V, E> {
        let place = self.place(key);
        let mut known = place.lock().await;
        if let Some((at, thing)) = known.as_ref()
            && now < *at + self.lifetime
            && will_do(thing)
        {
            return Ok(thing.clone());
        }
        let thing = read.await?;
        *known = Some((now, thing.clone()));
        Ok(thing)
    }

    /// Forgets a thing that is known to have changed. What is being read of it is forgotten, too.
    pub(crate) fn forget(&self, key: &K) {
        self.lock().remove(key);
    }

    fn place(&self, key: K) -> Place<V> {
        let mut places = self.lock();
        if places.len() >= MOST && !places.contains_key(&key) {
            places.clear();
        }
        Arc::clone(places.entry(key).or_default())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, Place<V>>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap_or_default()
    }

    async fn get(memory: &Memory<u32, u32>, key: u32, now: i64, found: u32) -> Result<u32, ()> {
        memory.get(key, at(now), |known| *known != 0, async { Ok(found) }).await
    }

    #[tokio::test]
    async fn a_thing_is_read_again_once_its_time_is_over_or_it_does_not_do() {
        let memory = Memory::new(Duration::from_secs(10));
        assert_eq!(get(&memory, 1, 0, 5).await, Ok(5));
        assert_eq!(get(&memory, 1, 9, 6).await, Ok(5));
        assert_eq!(get(&memory, 1, 10, 0).await, Ok(0));
        assert_eq!(get(&memory, 1, 11, 7).await, Ok(7), "what was found will not do");
        memory.forget(&1);
        assert_eq!(get(&memory, 1, 12, 8).await, Ok(8));
    }

    #[tokio::test]
    async fn whoever_waits_for_one_thing_waits_for_no_other() {
        let memory = Memory::new(Duration::from_secs(10));
        let slow = memory.get(1, at(0), |_| true, std::future::pending::<Result<u32, ()>>());

        tokio::select! {
            biased;
            _ = slow => panic!("nobody answers"),
            other = get(&memory, 2, 0, 5) => assert_eq!(other, Ok(5)),
        }
    }

    #[tokio::test]
    async fn not_more_is_remembered_than_there_is_room_for() {
        let memory = Memory::new(Duration::from_secs(10));
        for key in 0..2_500 {
            assert_eq!(get(&memory, key, 0, 5).await, Ok(5));
        }
        assert!(memory.lock().len() <= MOST);
    }
}
