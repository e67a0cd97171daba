//! The five spellings of an id, and the one in keys.
//!
//! The ULID and the UUID have more bits than an id; the rest are check bits, hashed from the id. A spelling
//! whose check bits are wrong names nothing, so a guessed or mistyped one is found out without a lookup.

use sha2::{Digest, Sha256};

use super::Id;

/// The `corteza` spelling: unsigned decimal.
pub mod decimal {
    use super::Id;

    /// Spells `id` in decimal, without leading zeros.
    pub fn spell(id: Id) -> String {
        id.bits().to_string()
    }

    /// The id that `text` spells, if it spells one.
    pub fn parse(text: &str) -> Option<Id> {
        let id = text.parse().ok().and_then(Id::from_bits)?;
        (spell(id) == text).then_some(id)
    }
}

/// The spelling in keys: 13 characters of Crockford base32, which sort by time.
pub mod key {
    use super::{Id, crockford};

    const LENGTH: usize = 13;

    /// Spells `id` for a key.
    pub fn spell(id: Id) -> String {
        crockford::encode(u128::from(id.bits()), LENGTH)
    }

    /// The id that `text` spells, if it spells one exactly as [`spell`] does.
    pub fn parse(text: &str) -> Option<Id> {
        let id = u64::try_from(crockford::decode(text, LENGTH)?).ok().and_then(Id::from_bits)?;
        (spell(id) == text).then_some(id)
    }
}

/// The `enzyme` spelling: a ULID of true Unix milliseconds, the 22 random bits and 58 check bits.
pub mod ulid {
    use super::{Id, check_bits, crockford, from_parts};

    const LENGTH: usize = 26;
    const CHECK_BITS: u32 = 58;

    /// Spells `id` as a ULID, in upper case.
    pub fn spell(id: Id) -> String {
        let value = u128::from(id.unix_milliseconds()) << 80
            | u128::from(id.random()) << CHECK_BITS
            | u128::from(check_bits(id, CHECK_BITS));
        crockford::encode(value, LENGTH)
    }

    /// The id that `text` spells in either case, if its check bits are right.
    pub fn parse(text: &str) -> Option<Id> {
        let value = crockford::decode(text, LENGTH)?;
        let id = from_parts(value >> 80, value >> CHECK_BITS)?;
        (spell(id).eq_ignore_ascii_case(text)).then_some(id)
    }
}

/// The `workspace` spelling: a prefix that tells the kind of thing, then the ULID in lower case.
pub mod prefixed {
    use super::{Id, ulid};

    /// Spells `id` behind `prefix`, such as `msg_`.
    pub fn spell(prefix: &str, id: Id) -> String {
        let mut text = String::with_capacity(prefix.len() + 26);
        text.push_str(prefix);
        text.push_str(&ulid::spell(id).to_ascii_lowercase());
        text
    }

    /// The id that `text` spells behind `prefix`, if it spells one.
    pub fn parse(prefix: &str, text: &str) -> Option<Id> {
        ulid::parse(text.strip_prefix(prefix)?)
    }
}

/// The `whatsapp` and `missive` spelling: a UUID in the layout of version 7 (RFC 9562, section 5.7).
pub mod uuid {
    use super::{Id, check_bits, from_parts};

    const CHECK_BITS: u32 = 52;
    const VERSION: u128 = 7 << 76;
    const VARIANT: u128 = 2 << 62;

    /// Spells `id` as a UUID, in lower case with hyphens.
    pub fn spell(id: Id) -> String {
        let tail = u128::from(id.random()) << CHECK_BITS | u128::from(check_bits(id, CHECK_BITS));
        let value = u128::from(id.unix_milliseconds()) << 80
            | VERSION
            | (tail >> 62) << 64
            | VARIANT
            | (tail & ((1 << 62) - 1));
        let hex = format!("{value:032x}");
        [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
    }

    /// Whether `text` has the form of a UUID, of any version and in either case.
    pub fn is_well_formed(text: &str) -> bool {
        text.len() == 36
            && text.bytes().enumerate().all(|(at, byte)| match at {
                8 | 13 | 18 | 23 => byte == b'-',
                _ => byte.is_ascii_hexdigit(),
            })
    }

    /// The id that `text` spells in either case, if its check bits are right.
    pub fn parse(text: &str) -> Option<Id> {
        if !is_well_formed(text) {
            return None;
        }
        let value = u128::from_str_radix(&text.replace('-', ""), 16).ok()?;
        let tail = (value >> 64 & 0xfff) << 62 | value & ((1 << 62) - 1);
        let id = from_parts(value >> 80, tail >> CHECK_BITS)?;
        spell(id).eq_ignore_ascii_case(text).then_some(id)
    }
}

/// The id of these Unix milliseconds and the low 22 bits of `random`; `None` outside the range of ids.
fn from_parts(unix_milliseconds: u128, random: u128) -> Option<Id> {
    let milliseconds = u64::try_from(unix_milliseconds).ok()?.checked_sub(super::EPOCH_MILLISECONDS)?;
    if milliseconds > super::MAX >> super::RANDOM_BITS {
        return None;
    }
    let random = u64::try_from(random & u128::from(super::RANDOM_MASK)).ok()?;
    Id::from_bits(milliseconds << super::RANDOM_BITS | random)
}

/// The first `count` bits (64 at most) of a digest of `id`.
fn check_bits(id: Id, count: u32) -> u64 {
    let digest =
        Sha256::new().chain_update(b"switchboard-id").chain_update(id.bits().to_be_bytes()).finalize();
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    u64::from_be_bytes(first) >> (64 - count)
}

/// Crockford's base32 of a number, most significant character first.
pub(crate) mod crockford {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// `length` characters that spell the low bits of `value`.
    pub(crate) fn encode(mut value: u128, length: usize) -> String {
        let mut text = vec![b'0'; length];
        for place in text.iter_mut().rev() {
            *place = ALPHABET[usize::from(value.to_le_bytes()[0] & 31)];
            value >>= 5;
        }
        text.into_iter().map(char::from).collect()
    }

