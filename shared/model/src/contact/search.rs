//! Finding contacts by name and number.
//!
//! A name is found by the beginnings of its words, without regard to case and accents; a number by its beginning
//! or its end. What stands in the middle of a word or a number finds nothing: so a search stays one run of an
//! index, however many contacts there are.

use std::cmp::Reverse;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::{ContactSummary, is_number};
use crate::conversation::Customer;
use crate::field::{Refusal, check_length};

/// Most characters of what is searched for.
pub const SEARCH_MAX_LENGTH: usize = 100;
/// Words of a name that it is found by; those behind them are not.
pub const WORDS_MAX: usize = 6;
/// Characters of a word that it is found by.
const WORD_MAX_LENGTH: usize = 32;
/// Digits that a search by the end of a number needs at least.
const TAIL_MIN: usize = 3;

/// What is searched for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// The beginnings of words of the name, all of them; none where only a number is meant.
    words: Vec<String>,
    /// How the number begins.
    head: Option<String>,
    /// How the number ends.
    tail: Option<String>,
}

impl Search {
    /// What `text` searches for; `None` where it is blank.
    pub fn of(text: &str) -> Result<Option<Self>, Refusal> {
        let text = text.trim();
        check_length(text, 0, SEARCH_MAX_LENGTH)?;
        let words = folded_words(text);
        let (head, tail) = number_parts(text);
        let blank = text.is_empty();
        Ok((!blank).then_some(Self { words, head, tail }))
    }

    /// The beginnings of words by which to look for names, the longest first: each finds all that the search finds, and
    /// others. No more than [`WORDS_MAX`], and none that another one begins with.
    pub fn words(&self) -> Vec<&str> {
        let mut longest_first: Vec<&str> = self.words.iter().map(String::as_str).collect();
        longest_first.sort_by_key(|word| Reverse(word.chars().count()));
        let mut words: Vec<&str> = Vec::new();
        for word in longest_first {
            if words.len() < WORDS_MAX && !words.iter().any(|longer| longer.starts_with(word)) {
                words.push(word);
            }
        }
        words
    }

    /// How the number begins.
    pub fn head(&self) -> Option<&str> {
        self.head.as_deref()
    }

    /// How the number ends.
    pub fn tail(&self) -> Option<&str> {
        self.tail.as_deref()
    }

    /// Whether this finds the contact.
    pub fn finds(&self, contact: &ContactSummary) -> bool {
        let digits = is_number(&contact.customer).then(|| contact.customer.as_str());
        let numbered = digits.is_some_and(|digits| {
            self.head.as_ref().is_some_and(|head| digits.starts_with(head))
                || self.tail.as_ref().is_some_and(|tail| digits.ends_with(tail))
        });
        numbered || self.names(contact.name.as_deref())
    }

    fn names(&self, name: Option<&str>) -> bool {
        let name = name.map(name_words).unwrap_or_default();
        !self.words.is_empty()
            && self.words.iter().all(|word| name.iter().any(|found| found.starts_with(word)))
    }
}

/// The words that a name is found by.
pub fn name_words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in folded_words(name) {
        if words.len() < WORDS_MAX && !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

/// The digits of a customer's number from the last to the first, by which its end is found.
pub fn reversed_number(customer: &Customer) -> Option<String> {
    is_number(customer).then(|| reversed(customer.as_str()))
}

/// `digits` from the last to the first.
pub fn reversed(digits: &str) -> String {
    digits.chars().rev().collect()
}

/// The words of `text`: letters and digits, in lower case, without accents.
fn folded_words(text: &str) -> Vec<String> {
    let plain: String = text.nfkd().filter(|letter| !is_combining_mark(*letter)).collect();
    let words = plain.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| word.to_lowercase().chars().take(WORD_MAX_LENGTH).collect()).collect()
}

