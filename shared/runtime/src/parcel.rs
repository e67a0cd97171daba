//! Large bodies of queue messages: carried compressed.

use std::io::{self, Read, Write};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};

use crate::queue::BATCH_MAX_BYTES;

/// Bytes up to which a body is carried as it is.
const PLAIN_MAX_BYTES: usize = 200_000;
/// Most bytes of what is unpacked: more than any POST that is let in.
const UNPACKED_MAX_BYTES: u64 = 8 * 1024 * 1024;
/// How a packed body begins, which no JSON that is packed here does.
const PACKED: &str = r#"{"gzip":"#;

#[derive(Serialize, Deserialize)]
struct Packed {
    /// Base64 of the compressed body.
    gzip: String,
}

/// Why a body is not carried, or not understood.
#[derive(Debug, thiserror::Error)]
pub enum ParcelError {
    /// It is too large even when compressed: so many bytes.
    #[error("{0} bytes are too many for a queue message")]
    TooLarge(usize),
    /// It can't be compressed.
    #[error("a body can't be compressed")]
    Unpackable(#[source] io::Error),
    /// It is not what was packed.
    #[error("a packed body is damaged")]
    Damaged(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// JSON as the body of a queue message: as it is where it is small and holds only characters that SQS takes
/// (AWS, SQS `SendMessage`), compressed otherwise.
pub fn pack(json: String) -> Result<String, ParcelError> {
    if json.len() <= PLAIN_MAX_BYTES && !json.contains(['\u{fffe}', '\u{ffff}']) {
        return Ok(json);
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(json.as_bytes()).map_err(ParcelError::Unpackable)?;
    let compressed = encoder.finish().map_err(ParcelError::Unpackable)?;
    let packed = format!(r#"{PACKED}"{}"}}"#, BASE64_STANDARD.encode(compressed));
    if packed.len() > BATCH_MAX_BYTES { Err(ParcelError::TooLarge(json.len())) } else { Ok(packed) }
}

/// The JSON that [`pack`] was given.
pub fn unpack(body: String) -> Result<String, ParcelError> {
    if !body.starts_with(PACKED) {
        return Ok(body);
    }
    let Packed { gzip } = serde_json::from_str(&body).map_err(damaged)?;
    let compressed = BASE64_STANDARD.decode(gzip).map_err(damaged)?;
    let mut json = String::new();
    let read = GzDecoder::new(compressed.as_slice()).take(UNPACKED_MAX_BYTES + 1).read_to_string(&mut json);
    match read {
        Ok(bytes) if bytes as u64 <= UNPACKED_MAX_BYTES => Ok(json),
        Ok(bytes) => Err(ParcelError::TooLarge(bytes)),
        Err(error) => Err(damaged(error)),
    }
}

fn damaged(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> ParcelError {
    ParcelError::Damaged(error.into())
}

#[cfg(test)]
mod tests {
    use switchboard_model::Randomness;
    use switchboard_model::random::SeededRandomness;

    use super::*;

    #[test]
    fn small_bodies_go_as_they_are() {
        let json = r#"{"kind":"message","raw":"ä"}"#.to_owned();
        assert_eq!(pack(json.clone()).unwrap(), json);
        assert_eq!(unpack(json.clone()).unwrap(), json);
    }

    #[test]
    fn large_bodies_and_odd_characters_are_packed_and_come_back() {
        for json in [format!("[\"{}\"]", "ä/".repeat(1_000_000)), "[\"\u{ffff}\"]".to_owned()] {
            let packed = pack(json.clone()).unwrap();
            assert!(packed.starts_with(PACKED) && packed.len() < 20_000, "{}", packed.len());
            assert!(packed.is_ascii());
            assert_eq!(unpack(packed).unwrap(), json);
        }
    }

    #[test]
    fn what_no_queue_message_holds_is_refused() {
        let randomness = SeededRandomness::new(7);
        let mut noise = vec![0; 2_400_000];
        randomness.fill(&mut noise);
        let noise = BASE64_STANDARD.encode(noise);
        assert!(matches!(pack(noise), Err(ParcelError::TooLarge(3_200_000))));
    }

    #[test]
    fn what_is_damaged_is_an_error() {
        for body in [r#"{"gzip":"#, r#"{"gzip":"%"}"#, r#"{"gzip":"AAAA"}"#, r#"{"gzip":1}"#] {
            assert!(matches!(unpack(body.to_owned()), Err(ParcelError::Damaged(_))), "{body}");
        }
    }

    #[test]
    fn a_bomb_is_refused() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&vec![b' '; 9 * 1024 * 1024]).unwrap();
        let packed = Packed { gzip: BASE64_STANDARD.encode(encoder.finish().unwrap()) };
        let body = serde_json::to_string(&packed).unwrap();
        assert!(matches!(unpack(body), Err(ParcelError::TooLarge(_))));
    }
}
