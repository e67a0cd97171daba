//! Randomness, passed in.

use std::fmt::Debug;
use std::sync::Mutex;

use data_encoding::BASE64URL_NOPAD;
use rand::rngs::SysRng;
use rand::{Rng, SeedableRng, TryRng};

/// Where unpredictable bytes come from.
pub trait Randomness: Debug + Send + Sync {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);

    /// A random number.
    fn next_u64(&self) -> u64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }
}

/// A token of 256 random bits in 43 URL-safe characters.
pub fn token(randomness: &dyn Randomness) -> String {
    let mut bytes = [0; 32];
    randomness.fill(&mut bytes);
    BASE64URL_NOPAD.encode(&bytes)
}

/// The operating system's generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandomness;

impl Randomness for SystemRandomness {
    /// # Panics
    /// Where the operating system has no randomness to give, nothing secret can be made.
    fn fill(&self, bytes: &mut [u8]) {
        if let Err(error) = SysRng.try_fill_bytes(bytes) {
            panic!("the operating system gave no randomness: {error}");
        }
    }
}

/// A generator that repeats itself, for tests.
#[derive(Debug)]
pub struct SeededRandomness(Mutex<rand::rngs::StdRng>);

impl SeededRandomness {
    /// The generator that begins at `seed`.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(rand::rngs::StdRng::seed_from_u64(seed)))
    }
}

impl Randomness for SeededRandomness {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).fill_bytes(bytes);
    }
}
