//! SHA-256 of a content.

use std::fmt;
use std::str::FromStr;

use data_encoding::{BASE64, HEXLOWER, HEXLOWER_PERMISSIVE};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::field::{Reason, Refusal};

/// SHA-256 of a content. Shown as 64 hexadecimal digits, read from them or from base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ContentDigest([u8; 32]);

impl ContentDigest {
    /// The digest of `content`.
    pub fn of(content: &[u8]) -> Self {
        Self(Sha256::digest(content).into())
    }

    /// The digest with these bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The digest as S3 and Meta's webhooks spell it.
    pub fn to_base64(self) -> String {
        BASE64.encode(&self.0)
    }
}

impl fmt::Display for ContentDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl FromStr for ContentDigest {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let encoding = if text.len() == 64 { HEXLOWER_PERMISSIVE } else { BASE64 };
        let bytes = encoding.decode(text.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
        let message = "should be a SHA-256 digest in 64 hexadecimal digits or in base64";
        bytes.map(Self).ok_or_else(|| Refusal::new(Reason::BadValue, message))
    }
}

impl Serialize for ContentDigest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ContentDigest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|refusal: Refusal| serde::de::Error::custom(refusal.message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_read_in_both_spellings() {
        let digest = ContentDigest::of(b"");
        let hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(digest.to_string(), hex);
        assert_eq!(digest.to_base64(), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        for text in [hex, &hex.to_uppercase(), &digest.to_base64()] {
            assert_eq!(text.parse(), Ok(digest));
        }
        for text in ["", "47DEQpj8", &hex[1..], &"g".repeat(64)] {
            assert!(text.parse::<ContentDigest>().is_err(), "{text}");
        }
    }
}