/// How a number that is meant by `text` begins and ends. With `+` or `00` it begins with its country code; with
/// one `0` it is as dialled within a country, so that only its end is known. Of a number such as `+49 (0)170`, what
/// stands behind the `(0)` may be the end, since in some countries the 0 is part of the number.
fn number_parts(text: &str) -> (Option<String>, Option<String>) {
    let punctuation = |letter: char| letter.is_whitespace() || "()-./\u{a0}".contains(letter);
    let international = text.starts_with('+') || text.starts_with("00");
    let digits = text.strip_prefix('+').unwrap_or(text);
    let behind = digits.split_once("(0)").filter(|_| international).map(|(_, behind)| behind);
    let digits: String = digits
        .replacen("(0)", "", usize::from(international))
        .chars()
        .filter(|letter| !punctuation(*letter))
        .collect();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return (None, None);
    }
    let national = digits.starts_with('0') && !international;
    let digits = digits.trim_start_matches('0');
    let head = (!digits.is_empty() && !national).then(|| digits.to_owned());
    let behind: Option<String> = behind.map(|behind| behind.chars().filter(char::is_ascii_digit).collect());
    let tail = if international { behind } else { Some(digits.to_owned()) };
    let tail = tail.filter(|tail| tail.len() >= TAIL_MIN);
    (head, tail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Id;

    fn contact(customer: &str, name: &str) -> ContactSummary {
        ContactSummary {
            id: Id::from_bits(1).unwrap(),
            customer: Customer::from_whatsapp(customer).unwrap(),
            user_id: None,
            name: Some(name.to_owned()),
            opted_in: true,
            tags: Vec::new(),
        }
    }

    fn finds(text: &str, contact: &ContactSummary) -> bool {
        Search::of(text).unwrap().is_some_and(|search| search.finds(contact))
    }

    #[test]
    fn a_name_is_found_by_the_beginnings_of_its_words() {
        let zoe = contact("491701234567", "Zoë van der Berg-Müller");
        for text in ["zoe", "ZOË", "van berg", "mull zo", "Müller"] {
            assert!(finds(text, &zoe), "{text}");
        }
        for text in ["oe", "zoe smith", "zoev", "?"] {
            assert!(!finds(text, &zoe), "{text}");
        }
    }

    #[test]
    fn a_number_is_found_by_its_beginning_and_its_end() {
        let berlin = contact("491701234567", "Zoë");
        for text in ["+49170", "49 170", "0049 (170)", "+49 170 1234567", "1234567", "0170 123-4567", "567"] {
            assert!(finds(text, &berlin), "{text}");
        }
        for text in ["+1234567", "0049171", "7012", "67", "0", "+"] {
            assert!(!finds(text, &berlin), "{text}");
        }
    }

    #[test]
    fn a_number_is_found_as_it_stands_on_a_card() {
        assert!(finds("+49 (0)170", &contact("491701234567", "Zoë")));
        assert!(finds("0049 (0)170 1234567", &contact("491701234567", "Zoë")));
        assert!(finds("+39 (0)6 69812345", &contact("390669812345", "Ada")));
        assert!(!finds("+49 (0)171", &contact("491701234567", "Zoë")));
    }

    #[test]
    fn names_that_hold_digits_are_found_by_them() {
        assert!(finds("24", &contact("15550001111", "Shop 24")));
    }

    #[test]
    fn a_contact_without_a_number_is_found_by_name_only() {
        let hidden = contact("US.13491208655302741918", "Ada");
        assert!(finds("ada", &hidden));
        assert!(!finds("134", &hidden) && !finds("1918", &hidden));
    }

    #[test]
    fn names_are_looked_for_by_the_longest_words_first() {
        let words = |text: &str| Search::of(text).unwrap().unwrap().words().join(" ");
        assert_eq!(words("van der Berg"), "berg van der");
        assert_eq!(words("an Anna anna"), "anna");
        assert_eq!(words("a b c d e f g"), "a b c d e f");
        assert_eq!(words("?"), "");
    }

    #[test]
    fn blank_text_searches_for_nothing() {
        assert_eq!(Search::of("  "), Ok(None));
        assert!(Search::of(&"x".repeat(SEARCH_MAX_LENGTH + 1)).is_err());
    }

    #[test]
    fn a_long_name_is_found_by_its_first_words() {
        assert_eq!(name_words("a b c d e f g a"), ["a", "b", "c", "d", "e", "f"]);
        assert_eq!(name_words("王小明"), ["王小明"]);
    }
}
