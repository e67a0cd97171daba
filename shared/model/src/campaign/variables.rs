//! What stands in the placeholders of a campaign's template.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Id;
use crate::field::{Reason, Refusal, check_length};

/// Most variables of a campaign.
pub const VARIABLES_MAX: usize = 50;
/// Most characters of a constant or a fallback.
pub const VALUE_MAX_LENGTH: usize = 1_024;
/// Most characters of an attribute's or a placeholder's name.
pub const NAME_MAX_LENGTH: usize = 128;
/// Most buttons of a template (Meta, templates).
const BUTTONS_MAX: u8 = 10;

/// What stands in each placeholder.
pub type Variables = BTreeMap<Slot, Variable>;

/// A placeholder of a template, as templates call it: `body.1` or `body.first_name`, `header.1`, `button.0.1`. It may
/// be given shorter: `1` or `first_name` are of the body, `header` and `button.0` have just one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    /// In the header: the placeholder of this name. Its file or location is called `1`.
    Header(String),
    /// In the body: the placeholder of this name.
    Body(String),
    /// In the button with this index, from 0: the placeholder of this name.
    Button(u8, String),
}

/// What stands in a placeholder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Variable {
    /// Where it is taken from.
    pub source: Source,
    /// What is taken where the contact does not have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<String>,
}

/// Where the value of a placeholder is taken from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The same for all.
    Constant(String),
    /// The contact's name.
    Name,
    /// The contact's phone number in E.164.
    PhoneNumber,
    /// An attribute of the contact.
    Attribute(String),
    /// A media file of the workspace.
    Media(Id),
    /// A file on the web.
    Link(String),
    /// A place on earth.
    Location(Location),
}

/// A place on earth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Location {
    /// Degrees north, -90 to 90.
    pub latitude: f64,
    /// Degrees east, -180 to 180.
    pub longitude: f64,
    /// What is there.
    pub name: Option<String>,
    /// The address.
    pub address: Option<String>,
}

impl Variable {
    /// The same text for all.
    pub fn constant(text: impl Into<String>) -> Self {
        Self { source: Source::Constant(text.into()), fallback: None }
    }
}

/// A text to put into a placeholder.
pub fn value(text: &str) -> Result<String, Refusal> {
    check_length(text, 1, VALUE_MAX_LENGTH)?;
    if text.trim().is_empty() {
        return Err(Refusal::new(Reason::TooShort, "String should not be blank"));
    }
    Ok(text.to_owned())
}

/// What the only placeholder of a header or a button is called.
const ONLY: &str = "1";

impl FromStr for Slot {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let (part, name) = text.split_once('.').map_or((text, None), |(part, name)| (part, Some(name)));
        match (part, name) {
            ("header", name) => Ok(Self::Header(placeholder(name.unwrap_or(ONLY))?)),
            ("button" | "buttons", Some(rest)) => {
                let (index, name) = rest.split_once('.').unwrap_or((rest, ONLY));
                let index = index.parse().ok().filter(|index| *index < BUTTONS_MAX);
                Ok(Self::Button(index.ok_or_else(|| not_a_slot(text))?, placeholder(name)?))
            }
            ("body" | "button" | "buttons", None) => Err(not_a_slot(text)),
            ("body", Some(name)) | (name, None) => Ok(Self::Body(placeholder(name)?)),
            _ => Err(not_a_slot(text)),
        }
    }
}

/// The name of a placeholder: a number, or lower-case letters, digits and underscores (Meta, templates).
fn placeholder(name: &str) -> Result<String, Refusal> {
    let well_formed = (1..=NAME_MAX_LENGTH).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if well_formed { Ok(name.to_owned()) } else { Err(not_a_slot(name)) }
}

fn not_a_slot(text: &str) -> Refusal {
    let shown: String = text.chars().take(40).collect();
    Refusal::new(
        Reason::BadValue,
        format!(
            "'{shown}' is not a placeholder: use names such as '1', 'body.1', 'header.1' or 'button.0.1'"
        ),
    )
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(name) => write!(f, "header.{name}"),
            Self::Body(name) => write!(f, "body.{name}"),
            Self::Button(index, name) => write!(f, "button.{index}.{name}"),
        }
    }
}

impl Serialize for Slot {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Slot {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|refusal: Refusal| serde::de::Error::custom(refusal.message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_reads_as_it_is_written_and_may_be_given_shorter() {
        for text in ["header.1", "header.name", "body.1", "body.first_name", "body.header", "button.0.1"] {
            assert_eq!(text.parse::<Slot>().unwrap().to_string(), text);
        }
        let shorter = [("1", "body.1"), ("first_name", "body.first_name"), ("header", "header.1")];
        for (short, long) in
            [&shorter[..], &[("button.3", "button.3.1"), ("buttons.3", "button.3.1")]].concat()
        {
            assert_eq!(short.parse::<Slot>().unwrap().to_string(), long);
        }
    }

    #[test]
    fn what_no_template_has_is_refused() {
        for text in ["", "body", "body.", "button", "button.10", "button.x", "Name", "a b", "footer.1", "1.1"]
        {
            assert!(text.parse::<Slot>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_value_is_not_blank_and_not_endless() {
        assert!(value("x").is_ok());
        assert!(value(" \n").is_err());
        assert!(value(&"x".repeat(VALUE_MAX_LENGTH)).is_ok());
        assert!(value(&"x".repeat(VALUE_MAX_LENGTH + 1)).is_err());
    }
}
