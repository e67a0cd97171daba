//! One id and its five spellings.
//!
//! An [`Id`] is 63 bits: 41 bits of milliseconds since 2020-01-01T00:00:00Z, then 22 random bits. Every
//! dialect spells the same id its own way; the spellings are pure functions in both directions, in
//! [`spelling`]. Nothing assumes that an id is unique: an entity is created under the condition that its id
//! is free, and a clash draws another.

pub mod generator;
pub mod spelling;

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use generator::IdGenerator;

/// 2020-01-01T00:00:00Z in Unix milliseconds.
const EPOCH_MILLISECONDS: u64 = 1_577_836_800_000;
const RANDOM_BITS: u32 = 22;
const RANDOM_MASK: u64 = (1 << RANDOM_BITS) - 1;
const MAX: u64 = (1 << 63) - 1;

/// The id of any entity. Ids sort by time of creation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(u64);

impl Id {
    /// The id of nothing: no entity is ever created with it.
    pub const NONE: Self = Self(0);

    /// The id with these 63 bits; `None` where the highest bit is set.
    pub const fn from_bits(bits: u64) -> Option<Self> {
        if bits <= MAX { Some(Self(bits)) } else { None }
    }

    /// The 63 bits.
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// An id made at `time` from the low 22 bits of `random`. A time before 2020 or after 2089 is clamped.
    pub fn new(time: Timestamp, random: u64) -> Self {
        let unix = u64::try_from(time.as_millisecond()).unwrap_or(0);
        let milliseconds = unix.saturating_sub(EPOCH_MILLISECONDS).min(MAX >> RANDOM_BITS);
        Self(milliseconds << RANDOM_BITS | (random & RANDOM_MASK))
    }

    /// When the id was made, in Unix milliseconds.
    pub const fn unix_milliseconds(self) -> u64 {
        (self.0 >> RANDOM_BITS) + EPOCH_MILLISECONDS
    }

    /// The 22 random bits.
    const fn random(self) -> u64 {
        self.0 & RANDOM_MASK
    }

    /// The id after this one, for counting up within a millisecond.
    const fn next(self) -> Self {
        Self(if self.0 == MAX { MAX } else { self.0 + 1 })
    }
}

/// The key spelling.
impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&spelling::key::spell(*self))
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Id({self})")
    }
}

/// The key spelling: what the store and the queues carry. Dialects never serialise an `Id` themselves.
impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        spelling::key::parse(&text).ok_or_else(|| serde::de::Error::custom("not an id"))
    }
}
