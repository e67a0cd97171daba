//! What goes with a message to Meta and comes back with its statuses.

use switchboard_model::Id;
use switchboard_model::id::spelling::key;

/// Which attempt at which message a status belongs to. Meta returns it in `biz_opaque_callback_data`, so it
/// also finds a message whose `wamid` was never recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CallbackData {
    /// The message.
    pub message_id: Id,
    /// The attempt, counted from 1.
    pub attempt: u32,
}

/// `<key spelling of the id>:<attempt>`, at most 24 characters of the 512 that Meta carries.
pub fn callback_data(message_id: Id, attempt: u32) -> String {
    format!("{}:{attempt}", key::spell(message_id))
}

impl CallbackData {
    /// Reads what [`callback_data`] wrote; `None` for anything else, such as another application's data.
    pub fn parse(text: &str) -> Option<Self> {
        let (id, attempt) = text.split_once(':')?;
        let data = Self { message_id: key::parse(id)?, attempt: attempt.parse().ok()? };
        (callback_data(data.message_id, data.attempt) == text).then_some(data)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(bits in 0..u64::MAX >> 1, attempt: u32) {
            let message_id = Id::from_bits(bits).unwrap();
            let text = callback_data(message_id, attempt);
            prop_assert!(text.len() <= 24);
            prop_assert_eq!(CallbackData::parse(&text), Some(CallbackData { message_id, attempt }));
        }

        #[test]
        fn anything_may_come_back(text: String) {
            let _ = CallbackData::parse(&text);
        }
    }

    #[test]
    fn only_our_own_spelling_is_ours() {
        let text = callback_data(Id::from_bits(42).unwrap(), 1);
        for other in
            ["", ":", "order-17", &text.replace(":1", ":+1"), &text.replace(":1", ":01"), &format!("{text} ")]
        {
            assert_eq!(CallbackData::parse(other), None, "{other}");
        }
    }
}
