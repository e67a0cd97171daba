//! Drawing ids.

use std::sync::{Arc, Mutex, PoisonError};

use super::Id;
use crate::{Clock, Randomness};

/// Draws ids; within one process and millisecond they count up, so that they sort as they were drawn.
#[derive(Clone, Debug)]
pub struct IdGenerator {
    clock: Arc<dyn Clock>,
    randomness: Arc<dyn Randomness>,
    last: Arc<Mutex<Option<Id>>>,
}

impl IdGenerator {
    /// A generator on this clock and randomness.
    pub fn new(clock: Arc<dyn Clock>, randomness: Arc<dyn Randomness>) -> Self {
        Self { clock, randomness, last: Arc::default() }
    }

    /// The next id.
    pub fn next_id(&self) -> Id {
        let drawn = Id::new(self.clock.now(), self.randomness.next_u64());
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let id = match *last {
            Some(last) if last.unix_milliseconds() >= drawn.unix_milliseconds() => last.next(),
            _ => drawn,
        };
        *last = Some(id);
        id
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::clock::FixedClock;
    use crate::random::SeededRandomness;

    #[test]
    fn ids_of_one_millisecond_sort_as_they_were_drawn() {
        let clock =
            Arc::new(FixedClock::at(Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_secs(1_800_000_000)));
        let ids = IdGenerator::new(clock, Arc::new(SeededRandomness::new(1)));

        let drawn: Vec<_> = (0..100).map(|_| ids.next_id()).collect();

        assert!(drawn.is_sorted());
        assert!(drawn.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
