//! The signature on what Meta posts (Meta, webhooks, "Validating payloads").

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use switchboard_model::DomainError;

const PREFIX: &str = "sha256=";
const DIGEST_BYTES: usize = 32;

/// Why a signature does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// There is none.
    #[error("the signature is missing")]
    Missing,
    /// It is not `sha256=` and 64 hexadecimal digits.
    #[error("the signature is malformed")]
    Malformed,
    /// It is of another body or by another secret.
    #[error("the signature does not match")]
    Mismatch,
}

impl From<SignatureError> for DomainError {
    fn from(_: SignatureError) -> Self {
        Self::SignatureInvalid
    }
}

/// Checks the value of `X-Hub-Signature-256` against a body, in constant time. The body is what came over the
/// wire, with base64 of the gateway undone: Meta escapes JSON in its own way, so nothing rebuilt will do.
pub fn verify_signature(
    app_secret: &SecretString,
    header: Option<&str>,
    body: &[u8],
) -> Result<(), SignatureError> {
    let digits =
        header.ok_or(SignatureError::Missing)?.strip_prefix(PREFIX).ok_or(SignatureError::Malformed)?;
    let mut given = [0; DIGEST_BYTES];
    hex::decode_to_slice(digits, &mut given).map_err(|_| SignatureError::Malformed)?;
    let matches: bool = digest(app_secret, body).ct_eq(&given).into();
    if matches { Ok(()) } else { Err(SignatureError::Mismatch) }
}

/// The value of `X-Hub-Signature-256` for a body, as Meta makes it.
pub fn sign(app_secret: &SecretString, body: &[u8]) -> String {
    format!("{PREFIX}{}", hex::encode(digest(app_secret, body)))
}

fn digest(app_secret: &SecretString, body: &[u8]) -> [u8; DIGEST_BYTES] {
    let key = app_secret.expose_secret().as_bytes();
    // HMAC takes keys of any length (RFC 2104, section 2), so there is no error to report.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        unreachable!("a key of any length is taken")
    };
    mac.update(body);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> SecretString {
        SecretString::from("key")
    }

    #[test]
    fn the_digest_is_hmac_sha256() {
        let body = b"The quick brown fox jumps over the lazy dog";
        let signature = "sha256=f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8";
        assert_eq!(sign(&secret(), body), signature);
        assert_eq!(verify_signature(&secret(), Some(signature), body), Ok(()));
    }

    #[test]
    fn the_bytes_count_and_not_what_they_mean() {
        let escaped = br#"{"a":"\u00e4 \/ \u0040"}"#;
        let signature = sign(&secret(), escaped);
        assert_eq!(verify_signature(&secret(), Some(&signature), escaped), Ok(()));
        let plain = r#"{"a":"ä / @"}"#;
        assert_eq!(
            verify_signature(&secret(), Some(&signature), plain.as_bytes()),
            Err(SignatureError::Mismatch)
        );
    }

    #[test]
    fn what_is_missing_malformed_or_wrong_is_refused() {
        let good = sign(&secret(), b"{}");
        assert_eq!(verify_signature(&secret(), None, b"{}"), Err(SignatureError::Missing));
        for bad in [
            "",
            "sha256=",
            &good[7..],
            &good[..70],
            &format!("{good}0"),
            &good.replace("256", "1"),
            "sha256=é",
        ] {
            assert_eq!(
                verify_signature(&secret(), Some(bad), b"{}"),
                Err(SignatureError::Malformed),
                "{bad}"
            );
        }
        assert_eq!(
            verify_signature(&SecretString::from("other"), Some(&good), b"{}"),
            Err(SignatureError::Mismatch)
        );
    }
}
