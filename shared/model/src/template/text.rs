//! Texts with variables: `{{1}}`, `{{2}}`, or `{{first_name}}`.

use serde::{Deserialize, Serialize};

use crate::field::{Reason, Refusal};

/// Most characters of a variable's name.
const NAME_MAX_LENGTH: usize = 64;
const OPENING: &str = "{{";
const CLOSING: &str = "}}";

/// A text with variables, and a sample for each of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateText {
    /// The text.
    pub text: String,
    /// A sample for each of the [`variables`](Self::variables), in their order; empty where none was given, then some
    /// are made up for Meta.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub samples: Vec<String>,
}

/// A part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Words.
    Words(&'a str),
    /// What stands between two braces.
    Variable(&'a str),
}

impl TemplateText {
    /// The names of the variables, each once: numbers in their order, names in that of the text.
    pub fn variables(&self) -> Vec<String> {
        variables(&self.text)
    }

    /// Whether the variables have names rather than numbers.
    pub fn is_named(&self) -> bool {
        self.variables().iter().any(|name| !is_number(name))
    }

    /// The samples, made up where none were given.
    pub fn samples(&self) -> Vec<String> {
        let made_up = |name: &String| match name.parse::<u32>() {
            Ok(number) => format!("Sample {number}"),
            Err(_) => name.replace('_', " ").trim().to_owned(),
        };
        let variables = self.variables();
        if self.samples.len() == variables.len() {
            return self.samples.clone();
        }
        variables.iter().map(made_up).collect()
    }

    /// The text with what `value` has for each variable.
    pub fn filled<'v>(&self, value: impl Fn(&str) -> Option<&'v str>) -> String {
        let mut filled = String::with_capacity(self.text.len());
        for piece in pieces(&self.text) {
            match piece {
                Piece::Words(words) => filled.push_str(words),
                Piece::Variable(name) => filled.push_str(value(name.trim()).unwrap_or_default()),
            }
        }
        filled
    }
}

/// The parts of a text, in order. Braces that enclose no name are words.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let (mut found, mut words, mut from) = (Vec::new(), 0, 0);
    while let Some(start) = text[from..].find(OPENING).map(|at| from + at) {
        let inside = start + OPENING.len();
        let name = text[inside..].find(CLOSING).map(|length| &text[inside..inside + length]);
        match name.filter(|name| is_word(name.trim())) {
            Some(name) => {
                if words < start {
                    found.push(Piece::Words(&text[words..start]));
                }
                found.push(Piece::Variable(name));
                words = inside + name.len() + CLOSING.len();
                from = words;
            }
            None => from = inside,
        }
    }
    if words < text.len() {
        found.push(Piece::Words(&text[words..]));
    }
    found
}

/// The names of a text's variables, each once: numbers in their order, names in that of the text.
pub(super) fn variables(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for piece in pieces(text) {
        if let Piece::Variable(name) = piece
            && !names.iter().any(|known| known == name.trim())
        {
            names.push(name.trim().to_owned());
        }
    }
    if names.iter().all(|name| is_number(name)) {
        names.sort_by_key(|name| name.parse().unwrap_or(u64::MAX));
    }
    names
}

/// The names of a text's variables, if they are as Meta wants them: numbered from 1 on or named, not both, and never
/// next to each other.
pub(super) fn checked_variables(text: &str) -> Result<Vec<String>, Refusal> {
    let refused = |message: &str| Err(Refusal::new(Reason::BadValue, message));
    let pieces = pieces(text);
    for piece in &pieces {
        let well_formed = match piece {
            Piece::Words(words) => !words.contains(OPENING) && !words.contains(CLOSING),
            Piece::Variable(name) => is_number(name) || is_name(name),
        };
        if !well_formed {
            return refused(
                "Variables should be written {{1}} or {{first_name}}, with lower-case letters, digits and underscores",
            );
        }
    }
    if pieces.windows(2).any(|two| matches!(two, [Piece::Variable(_), Piece::Variable(_)])) {
        return refused("Variables should not stand next to each other");
    }
    let names = variables(text);
    let numbers = names.iter().filter(|name| is_number(name)).count();
    if numbers != 0 && numbers != names.len() {
        return refused("Variables should be all numbered or all named");
    }
    if numbers != 0 && names.iter().enumerate().any(|(index, name)| *name != (index + 1).to_string()) {
        return refused("Numbered variables should count up from {{1}}");
    }
    Ok(names)
}

/// Whether the text begins or ends with a variable.
pub(super) fn has_variable_at_an_end(text: &str) -> bool {
    let pieces = pieces(text.trim());
    [pieces.first(), pieces.last()].iter().any(|end| matches!(end, Some(Piece::Variable(_))))
}

/// The number of words beside the variables.
pub(super) fn words(text: &str) -> usize {
    let plain = pieces(text).into_iter().filter_map(|piece| match piece {
        Piece::Words(words) => Some(words),
        Piece::Variable(_) => None,
    });
    plain.flat_map(str::split_whitespace).filter(|word| word.chars().any(char::is_alphanumeric)).count()
}

/// Whether underscores stand around words, which WhatsApp shows in italics. Those within words, as in `first_name`,
/// mark nothing.
pub(super) fn has_italics(text: &str) -> bool {
    let is_word = |beside: Option<char>| beside.is_some_and(char::is_alphanumeric);
    let is_blank = |beside: Option<char>| beside.is_none_or(|one| one.is_whitespace() || one == '_');
    let mut marks = text.match_indices('_').map(|(at, mark)| {
        let (before, after) = (&text[..at], &text[at + mark.len()..]);
        (before.chars().next_back(), after.chars().next())
    });
    let opened = marks.any(|(before, after)| !is_word(before) && !is_blank(after));
    opened && marks.any(|(before, after)| !is_blank(before) && !is_word(after))
}

/// Whether a variable has a number rather than a name.
pub(super) fn is_number(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_digit())
        && !name.starts_with('0')
        && name.len() <= 4
        && !name.is_empty()
}

fn is_word(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= NAME_MAX_LENGTH
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn is_name(name: &str) -> bool {
    is_word(name)
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        && !name.starts_with(|first: char| first.is_ascii_digit())
}
