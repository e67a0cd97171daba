//! What is wrong with a field of a request, told apart from how a dialect words it.

use std::fmt::{self, Display};
use std::str::FromStr;

use strum::VariantArray;

/// The part of a request that a field stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The body.
    Body,
    /// The query string.
    Query,
    /// The path.
    Path,
    /// A header.
    Header,
}

/// One step on the way to a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A member of an object.
    Name(String),
    /// An item of an array, from 0.
    Index(usize),
}

/// Why a field is refused. A dialect may spell the reasons; programs tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// A required field is not there.
    Missing,
    /// The value is of another type than the field's.
    WrongType,
    /// The body is not JSON at all.
    Malformed,
    /// The text is shorter than allowed.
    TooShort,
    /// The text or list is longer than allowed.
    TooLong,
    /// The number is out of bounds.
    OutOfRange,
    /// The value is not one of the allowed ones.
    NotAllowed,
    /// The value has the type but not the form of the field.
    BadValue,
}

/// One refused field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Where the field stands.
    pub part: Part,
    /// The way to it from there; empty for the part as a whole.
    pub path: Vec<Step>,
    /// Why it is refused.
    pub reason: Reason,
    /// The reason in words, for a person.
    pub message: String,
}

impl FieldError {
    /// A refusal of the field `name` at the top of `part`.
    pub fn new(part: Part, name: &str, reason: Reason, message: impl Into<String>) -> Self {
        let path = if name.is_empty() { Vec::new() } else { vec![Step::Name(name.to_owned())] };
        Self { part, path, reason, message: message.into() }
    }

    /// A refusal of a field of the body.
    pub fn body(name: &str, reason: Reason, message: impl Into<String>) -> Self {
        Self::new(Part::Body, name, reason, message)
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.part)?;
        for step in &self.path {
            match step {
                Step::Name(name) => write!(f, ".{name}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        write!(f, ": {}", self.message)
    }
}

/// A value that a rule refused, not yet tied to the field it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Why it is refused.
    pub reason: Reason,
    /// The reason in words.
    pub message: String,
}

impl Refusal {
    /// A refusal for `reason`.
    pub fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self { reason, message: message.into() }
    }

    /// The refusal of the body's field `name`.
    pub fn of_body(self, name: &str) -> FieldError {
        FieldError::body(name, self.reason, self.message)
    }

    /// The refusal of the query's field `name`.
    pub fn of_query(self, name: &str) -> FieldError {
        FieldError::new(Part::Query, name, self.reason, self.message)
    }
}

/// Checks that `text` has `min` to `max` characters (Unicode scalar values).
pub fn check_length(text: &str, min: usize, max: usize) -> Result<(), Refusal> {
    let length = text.chars().count();
    if length < min {
        return Err(Refusal::new(
            Reason::TooShort,
            format!("String should have at least {min} {}", characters(min)),
        ));
    }
    if length > max {
        return Err(Refusal::new(
            Reason::TooLong,
            format!("String should have at most {max} {}", characters(max)),
        ));
    }
    Ok(())
}

/// The variant of `T` that `text` spells.
pub fn one_of<T: FromStr + Display + VariantArray>(text: &str) -> Result<T, Refusal> {
    text.parse().map_err(|_| {
        let quoted: Vec<_> = T::VARIANTS.iter().map(|variant| format!("'{variant}'")).collect();
        let listed = match quoted.split_last() {
            Some((last, others)) if !others.is_empty() => format!("{} or {last}", others.join(", ")),
            _ => quoted.concat(),
        };
        Refusal::new(Reason::NotAllowed, format!("Input should be {listed}"))
    })
}

fn characters(count: usize) -> &'static str {
    if count == 1 { "character" } else { "characters" }
}

/// Gathers the refusals of several fields, so that a client is told all of them at once.
#[derive(Debug, Default)]
pub struct Checks(Vec<FieldError>);

impl Checks {
    /// Keeps the value of the body's field `name`, or its refusal.
    pub fn body<T>(&mut self, name: &str, value: Result<T, Refusal>) -> Option<T> {
        value.map_err(|refusal| self.0.push(refusal.of_body(name))).ok()
    }

    /// Keeps the value of the query's field `name`, or its refusal.
    pub fn query<T>(&mut self, name: &str, value: Result<T, Refusal>) -> Option<T> {
        value.map_err(|refusal| self.0.push(refusal.of_query(name))).ok()
    }

    /// Keeps a refusal.
    pub fn push(&mut self, error: FieldError) {
        self.0.push(error);
    }

    /// The value, unless a field was refused.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, crate::DomainError> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(crate::DomainError::Invalid { fields: self.0 }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Plan;

    #[test]
    fn a_choice_that_is_none_names_those_that_are() {
        assert_eq!(one_of("pro"), Ok(Plan::Pro));
        let refusal = one_of::<Plan>("gold").unwrap_err();
        assert_eq!(
            refusal,
            Refusal::new(Reason::NotAllowed, "Input should be 'free', 'pro' or 'enterprise'")
        );
    }
}
