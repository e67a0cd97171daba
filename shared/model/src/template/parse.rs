//! Reading components from both wire forms.
//!
//! What a client sends is read strictly: every refusal names its field. What Meta sends is taken as it is; a
//! component that is not understood is kept among the others.

mod buttons;
mod samples;

use serde_json::Value;

use super::Category;
use super::components::{Body, Components, Footer, Header, MediaFormat, MediaSample};
use super::place::{At, named};
use super::rules::{self, Places};
use super::text::TemplateText;
use crate::field::{FieldError, Reason};
use crate::{DomainError, Id};

/// Most characters that a field may have before its own rule is asked.
const TEXT_MAX_LENGTH: usize = 4_096;
/// Most characters of an example of a file.
const HANDLE_MAX_LENGTH: usize = 4_096;

/// How a client's ids of media are read.
pub type MediaIds<'a> = &'a dyn Fn(&str) -> Option<Id>;

/// The kinds of components, with the way to each.
#[derive(Default)]
struct Found<'a> {
    header: Option<At<'a>>,
    body: Option<At<'a>>,
    footer: Option<At<'a>>,
    buttons: Option<At<'a>>,
}

impl Components {
    /// Reads what a client sent in the body's field `components`, in either form, and checks it by Meta's rules (Meta,
    /// template components). `media_id` reads the client's ids of media.
    pub fn parse(value: &Value, category: Category, media_id: MediaIds<'_>) -> Result<Self, Vec<FieldError>> {
        let at = At::field("components", value);
        let mut errors = Vec::new();
        let found = match (value.is_array(), value.is_object()) {
            (true, _) => from_array(&at, &mut errors),
            (_, true) => from_object(&at, &mut errors),
            _ => return Err(vec![at.refuse(Reason::WrongType, "Input should be an object or an array")]),
        };
        let places = places(&found);
        let mut keep = |result: Result<(), FieldError>| errors.extend(result.err());
        let mut components = Self::default();
        if let Some(at) = &found.header {
            keep(header(at, media_id).map(|header| components.header = Some(header)));
        }
        if let Some(at) = &found.body {
            keep(body(at, category).map(|body| components.body = Some(body)));
        }
        if let Some(at) = &found.footer {
            keep(footer(at).map(|footer| components.footer = Some(footer)));
        }
        if let Some(at) = &found.buttons {
            keep(buttons::read(at, &mut components.buttons));
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let errors = rules::check(&components, category, &places);
        if errors.is_empty() { Ok(components) } else { Err(errors) }
    }

    /// Checks by Meta's rules whether a template of this category may say it.
    pub fn check(&self, category: Category) -> Result<(), DomainError> {
        let fields = rules::check(self, category, &places(&Found::default()));
        if fields.is_empty() { Ok(()) } else { Err(DomainError::Invalid { fields }) }
    }

    /// Reads what Meta has. Nothing is refused.
    pub fn from_graph(value: &Value) -> Self {
        let mut components = Self::default();
        for component in value.as_array().map(Vec::as_slice).unwrap_or_default() {
            if components.take(component).is_err() {
                components.others.push(component.clone());
            }
        }
        components
    }

    fn take(&mut self, component: &Value) -> Result<(), FieldError> {
        let at = At { value: component, path: Vec::new() };
        let kind = at.text_of("type", 1, TEXT_MAX_LENGTH)?.to_ascii_uppercase();
        match kind.as_str() {
            "HEADER" if self.header.is_none() => self.header = Some(header(&at, &|_| None)?),
            "BODY" if self.body.is_none() => {
                let is_text = component.get("text").is_some_and(Value::is_string)
                    && component.get("add_security_recommendation").is_none();
                let category = if is_text { Category::Utility } else { Category::Authentication };
                self.body = Some(body(&at, category)?);
            }
            "FOOTER" if self.footer.is_none() => self.footer = Some(footer(&at)?),
            "BUTTONS" if self.buttons.is_empty() => {
                let list = at.member("buttons").ok_or_else(|| at.missing("buttons"))?;
                let mut read = Vec::new();
                buttons::read_loosely(&list, &mut read)?;
                self.buttons = read;
            }
            _ => return Err(at.refuse(Reason::NotAllowed, "unknown")),
        }
        Ok(())
    }
}

/// Graph's form: `[{"type": "BODY", …}, …]`.
fn from_array<'a>(at: &At<'a>, errors: &mut Vec<FieldError>) -> Found<'a> {
    let mut found = Found::default();
    for item in at.items().unwrap_or_default() {
        let kind = match item.text_of("type", 1, 64) {
            Ok(kind) => kind.to_ascii_uppercase(),
            Err(error) => {
                errors.push(error);
                continue;
            }
        };
        let (slot, value) = match kind.as_str() {
            "HEADER" => (&mut found.header, Some(item.clone())),
            "BODY" => (&mut found.body, Some(item.clone())),
            "FOOTER" => (&mut found.footer, Some(item.clone())),
            "BUTTONS" => (&mut found.buttons, item.member("buttons")),
            _ => {
                let message = "Input should be 'HEADER', 'BODY', 'FOOTER' or 'BUTTONS'";
                errors.push(item.refuse_member("type", Reason::NotAllowed, message));
                continue;
            }
        };
        match value {
            Some(_) if slot.is_some() => {
                errors.push(item.refuse(Reason::BadValue, "There should be one component of each type"));
            }
            Some(value) => *slot = Some(value),
            None => errors.push(item.missing("buttons")),
        }
    }
    found
}

