//! Signatures of webhooks: those of Standard Webhooks 1.0.0, and those of the Workspace Messaging API's document.

pub mod json;

use data_encoding::{BASE64, HEXLOWER, HEXLOWER_PERMISSIVE};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::workspace::WEBHOOK_SECRET_PREFIX;
use json::Json;

/// Most bytes of a body that is written anew to find out what was signed.
const REWRITTEN_MAX_BYTES: usize = 1_048_576;
/// What the document puts in front of a signature.
const DOCUMENT_PREFIX: &str = "sha256=";
/// The version of Standard Webhooks' symmetric signatures.
const STANDARD_VERSION: &str = "v1,";
/// Bytes of a code of SHA-256.
const DIGEST_BYTES: usize = 32;

fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; DIGEST_BYTES] {
    // HMAC takes keys of any length, so this never fails; nothing fits an empty code.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; DIGEST_BYTES] };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// The key of a secret (Standard Webhooks, "Signature scheme"): the bytes that its base64 stands for; where it is not
/// base64, its own.
fn key(secret: &str) -> Vec<u8> {
    let encoded = secret.strip_prefix(WEBHOOK_SECRET_PREFIX).unwrap_or(secret);
    BASE64.decode(encoded.as_bytes()).unwrap_or_else(|_| secret.as_bytes().to_vec())
}

/// The header `webhook-signature`: one signature for each of `secrets`, over id, time of the attempt in seconds and
/// body as it is sent.
pub fn standard<'a>(secrets: impl Iterator<Item = &'a str>, id: &str, seconds: i64, body: &str) -> String {
    let time = seconds.to_string();
    let signatures = secrets.map(|secret| {
        let code = hmac(&key(secret), &[id.as_bytes(), b".", time.as_bytes(), b".", body.as_bytes()]);
        format!("{STANDARD_VERSION}{}", BASE64.encode(&code))
    });
    signatures.collect::<Vec<_>>().join(" ")
}

/// Whether one of the signatures of a header `webhook-signature` is right.
pub fn standard_is_right(secret: &str, id: &str, seconds: &str, body: &[u8], header: &str) -> bool {
    let code = hmac(&key(secret), &[id.as_bytes(), b".", seconds.as_bytes(), b".", body]);
    header.split_ascii_whitespace().filter_map(|one| one.strip_prefix(STANDARD_VERSION)).any(|signature| {
        BASE64.decode(signature.as_bytes()).is_ok_and(|signature| signature.ct_eq(&code).into())
    })
}

/// The header `X-Webhook-Signature`: the hex HMAC of `body` by the secret as it is written.
pub fn document(secret: &str, body: &str) -> String {
    format!("{DOCUMENT_PREFIX}{}", HEXLOWER.encode(&hmac(secret.as_bytes(), &[body.as_bytes()])))
}

/// Whether a header `X-Webhook-Signature` is right: over the body as it came, or as JavaScript or Python would write
/// what it says, since senders sign what they had before it was sent; by any of `secrets`. `sha256=` may be left out.
pub fn document_is_right(secrets: &[&str], body: &[u8], header: &str) -> bool {
    let hex = header.trim();
    let hex = hex.strip_prefix(DOCUMENT_PREFIX).unwrap_or(hex);
    if hex.len() != 2 * DIGEST_BYTES {
        return false;
    }
    let Ok(signature) = HEXLOWER_PERMISSIVE.decode(hex.as_bytes()) else { return false };
    let fits = |body: &[u8]| {
        secrets.iter().any(|secret| bool::from(signature.ct_eq(&hmac(secret.as_bytes(), &[body]))))
    };
    if fits(body) {
        return true;
    }
    if body.len() > REWRITTEN_MAX_BYTES {
        return false;
    }
    let Some(json) = Json::parse(body) else { return false };
    fits(json.as_javascript().as_bytes()) || fits(json.as_python().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    #[test]
    fn the_example_of_standard_webhooks_is_signed_as_it_says() {
        let body = r#"{"test": 2432232314}"#;
        let signature = standard([SECRET].into_iter(), "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
        let both = format!("v1,AAAA {signature}");
        assert!(standard_is_right(SECRET, id, "1614265330", body.as_bytes(), &both));
        assert!(!standard_is_right(SECRET, id, "1614265331", body.as_bytes(), &both));
        assert!(!standard_is_right(SECRET, "msg_other", "1614265330", body.as_bytes(), &both));
        assert!(!standard_is_right(SECRET, id, "1614265330", b"{}", &both));
    }

    #[test]
    fn each_secret_signs() {
        let header = standard([SECRET, "whsec_AAAA"].into_iter(), "evt_1", 1, "{}");
        assert_eq!(header.split(' ').count(), 2);
    }

    #[test]
    fn the_document_s_signature_fits_the_body_as_sent_or_as_written_anew() {
        let sent = br#"{ "action": "send_message", "data": {"content": "Done \ud83d\ude80", "n": 1.0} }"#;
        let node = "{\"action\":\"send_message\",\"data\":{\"content\":\"Done 🚀\",\"n\":1}}";
        let python = r#"{"action": "send_message", "data": {"content": "Done \ud83d\ude80", "n": 1.0}}"#;
        for signed in [std::str::from_utf8(sent).unwrap(), node, python] {
            let header = document("a secret", signed);
            assert!(document_is_right(&["other", "a secret"], sent, &header), "{signed}");
            let bare = header.trim_start_matches("sha256=").to_uppercase();
            assert!(document_is_right(&["a secret"], sent, &bare), "{signed}");
            assert!(!document_is_right(&["another"], sent, &header), "{signed}");
        }
    }

    /// What `hmac` of `CPython` 3.11 makes of what `requests` sends, and of what axios does.
    #[test]
    fn the_document_s_examples_are_signed_as_python_signs_them() {
        let python = r#"{"action": "send_message", "data": {"channelId": "channel_123", "content": "Deployment to production completed successfully! \ud83d\ude80"}}"#;
        let node = r#"{"action":"send_message","data":{"channelId":"channel_123","content":"Deployment to production completed successfully! 🚀"}}"#;
        for (body, code) in [
            (python, "sha256=0c4f384f6e1b151f0d10da432585bd0b5a01c2c9f50a6e91040fff08ae393dc1"),
            (node, "sha256=70343390f1fba0910d7bb6c36d08a957a44fc0e0b69bc00ba607e19ef21fb9fe"),
        ] {
            assert_eq!(document(SECRET, body), code);
            for sent in [python, node] {
                assert!(document_is_right(&[SECRET], sent.as_bytes(), code), "{sent}");
            }
        }
    }

    #[test]
    fn what_is_no_signature_is_not_right() {
        for header in [
            "",
            "sha256=",
            "sha256=00",
            "sha256=zz",
            "sha1=00",
            "sha256=🚀",
            &"0".repeat(64),
            &"0".repeat(100_000),
        ] {
            assert!(!document_is_right(&["a secret"], b"{}", header), "{header}");
        }
    }
}
