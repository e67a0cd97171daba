//! JSON as it came.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

/// JSON kept to the letter: numbers keep their digits, and nothing that this program does not know is lost.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Raw(Box<RawValue>);

impl Raw {
    pub(crate) fn of(raw: &RawValue) -> Self {
        Self(raw.to_owned())
    }

    /// The JSON.
    pub fn text(&self) -> &str {
        self.0.get()
    }

    /// What it says. Halves of surrogate pairs, which a cut text ends in, become U+FFFD. Fails for what is
    /// nested more than 127 deep.
    pub fn value(&self) -> Result<Value, serde_json::Error> {
        serde_json::from_str(self.text())
            .or_else(|error| serde_json::from_str(&without_half_pairs(self.text())).map_err(|_| error))
    }
}

impl PartialEq for Raw {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

/// Only the length, since this is what customers write.
impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Raw({} bytes)", self.text().len())
    }
}

/// The JSON with `\ufffd` for each escape that is half of a surrogate pair.
fn without_half_pairs(json: &str) -> String {
    let mut repaired = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(start) = rest.find('\\') {
        repaired.push_str(&rest[..start]);
        rest = &rest[start..];
        let length = match (code_unit(rest), rest.get(6..).and_then(code_unit)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 12,
            (Some(0xD800..=0xDFFF), _) => {
                repaired.push_str("\\ufffd");
                rest = &rest[6..];
                continue;
            }
            _ => 2,
        };
        let (escape, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        repaired.push_str(escape);
        rest = after;
    }
    repaired.push_str(rest);
    repaired
}

/// The number in the `\uXXXX` that `text` starts with.
fn code_unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn raw(text: &str) -> Raw {
        Raw(RawValue::from_string(text.to_owned()).unwrap())
    }

    #[test]
    fn half_of_a_pair_does_not_cost_the_text() {
        let value =
            raw(r#"["cut \ud83d", "\ude00 cut", "\ud83d\ude00 \u00e4 \\ud83d", "\ud83d\ud83d\ude00"]"#)
                .value()
                .unwrap();
        assert_eq!(value, json!(["cut \u{fffd}", "\u{fffd} cut", "😀 ä \\ud83d", "\u{fffd}😀"]));
    }

    #[test]
    fn it_survives_a_queue_to_the_letter() {
        let original = raw(r#"{"id":12345678901234567890123, "x":"\u00e4\/"}"#);
        let carried: Raw = serde_json::from_str(&serde_json::to_string(&original).unwrap()).unwrap();
        assert_eq!(carried, original);
        assert_eq!(format!("{original:?}"), "Raw(46 bytes)");
    }
}