    /// The number that exactly `length` characters of either case spell; `None` where it overflows.
    pub(super) fn decode(text: &str, length: usize) -> Option<u128> {
        if text.len() != length {
            return None;
        }
        text.bytes().try_fold(0_u128, |value, byte| {
            let digit = ALPHABET.iter().position(|letter| *letter == byte.to_ascii_uppercase())?;
            value.checked_mul(32)?.checked_add(u128::try_from(digit).ok()?)
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Spelling = (fn(Id) -> String, fn(&str) -> Option<Id>);

    const SPELLINGS: [Spelling; 5] = [
        (decimal::spell, decimal::parse),
        (key::spell, key::parse),
        (ulid::spell, ulid::parse),
        (uuid::spell, uuid::parse),
        (|id| prefixed::spell("msg_", id), |text| prefixed::parse("msg_", text)),
    ];

    fn any_id() -> impl Strategy<Value = Id> {
        (0_u64..1 << 63).prop_filter_map("63 bits", Id::from_bits)
    }

    proptest! {
        #[test]
        fn every_spelling_reads_back_and_converts_to_every_other(id in any_id()) {
            for (spell, parse) in SPELLINGS {
                prop_assert_eq!(parse(&spell(id)), Some(id));
                for (other_spell, other_parse) in SPELLINGS {
                    let through_both = parse(&spell(id)).map(other_spell).and_then(|text| other_parse(&text));
                    prop_assert_eq!(through_both, Some(id));
                }
            }
        }

        #[test]
        fn spellings_with_time_in_front_sort_as_ids_do(a in any_id(), b in any_id()) {
            prop_assert_eq!(key::spell(a).cmp(&key::spell(b)), a.cmp(&b));
            if a.unix_milliseconds() != b.unix_milliseconds() {
                prop_assert_eq!(ulid::spell(a).cmp(&ulid::spell(b)), a.cmp(&b));
                prop_assert_eq!(uuid::spell(a).cmp(&uuid::spell(b)), a.cmp(&b));
            }
        }

        #[test]
        fn a_spelling_with_one_character_changed_does_not_name_the_same_id(
            id in any_id(), at in 0_usize..36, letter in "[0-9a-z]",
        ) {
            for (spell, parse) in SPELLINGS {
                let mut text = spell(id);
                let at = at % text.len();
                if !text[at..=at].eq_ignore_ascii_case(&letter) {
                    text.replace_range(at..=at, &letter);
                    prop_assert_ne!(parse(&text), Some(id));
                }
            }
        }

        #[test]
        fn a_foreign_ulid_or_uuid_names_nothing(high in any::<u64>(), low in any::<u64>()) {
            let value = u128::from(high) << 64 | u128::from(low);
            let hex = format!("{value:032x}");
            let foreign_uuid = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-");
            prop_assert_eq!(uuid::parse(&foreign_uuid), None);
            prop_assert_eq!(ulid::parse(&crockford::encode(value & (u128::MAX >> 2), 26)), None);
        }

        #[test]
        fn no_text_makes_a_parser_panic(text in "\\PC{0,40}") {
            for (_, parse) in SPELLINGS {
                let _ = parse(&text);
            }
        }
    }

    #[test]
    fn the_spellings_of_one_id_are_pinned() {
        let id = Id::from_bits(911_234_567_890_123_456).unwrap();

        let spelled: Vec<_> = SPELLINGS.iter().map(|(spell, _)| spell(id)).collect();

        insta::assert_debug_snapshot!(spelled, @r#"
        [
            "911234567890123456",
            "0S9AV0BV2BEP0",
            "01M7SX5WYRJVNG11SE0QT1CFMX",
            "01a1f3d2-f3d8-796e-ac02-1cb817d058fa",
            "msg_01m7sx5wyrjvng11se0qt1cfmx",
        ]
        "#);
    }
}
