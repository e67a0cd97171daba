//! Body encoding and signature (Meta, Graph API webhooks).

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::Sha256;

/// HMAC-SHA256 in lower-case hex.
pub fn hmac_hex(key: &str, message: &[u8]) -> String {
    match Hmac::<Sha256>::new_from_slice(key.as_bytes()) {
        Ok(mut mac) => {
            mac.update(message);
            hex::encode(mac.finalize().into_bytes())
        }
        // HMAC takes keys of any length, so this is never reached.
        Err(_) => String::new(),
    }
}

/// The value of `X-Hub-Signature-256`.
pub fn signature(app_secret: &str, body: &[u8]) -> String {
    format!("sha256={}", hmac_hex(app_secret, body))
}

/// JSON as Meta writes it: everything outside ASCII and `@` as `\u` in lower-case hex, `/` as `\/`. These occur
/// inside strings only, so the text may be rewritten character by character.
pub fn encode(body: &Value) -> Vec<u8> {
    let plain = body.to_string();
    let mut escaped = String::with_capacity(plain.len());
    for character in plain.chars() {
        match character {
            '/' => escaped.push_str("\\/"),
            '@' => escaped.push_str("\\u0040"),
            ascii if ascii.is_ascii() => escaped.push(ascii),
            other => push_units(&mut escaped, other),
        }
    }
    escaped.into_bytes()
}

fn push_units(escaped: &mut String, character: char) {
    for unit in character.encode_utf16(&mut [0; 2]) {
        // Writing to a String does not fail.
        let _ = write!(escaped, "\\u{unit:04x}");
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn escapes_like_meta_and_still_reads_back() {
        let value = json!({"text": "Grüße 😀 a/b c@d \"\\"});
        let bytes = encode(&value);
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert_eq!(text, r#"{"text":"Gr\u00fc\u00dfe \ud83d\ude00 a\/b c\u0040d \"\\"}"#);
        assert_eq!(serde_json::from_slice::<Value>(&bytes).unwrap(), value);
    }

    #[test]
    fn signs_with_hmac_sha256() {
        // RFC 4231, test case 2.
        let expected = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(signature("Jefe", b"what do ya want for nothing?"), expected);
    }
}
