//! The parameters of a send, read from both wire forms.

use serde_json::Value;

use super::components::MediaFormat;
use super::parse::MediaIds;
use super::place::{At, named};
use crate::Id;
use crate::field::{FieldError, Reason, Step};

/// Most parameters of a component. A body of 1,024 characters has no room for as many variables.
const MOST_PARAMETERS: usize = 200;
const MOST_BUTTONS: usize = 10;
const TEXT_MAX_LENGTH: usize = 4_096;
const LINK_MAX_LENGTH: usize = 2_000;
const FILE_NAME_MAX_LENGTH: usize = 240;
const PAYLOAD_MAX_LENGTH: usize = 256;

/// The parameters of a send.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SendComponents {
    /// Of the header.
    pub header: Vec<Parameter>,
    /// Of the body.
    pub body: Vec<Parameter>,
    /// Of the buttons that take some.
    pub buttons: Vec<ButtonParameters>,
    /// Where the parameters of the header stood in the request; empty where the object form has them.
    pub(super) header_path: Vec<Step>,
    /// Where those of the body stood.
    pub(super) body_path: Vec<Step>,
}

/// The parameters of a button.
#[derive(Clone, Debug, PartialEq)]
pub struct ButtonParameters {
    /// Which button, from 0.
    pub index: usize,
    /// The sort of button, in lower case, where it was said.
    pub sub_type: Option<String>,
    /// The parameters.
    pub parameters: Vec<Parameter>,
    /// Where it stood in the request.
    pub(super) path: Vec<Step>,
}

impl ButtonParameters {
    /// Parameters of the button `index`.
    pub fn new(index: usize, parameters: Vec<Parameter>) -> Self {
        Self { index, sub_type: None, parameters, path: Vec::new() }
    }
}

/// One parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum Parameter {
    /// A text.
    Text {
        /// The name of its variable, where it has one.
        name: Option<String>,
        /// The text.
        text: String,
    },
    /// An amount of money.
    Currency {
        /// The name of its variable, where it has one.
        name: Option<String>,
        /// What is shown where the amount can't be.
        fallback: String,
        /// ISO 4217.
        code: String,
        /// A thousandth of a unit each.
        amount_1000: i64,
    },
    /// A time.
    DateTime {
        /// The name of its variable, where it has one.
        name: Option<String>,
        /// The time in words.
        fallback: String,
    },
    /// A file.
    Media {
        /// Its sort.
        format: MediaFormat,
        /// Where it is.
        source: MediaSource,
        /// A document's name.
        file_name: Option<String>,
    },
    /// A place on the map.
    Location {
        /// Degrees, -90 to 90.
        latitude: f64,
        /// Degrees, -180 to 180.
        longitude: f64,
        /// Its name.
        name: Option<String>,
        /// Its address.
        address: Option<String>,
    },
    /// What comes back when a quick reply is tapped.
    Payload {
        /// The payload.
        payload: String,
    },
    /// A code to copy.
    CouponCode {
        /// The code.
        code: String,
    },
}

/// Where a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MediaSource {
    /// Among the workspace's media.
    Media(Id),
    /// At Meta, under this id.
    MetaId(String),
    /// In the web.
    Link(String),
}

impl SendComponents {
    /// Reads what a client sent in the body's field `components`: the object form (`{"body": [parameters], …}`) or
    /// Graph's (`[{"type": "body", "parameters": [..]}, …]`). `media_id` reads the client's ids of media.
    pub fn parse(value: &Value, media_id: MediaIds<'_>) -> Result<Self, Vec<FieldError>> {
        let at = At::field("components", value);
        let mut read = Self::default();
        let mut errors = Vec::new();
        if value.is_array() {
            for item in at.items().unwrap_or_default().into_iter().take(MOST_PARAMETERS) {
                errors.extend(read.take(&item, media_id).err());
            }
        } else if value.is_object() {
            read.take_object(&at, media_id, &mut errors);
        } else {
            errors.push(at.refuse(Reason::WrongType, "Input should be an object or an array"));
        }
        if errors.is_empty() { Ok(read) } else { Err(errors) }
    }

