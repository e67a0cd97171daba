//! Making what Meta sends fit into an item.
//!
//! An item holds 400 KB (AWS, DynamoDB quotas), and a POST of Meta 3 MB: a contact card may carry a photo. What
//! is too large loses the ends of its longest strings first, so that the rest can still be read.

use serde_json::{Value, json};

/// Most bytes of JSON that are kept.
const MAX_BYTES: usize = 350_000;
/// Most bytes of the readable part: more than WhatsApp lets anybody write.
const MAX_WORDS: usize = 16_384;
/// How long strings may stay, tried in this order.
const LENGTHS: [usize; 3] = [16_384, 1_024, 64];
const ELLIPSIS: &str = "…";

/// JSON that is small enough.
pub(super) fn value(mut value: Value) -> Value {
    let bytes = value.to_string().len();
    for length in LENGTHS {
        if value.to_string().len() <= MAX_BYTES {
            return value;
        }
        shorten(&mut value, length);
    }
    if value.to_string().len() <= MAX_BYTES { value } else { omitted(bytes) }
}

/// JSON text that is small enough; to the letter where it is.
pub(super) fn text(json: &str) -> String {
    if json.len() <= MAX_BYTES {
        return json.to_owned();
    }
    serde_json::from_str(json).map_or_else(|_| omitted(json.len()), value).to_string()
}

/// Words that are few enough.
pub(super) fn words(mut words: String) -> String {
    cut(&mut words, MAX_WORDS);
    words
}

fn omitted(bytes: usize) -> Value {
    json!({"omitted_bytes": bytes})
}

fn shorten(value: &mut Value, length: usize) {
    match value {
        Value::String(text) => cut(text, length),
        Value::Array(items) => items.iter_mut().for_each(|item| shorten(item, length)),
        Value::Object(members) => members.values_mut().for_each(|member| shorten(member, length)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn cut(text: &mut String, length: usize) {
    if text.len() > length {
        text.truncate(text.floor_char_boundary(length));
        text.push_str(ELLIPSIS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_stays_to_the_letter() {
        let json = r#"{"a":1.0,"b":"\u00e4\/"}"#;
        assert_eq!(text(json), json);
        assert_eq!(value(json!({"a": "x".repeat(300_000)}))["a"].as_str().unwrap().len(), 300_000);
    }

    #[test]
    fn the_longest_strings_lose_their_ends_first() {
        let card = json!({"name": "Ada", "phone": "+16505551234", "photo": "ä".repeat(300_000)});
        let fitted = value(json!({"type": "contacts", "contacts": [card]}));
        let card = &fitted["contacts"][0];
        assert_eq!((card["name"].as_str(), card["phone"].as_str()), (Some("Ada"), Some("+16505551234")));
        assert!(card["photo"].as_str().unwrap().ends_with("ä…"));
        assert!(fitted.to_string().len() < 17_000);
    }

    #[test]
    fn what_can_not_be_shortened_is_only_counted() {
        let numbers = json!(vec![1_234_567; 100_000]);
        assert_eq!(value(numbers), json!({"omitted_bytes": 800_001}));
        assert_eq!(text(&"[".repeat(400_000)), r#"{"omitted_bytes":400000}"#);
    }

    #[test]
    fn words_are_bounded_between_characters() {
        assert_eq!(words("short".to_owned()), "short");
        assert!(words("ä".repeat(20_000)).len() <= MAX_WORDS + ELLIPSIS.len());
    }
}
