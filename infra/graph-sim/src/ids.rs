//! Identifiers as Graph makes them.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use crate::clock;

static STARTED_MS: LazyLock<u64> = LazyLock::new(clock::now_ms);
static SEQUENCE: AtomicU64 = AtomicU64::new(1);

/// Object ids are 16 digits and begin with an 8, below 2^53, so that they are told from phone number ids.
const OBJECT_BASE: u64 = 8_000_000_000_000_000;

fn unique_bytes() -> [u8; 32] {
    let number = SEQUENCE.fetch_add(1, Ordering::Relaxed);
    Sha256::digest(format!("{}-{}-{number}", *STARTED_MS, std::process::id())).into()
}

/// A new id of a media object or a template.
pub fn object_id() -> u64 {
    let second = (*STARTED_MS / 1000) % 1_000_000_000;
    OBJECT_BASE + second * 1_000_000 + SEQUENCE.fetch_add(1, Ordering::Relaxed) % 1_000_000
}

/// Whether an id has the form of [`object_id`].
pub fn is_object_id(id: &str) -> bool {
    id.len() == 16 && id.starts_with('8') && is_numeric(id)
}

/// Whether an id is digits only, as all of Graph's node ids are.
pub fn is_numeric(id: &str) -> bool {
    !id.is_empty() && id.len() <= 20 && id.bytes().all(|byte| byte.is_ascii_digit())
}

/// A new `wamid`, unique over restarts.
pub fn wamid(user: &str) -> String {
    let unique = hex::encode_upper(&unique_bytes()[..9]);
    let mut bytes = vec![0x1c, 0x18, u8::try_from(user.len()).unwrap_or(u8::MAX)];
    bytes.extend_from_slice(user.as_bytes());
    bytes.extend_from_slice(&[0x15, 0x02, 0x00, 0x11, 0x18, 0x12]);
    bytes.extend_from_slice(unique.as_bytes());
    bytes.push(0);
    format!("wamid.{}", STANDARD.encode(bytes))
}

/// A new `fbtrace_id`.
pub fn trace_id() -> String {
    format!("A{}", URL_SAFE_NO_PAD.encode(&unique_bytes()[..15]))
}

/// A new access token.
pub fn token() -> String {
    format!("EAAsim{}", hex::encode(unique_bytes()))
}

/// A repeatable number below `bound`, drawn from an id.
pub fn derived(id: &str, bound: u64) -> u64 {
    let digest = Sha256::digest(id);
    digest.iter().take(8).fold(0, |sum: u64, byte| (sum << 8) | u64::from(*byte)) % bound
}

/// The last four characters of something that must not be shown in full.
pub fn tail(secret: &str) -> String {
    let skipped = secret.chars().count().saturating_sub(4);
    format!("…{}", secret.chars().skip(skipped).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn object_ids_are_recognised() {
        assert!(is_object_id(&object_id().to_string()));
        assert!(!is_object_id("106540352242922"));
    }

    #[test]
    fn wamids_differ() {
        assert_ne!(wamid("16505551234"), wamid("16505551234"));
    }
}