    fn take_object(&mut self, at: &At<'_>, media_id: MediaIds<'_>, errors: &mut Vec<FieldError>) {
        const KNOWN: [&str; 3] = ["header", "body", "buttons"];
        for name in at.value.as_object().into_iter().flat_map(|members| members.keys()) {
            if !KNOWN.contains(&name.as_str()) {
                let message = "Components should be 'header', 'body' or 'buttons'";
                errors.push(at.refuse_member(name, Reason::NotAllowed, message));
            }
        }
        if let Some(header) = at.member("header") {
            match parameters(&header, media_id) {
                Ok(given) => (self.header, self.header_path) = (given, header.path),
                Err(error) => errors.push(error),
            }
        }
        if let Some(body) = at.member("body") {
            match parameters(&body, media_id) {
                Ok(given) => (self.body, self.body_path) = (given, body.path),
                Err(error) => errors.push(error),
            }
        }
        if let Some(buttons) = at.member("buttons") {
            match items(&buttons, MOST_BUTTONS) {
                Ok(items) => {
                    for item in items {
                        errors.extend(self.take_button(&item, media_id).err());
                    }
                }
                Err(error) => errors.push(error),
            }
        }
    }

    fn take(&mut self, item: &At<'_>, media_id: MediaIds<'_>) -> Result<(), FieldError> {
        let kind = item.text_of("type", 1, 64)?.to_ascii_lowercase();
        match kind.as_str() {
            "header" | "body" => {
                let Some(given) = item.member("parameters") else { return Ok(()) };
                let read = parameters(&given, media_id)?;
                let (slot, path) = if kind == "header" {
                    (&mut self.header, &mut self.header_path)
                } else {
                    (&mut self.body, &mut self.body_path)
                };
                if !slot.is_empty() {
                    return Err(item.refuse(Reason::BadValue, "There should be one component of each type"));
                }
                (*slot, *path) = (read, given.path);
                Ok(())
            }
            "button" => self.take_button(item, media_id),
            _ => {
                let message = "Input should be 'header', 'body' or 'button'";
                Err(item.refuse_member("type", Reason::NotAllowed, message))
            }
        }
    }

    fn take_button(&mut self, item: &At<'_>, media_id: MediaIds<'_>) -> Result<(), FieldError> {
        let index = item.member("index").ok_or_else(|| item.missing("index"))?;
        // Meta's own examples have it as a string and as a number.
        let number = match index.value {
            Value::String(digits) => digits.parse().ok(),
            Value::Number(number) => number.as_u64(),
            _ => None,
        };
        let number = number.and_then(|number| usize::try_from(number).ok());
        let number =
            number.ok_or_else(|| index.refuse(Reason::WrongType, "Input should be a valid integer"))?;
        let given = item.member("parameters");
        let read = given.map(|given| parameters(&given, media_id)).transpose()?.unwrap_or_default();
        if self.buttons.iter().any(|known| known.index == number) {
            return Err(index.refuse(Reason::BadValue, "There should be one entry for each button"));
        }
        self.buttons.push(ButtonParameters {
            index: number,
            sub_type: item.optional_text_of("sub_type", 1, 64)?.map(|kind| kind.to_ascii_lowercase()),
            parameters: read,
            path: item.path.clone(),
        });
        Ok(())
    }

    pub(super) fn header_path(&self) -> Vec<Step> {
        or_object_form(&self.header_path, "header")
    }

    pub(super) fn body_path(&self) -> Vec<Step> {
        or_object_form(&self.body_path, "body")
    }
}

fn or_object_form(path: &[Step], name: &str) -> Vec<Step> {
    if path.is_empty() { named(&named(&[], "components"), name) } else { path.to_vec() }
}

fn items<'a>(at: &At<'a>, most: usize) -> Result<Vec<At<'a>>, FieldError> {
    let items = at.items().ok_or_else(|| at.refuse(Reason::WrongType, "Input should be an array"))?;
    if items.len() > most {
        return Err(at.refuse(Reason::TooLong, format!("There should be at most {most} items")));
    }
    Ok(items)
}

fn parameters(at: &At<'_>, media_id: MediaIds<'_>) -> Result<Vec<Parameter>, FieldError> {
    items(at, MOST_PARAMETERS)?.iter().map(|item| parameter(item, media_id)).collect()
}

