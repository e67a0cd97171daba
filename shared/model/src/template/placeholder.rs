//! What a message has to add to a template.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::components::{Body, Button, Header, MediaFormat, url_has_variable};
use super::{ButtonParameters, MediaSource, Parameter, SendComponents, Template};

/// The name of what has no number and no name of its own, such as a header's file.
const ONLY: &str = "1";

/// Something that a message must add to a template. Its text form is `header.1`, `body.first_name` or `button.0.1`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Placeholder {
    /// Where it stands.
    pub place: Place,
    /// Its number from 1, or its name.
    pub name: String,
    /// What it takes.
    pub kind: PlaceholderKind,
}

/// Where a placeholder stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// In the header.
    Header,
    /// In the body.
    Body,
    /// In the button with this index, from 0.
    Button(usize),
}

/// What a placeholder takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceholderKind {
    /// A text of one line.
    Text,
    /// A picture: the id of a media file, or a link.
    Image,
    /// A video, so too.
    Video,
    /// A document, so too.
    Document,
    /// A place on the map.
    Location,
    /// The end of a button's address.
    UrlSuffix,
    /// A code to copy.
    CouponCode,
}

impl PlaceholderKind {
    /// What a header with a file takes.
    pub(super) fn of(format: MediaFormat) -> Self {
        match format {
            MediaFormat::Image => Self::Image,
            MediaFormat::Video | MediaFormat::Gif => Self::Video,
            MediaFormat::Document => Self::Document,
        }
    }
}

impl Template {
    /// What a message must add, in order of appearance: header, body, buttons.
    pub fn placeholders(&self) -> Vec<Placeholder> {
        let components = &self.components;
        let of = |place: Place, kind: PlaceholderKind| move |name: String| Placeholder { place, name, kind };
        let mut found = Vec::new();
        match &components.header {
            Some(Header::Text(text)) => {
                found.extend(text.variables().into_iter().map(of(Place::Header, PlaceholderKind::Text)));
            }
            Some(Header::Media { format, .. }) => {
                found.push(of(Place::Header, PlaceholderKind::of(*format))(ONLY.to_owned()));
            }
            Some(Header::Location) => {
                found.push(of(Place::Header, PlaceholderKind::Location)(ONLY.to_owned()));
            }
            None => {}
        }
        match &components.body {
            Some(Body::Text(text)) => {
                found.extend(text.variables().into_iter().map(of(Place::Body, PlaceholderKind::Text)));
            }
            Some(Body::Authentication { .. }) => {
                found.push(of(Place::Body, PlaceholderKind::Text)(ONLY.to_owned()));
            }
            None => {}
        }
        for (index, button) in components.buttons.iter().enumerate() {
            let kind = match button {
                Button::Url { url, .. } if url_has_variable(url) => PlaceholderKind::UrlSuffix,
                Button::CopyCode { .. } => PlaceholderKind::CouponCode,
                _ => continue,
            };
            found.push(of(Place::Button(index), kind)(ONLY.to_owned()));
        }
        found
    }
}

impl SendComponents {
    /// The parameters that put a text into each of these placeholders. For files the text is a link or Meta's id of
    /// the file; for the id of one of our media see [`MediaSource::Media`]. Places on the map take no text.
    pub fn of_texts<'a>(values: impl IntoIterator<Item = (&'a Placeholder, String)>) -> Self {
        let mut components = Self::default();
        for (placeholder, value) in values {
            let name = (!super::text::is_number(&placeholder.name)).then(|| placeholder.name.clone());
            let parameter = match placeholder.kind {
                PlaceholderKind::Text | PlaceholderKind::UrlSuffix => Parameter::Text { name, text: value },
                PlaceholderKind::CouponCode => Parameter::CouponCode { code: value },
                PlaceholderKind::Image => media(MediaFormat::Image, value),
                PlaceholderKind::Video => media(MediaFormat::Video, value),
                PlaceholderKind::Document => media(MediaFormat::Document, value),
                PlaceholderKind::Location => continue,
            };
            match placeholder.place {
                Place::Header => components.header.push(parameter),
                Place::Body => components.body.push(parameter),
                Place::Button(index) => {
                    components.buttons.push(ButtonParameters::new(index, vec![parameter]));
                }
            }
        }
        components
    }
}

fn media(format: MediaFormat, value: String) -> Parameter {
    let source = if value.starts_with("http://") || value.starts_with("https://") {
        MediaSource::Link(value)
    } else {
        MediaSource::MetaId(value)
    };
    Parameter::Media { format, source, file_name: None }
}

impl fmt::Display for Placeholder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.place, self.name)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header => f.write_str("header"),
            Self::Body => f.write_str("body"),
            Self::Button(index) => write!(f, "button.{index}"),
        }
    }
}

impl FromStr for Place {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "header" => Ok(Self::Header),
            "body" => Ok(Self::Body),
            other => {
                other.strip_prefix("button.").and_then(|index| index.parse().ok()).map(Self::Button).ok_or(())
            }
        }
    }
}
