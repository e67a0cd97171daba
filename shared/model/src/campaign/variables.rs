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
pub type Variables = BTreeMap<Place, Variable>;

/// A placeholder of a template: `body.1` or just `1`, `body.first_name`, `header.1`, `header` (its image, video,
/// document or location), `buttons.0` (the end of the URL or the coupon code of the first button).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// The header: the placeholder of this name, or its media or location where there is no name.
    Header(Option<String>),
    /// The body: the placeholder of this name.
    Body(String),
    /// The button with this index, from 0.
    Button(u8),
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

impl FromStr for Place {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let (part, name) = match text.split_once('.') {
            Some((part, name)) => (part, Some(name)),
            None => (text, None),
        };
        match (part, name) {
            ("header", None) => Ok(Self::Header(None)),
            ("header", Some(name)) => Ok(Self::Header(Some(placeholder(name)?))),
            ("body", Some(name)) => Ok(Self::Body(placeholder(name)?)),
            ("buttons", Some(index)) => {
                let index = index.parse().ok().filter(|index| *index < BUTTONS_MAX);
                index.map(Self::Button).ok_or_else(|| not_a_place(text))
            }
            (name, None) if name != "body" && name != "buttons" => Ok(Self::Body(placeholder(name)?)),
            _ => Err(not_a_place(text)),
        }
    }
}

/// The name of a placeholder: a number, or lower-case letters, digits and underscores (Meta, templates).
fn placeholder(name: &str) -> Result<String, Refusal> {
    let well_formed = (1..=NAME_MAX_LENGTH).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if well_formed { Ok(name.to_owned()) } else { Err(not_a_place(name)) }
}

fn not_a_place(text: &str) -> Refusal {
    let shown: String = text.chars().take(40).collect();
    Refusal::new(
        Reason::BadValue,
        format!(
            "'{shown}' is not a placeholder: use names such as '1', 'body.1', 'header.1', 'header' or 'buttons.0'"
        ),
    )
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(None) => f.write_str("header"),
            Self::Header(Some(name)) => write!(f, "header.{name}"),
            Self::Body(name) => write!(f, "body.{name}"),
            Self::Button(index) => write!(f, "buttons.{index}"),
        }
    }
}

impl Serialize for Place {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|refusal: Refusal| serde::de::Error::custom(refusal.message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_reads_as_it_is_written_and_the_body_needs_no_name() {
        for text in
            ["header", "header.1", "header.name", "body.1", "body.first_name", "body.header", "buttons.0"]
        {
            assert_eq!(text.parse::<Place>().unwrap().to_string(), text);
        }
        assert_eq!("1".parse::<Place>().unwrap().to_string(), "body.1");
        assert_eq!("first_name".parse::<Place>().unwrap().to_string(), "body.first_name");
    }

    #[test]
    fn what_no_template_has_is_refused() {
        for text in
            ["", "body", "body.", "buttons", "buttons.10", "buttons.x", "Name", "a b", "footer.1", "1.1"]
        {
            assert!(text.parse::<Place>().is_err(), "{text}");
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
