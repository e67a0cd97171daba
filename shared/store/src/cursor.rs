//! Where a list goes on: texts that clients hand back and can't read anything else with.
//!
//! A cursor holds a version, a digest of the list and its filters, and the id that was shown last. The partition is
//! rebuilt from the caller, so a cursor of another list, or of another workspace, is none.

use hex::{decode, encode};
use sha2::{Digest, Sha256};
use switchboard_model::Id;

/// Most characters of a cursor.
const LENGTH: usize = 2 + 16 + 16;
const VERSION: &str = "01";

/// The cursor behind `last` in the list that `list` describes.
pub(crate) fn cursor(list: &str, last: Id) -> String {
    format!("{VERSION}{}{:016x}", digest(list), last.bits())
}

/// The id that was shown last, if `text` is a cursor of the list that `list` describes.
pub(crate) fn position(list: &str, text: &str) -> Option<Id> {
    if text.len() != LENGTH || !text.is_ascii() {
        return None;
    }
    let (version, rest) = text.split_at(2);
    let (bound, last) = rest.split_at(16);
    let bits: [u8; 8] = decode(last).ok()?.try_into().ok()?;
    let id = Id::from_bits(u64::from_be_bytes(bits))?;
    (version == VERSION && bound == digest(list)).then_some(id)
}

fn digest(list: &str) -> String {
    encode(&Sha256::digest(list)[..8])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_of_one_list() {
        let id = Id::from_bits(911_234_567_890_123_456).unwrap();
        let text = cursor("audit 1", id);
        assert_eq!(text.len(), LENGTH);
        assert_eq!(position("audit 1", &text), Some(id));
        assert_eq!(position("audit 2", &text), None);
        for text in ["", "01", "é", &"0".repeat(34), &format!("02{}", &text[2..]), &text.to_uppercase()] {
            assert_eq!(position("audit 1", text), None, "{text}");
        }
    }
}