/// The object form: `{"body": {…}, …}`.
fn from_object<'a>(at: &At<'a>, errors: &mut Vec<FieldError>) -> Found<'a> {
    const KNOWN: [&str; 4] = ["header", "body", "footer", "buttons"];
    for name in at.value.as_object().into_iter().flat_map(|members| members.keys()) {
        if !KNOWN.contains(&name.as_str()) {
            let message = "Components should be 'header', 'body', 'footer' or 'buttons'";
            errors.push(at.refuse_member(name, Reason::NotAllowed, message));
        }
    }
    let buttons = at.member("buttons").map(|buttons| buttons.member("buttons").unwrap_or(buttons));
    Found { header: at.member("header"), body: at.member("body"), footer: at.member("footer"), buttons }
}

fn places(found: &Found<'_>) -> Places {
    let of = |at: &Option<At<'_>>, name: &str| {
        at.as_ref().map_or_else(|| named(&named(&[], "components"), name), |at| at.path.clone())
    };
    Places {
        header: of(&found.header, "header"),
        body: of(&found.body, "body"),
        footer: of(&found.footer, "footer"),
        buttons: of(&found.buttons, "buttons"),
    }
}

fn require_object(at: &At<'_>) -> Result<(), FieldError> {
    if at.value.is_object() { Ok(()) } else { Err(at.refuse(Reason::WrongType, "Input should be an object")) }
}

fn header(at: &At<'_>, media_id: MediaIds<'_>) -> Result<Header, FieldError> {
    require_object(at)?;
    let format =
        at.optional_text_of("format", 1, 64)?.unwrap_or_else(|| "TEXT".to_owned()).to_ascii_uppercase();
    match format.as_str() {
        "TEXT" => Ok(Header::Text(text(at, &["header_text", "header_text_named_params"])?)),
        "LOCATION" => Ok(Header::Location),
        _ => {
            let format: MediaFormat = format.parse().map_err(|_| {
                let message = "Input should be 'TEXT', 'IMAGE', 'VIDEO', 'GIF', 'DOCUMENT' or 'LOCATION'";
                at.refuse_member("format", Reason::NotAllowed, message)
            })?;
            Ok(Header::Media { format, sample: media_sample(at, media_id)? })
        }
    }
}

/// An example of a file: a handle of Meta's, or one of our media, in `example` or beside it.
fn media_sample(at: &At<'_>, media_id: MediaIds<'_>) -> Result<Option<MediaSample>, FieldError> {
    let example = at.member("example");
    let handle = example.as_ref().and_then(|example| example.member("header_handle"));
    if let Some(handle) = handle {
        let first = handle.items().map_or(Some(handle.clone()), |items| items.into_iter().next());
        let first = first.ok_or_else(|| handle.refuse(Reason::TooShort, "A sample should be given"))?;
        return Ok(Some(MediaSample::Handle(first.text(1, HANDLE_MAX_LENGTH)?)));
    }
    let id =
        example.as_ref().and_then(|example| example.member("media_id")).or_else(|| at.member("media_id"));
    let Some(id) = id else { return Ok(None) };
    let known = media_id(&id.text(1, 64)?);
    let known = known.ok_or_else(|| id.refuse(Reason::BadValue, "should be the id of a media file"))?;
    Ok(Some(MediaSample::Media(known)))
}

fn body(at: &At<'_>, category: Category) -> Result<Body, FieldError> {
    require_object(at)?;
    if category == Category::Authentication {
        if at.member("text").is_some() {
            return Err(at.refuse_member("text", Reason::NotAllowed, rules::OWN_TEXT));
        }
        return Ok(Body::Authentication {
            add_security_recommendation: at.flag_of("add_security_recommendation")?,
        });
    }
    Ok(Body::Text(text(at, &["body_text", "body_text_named_params"])?))
}

fn footer(at: &At<'_>) -> Result<Footer, FieldError> {
    require_object(at)?;
    let Some(minutes) = at.member("code_expiration_minutes") else {
        return Ok(Footer::Text(at.text_of("text", 1, TEXT_MAX_LENGTH)?));
    };
    let number = minutes.value.as_u64().and_then(|minutes| u32::try_from(minutes).ok());
    let number =
        number.ok_or_else(|| minutes.refuse(Reason::WrongType, "Input should be a valid integer"))?;
    Ok(Footer::CodeExpiration { minutes: number })
}

fn text(at: &At<'_>, keys: &[&str; 2]) -> Result<TemplateText, FieldError> {
    let text = at.text_of("text", 1, TEXT_MAX_LENGTH)?;
    let samples = samples::read(at, &text, keys)?;
    Ok(TemplateText { text, samples })
}