fn parameter(at: &At<'_>, media_id: MediaIds<'_>) -> Result<Parameter, FieldError> {
    if at.value.is_string() {
        return Ok(Parameter::Text { name: None, text: at.text(0, TEXT_MAX_LENGTH)? });
    }
    if !at.value.is_object() {
        return Err(at.refuse(Reason::WrongType, "Input should be an object"));
    }
    let kind = at.text_of("type", 1, 64)?.to_ascii_lowercase();
    let name = at.optional_text_of("parameter_name", 1, 64)?;
    match kind.as_str() {
        "text" => Ok(Parameter::Text { name, text: at.text_of("text", 0, TEXT_MAX_LENGTH)? }),
        "currency" => currency(at, name),
        "date_time" => {
            let time = at.member("date_time").ok_or_else(|| at.missing("date_time"))?;
            Ok(Parameter::DateTime { name, fallback: time.text_of("fallback_value", 0, TEXT_MAX_LENGTH)? })
        }
        "image" => media(at, "image", MediaFormat::Image, media_id),
        "video" => media(at, "video", MediaFormat::Video, media_id),
        "document" => media(at, "document", MediaFormat::Document, media_id),
        "location" => location(at),
        "payload" => Ok(Parameter::Payload { payload: at.text_of("payload", 1, PAYLOAD_MAX_LENGTH)? }),
        "coupon_code" => Ok(Parameter::CouponCode { code: at.text_of("coupon_code", 0, TEXT_MAX_LENGTH)? }),
        _ => {
            let message = "Input should be 'text', 'currency', 'date_time', 'image', 'video', 'document', \
                           'location', 'payload' or 'coupon_code'";
            Err(at.refuse_member("type", Reason::NotAllowed, message))
        }
    }
}

fn currency(at: &At<'_>, name: Option<String>) -> Result<Parameter, FieldError> {
    let currency = at.member("currency").ok_or_else(|| at.missing("currency"))?;
    let amount = currency.member("amount_1000").ok_or_else(|| currency.missing("amount_1000"))?;
    let amount_1000 = amount.value.as_i64();
    let amount_1000 =
        amount_1000.ok_or_else(|| amount.refuse(Reason::WrongType, "Input should be a valid integer"))?;
    Ok(Parameter::Currency {
        name,
        fallback: currency.text_of("fallback_value", 0, TEXT_MAX_LENGTH)?,
        code: currency.text_of("code", 3, 3)?,
        amount_1000,
    })
}

/// `{"image": {"id" | "link" | "media_id"}}`, or `media_id` beside the type. An id of ours is told from one of Meta's
/// by its form.
fn media(
    at: &At<'_>,
    kind: &str,
    format: MediaFormat,
    media_id: MediaIds<'_>,
) -> Result<Parameter, FieldError> {
    let inner = at.member(kind).filter(|inner| inner.value.is_object()).unwrap_or_else(|| at.clone());
    let file_name = inner.optional_text_of("filename", 1, FILE_NAME_MAX_LENGTH)?;
    let link = inner.optional_text_of("link", 1, LINK_MAX_LENGTH)?;
    let id = ["media_id", "id"].iter().find_map(|name| inner.member(name));
    let source = match (id, link) {
        (Some(_), Some(_)) => return Err(inner.refuse(Reason::BadValue, "should have one of id and link")),
        (None, None) => return Err(inner.missing("id")),
        (None, Some(link)) if link.starts_with("https://") || link.starts_with("http://") => {
            MediaSource::Link(link)
        }
        (None, Some(_)) => {
            return Err(inner.refuse_member("link", Reason::BadValue, "should be a web address"));
        }
        (Some(id), None) => {
            let text = id.text(1, 64)?;
            match media_id(&text) {
                Some(ours) => MediaSource::Media(ours),
                None if text.bytes().all(|byte| byte.is_ascii_digit()) => MediaSource::MetaId(text),
                None => return Err(id.refuse(Reason::BadValue, "should be the id of a media file")),
            }
        }
    };
    Ok(Parameter::Media { format, source, file_name })
}

fn location(at: &At<'_>) -> Result<Parameter, FieldError> {
    let location = at.member("location").ok_or_else(|| at.missing("location"))?;
    let degrees = |name: &str, most: f64| {
        let member = location.member(name).ok_or_else(|| location.missing(name))?;
        let number = match member.value {
            Value::String(text) => text.parse().ok(),
            other => other.as_f64(),
        };
        let number =
            number.ok_or_else(|| member.refuse(Reason::WrongType, "Input should be a valid number"))?;
        if (-most..=most).contains(&number) {
            return Ok(number);
        }
        Err(member.refuse(Reason::OutOfRange, format!("Input should be -{most} to {most}")))
    };
    Ok(Parameter::Location {
        latitude: degrees("latitude", 90.0)?,
        longitude: degrees("longitude", 180.0)?,
        name: location.optional_text_of("name", 1, 1_000)?,
        address: location.optional_text_of("address", 1, 1_000)?,
    })
}
