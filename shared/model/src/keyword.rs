//! Words with which customers opt out of messages and in again.
//!
//! WhatsApp has no such words of its own: a business has to look for them in what customers write and tap. Only a
//! message that is such a word, and nothing else, counts.

mod words;

use std::collections::HashSet;
use std::sync::LazyLock;

use strum::Display;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Most characters of a word or phrase.
pub const MAX_LENGTH: usize = 64;

/// What a word asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Display)]
#[strum(serialize_all = "snake_case")]
pub enum Keyword {
    /// No more messages.
    OptOut,
    /// Messages again.
    OptIn,
}

impl Keyword {
    /// Whether the normalised `words` ask for it in one of the languages that are known here.
    pub fn is_known_as(self, words: &str) -> bool {
        static OPT_OUT: LazyLock<HashSet<String>> = LazyLock::new(|| set(words::OPT_OUT));
        static OPT_IN: LazyLock<HashSet<String>> = LazyLock::new(|| set(words::OPT_IN));
        match self {
            Self::OptOut => OPT_OUT.contains(words),
            Self::OptIn => OPT_IN.contains(words),
        }
    }
}

fn set(languages: &[&[&str]]) -> HashSet<String> {
    languages.iter().copied().flatten().filter_map(|word| normalised(word)).collect()
}

/// `text` as words are compared: in lower case, without accents, punctuation and emoji, with one space between
/// words. `None` where nothing is left, or more than [`MAX_LENGTH`] characters were given.
pub fn normalised(text: &str) -> Option<String> {
    let text = text.trim();
    if text.chars().nth(MAX_LENGTH).is_some() {
        return None;
    }
    // Compatibility first, so that full-width letters fold; then letter and accent apart.
    let apart: String = text.nfkc().collect::<String>().to_lowercase().nfd().collect();
    let mut plain = String::with_capacity(apart.len());
    for letter in apart.chars().filter(|letter| !is_accent(*letter)) {
        match letter {
            'ı' => plain.push('i'),
            letter if letter.is_alphanumeric() || is_combining_mark(letter) => plain.push(letter),
            letter if letter.is_whitespace() || matches!(letter, '-' | '‐' | '‑' | '–' | '_' | '/') => {
                plain.push(' ');
            }
            _ => {}
        }
    }
    let together: String = plain.nfc().collect();
    let words: Vec<_> = together.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// Marks that people leave out when they write: those of Latin, Greek and Cyrillic letters, and the vowel points and
/// the lengthening stroke of Arabic and Hebrew.
fn is_accent(letter: char) -> bool {
    matches!(letter,
        '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{fe0f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(text: &str) -> Option<Keyword> {
        let said = normalised(text)?;
        [Keyword::OptOut, Keyword::OptIn].into_iter().find(|keyword| keyword.is_known_as(&said))
    }

    #[test]
    fn a_word_counts_however_it_is_written() {
        for text in ["STOP", "stop", " Stop! ", "*STOP*", "ＳＴＯＰ", "S.T.O.P.", "Stop 🛑", "stop\n"] {
            assert_eq!(asked(text), Some(Keyword::OptOut), "{text}");
        }
        for text in ["opt-out", "OPT OUT", "OptOut", "opt_out", "stop all", "STOPALL"] {
            assert_eq!(asked(text), Some(Keyword::OptOut), "{text}");
        }
        for text in ["START", "unstop", "Subscribe", "opt in"] {
            assert_eq!(asked(text), Some(Keyword::OptIn), "{text}");
        }
    }

    #[test]
    fn accents_may_be_left_out() {
        for text in [
            "Désabonner",
            "DESABONNER",
            "İPTAL",
            "iptal",
            "отписаться",
            "إيقاف",
            "ايقاف",
            "διακοπή",
            "ΔΙΑΚΟΠΗ",
        ] {
            assert_eq!(asked(text), Some(Keyword::OptOut), "{text}");
        }
    }

    #[test]
    fn it_counts_in_many_languages() {
        let stop = [
            "baja",
            "sair",
            "arrêt",
            "abmelden",
            "basta",
            "afmelden",
            "wypisz",
            "odhlásit",
            "leiratkozás",
            "dezabonare",
            "avsluta",
            "lopeta",
            "стоп",
            "відписатися",
            "הסר",
            "لغو",
            "बंद करें",
            "বন্ধ",
            "berhenti",
            "หยุด",
            "hủy đăng ký",
            "退订",
            "配信停止",
            "수신거부",
            "acha",
            "நிறுத்து",
            "ఆపండి",
        ];
        for text in stop {
            assert_eq!(asked(text), Some(Keyword::OptOut), "{text}");
        }
        let start = [
            "alta",
            "iniciar",
            "démarrer",
            "anmelden",
            "inizia",
            "aanmelden",
            "старт",
            "başlat",
            "ابدأ",
            "התחל",
            "शुरू करें",
            "mulai",
            "เริ่ม",
            "订阅",
            "再開",
            "시작",
        ];
        for text in start {
            assert_eq!(asked(text), Some(Keyword::OptIn), "{text}");
        }
    }

    #[test]
    fn a_sentence_with_the_word_in_it_does_not_count() {
        for text in
            ["", "🛑", "Please stop calling", "When does it end?", "non stop", "start of the day", "Huy"]
        {
            assert_eq!(asked(text), None, "{text}");
        }
        assert_eq!(normalised(&"a".repeat(MAX_LENGTH + 1)), None);
    }

    #[test]
    fn no_word_asks_for_both() {
        let (out, back) = (set(words::OPT_OUT), set(words::OPT_IN));
        assert_eq!(out.intersection(&back).collect::<Vec<_>>(), Vec::<&String>::new());
        assert!(out.len() > 150 && back.len() > 80, "{} {}", out.len(), back.len());
    }
}
