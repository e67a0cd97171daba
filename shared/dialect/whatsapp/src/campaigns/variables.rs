//! Variables of campaigns on the wire.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use switchboard_model::campaign::Variables;
use switchboard_model::campaign::variables::{
    Location, NAME_MAX_LENGTH, Slot, Source, VARIABLES_MAX, Variable, value,
};
use switchboard_model::field::{Checks, FieldError, Part, Reason, Refusal, Step, check_length};
use utoipa::ToSchema;

use crate::WireId;

/// What stands in a placeholder: just a text, or one of these with a fallback.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VariableIn {
    /// The same text for all, 1 to 1,024 characters.
    #[schema(example = "20%")]
    value: Option<String>,
    /// `name` or `phone_number` of the contact.
    #[schema(example = "name")]
    field: Option<String>,
    /// An attribute of the contact.
    #[schema(example = "city")]
    attribute: Option<String>,
    /// A media file of the workspace, for a header.
    media_id: Option<WireId>,
    /// A file on the web, for a header.
    #[schema(example = "https://example.com/sale.jpg")]
    link: Option<String>,
    /// A place on earth, for a header.
    location: Option<LocationIn>,
    /// What stands there where the contact has no such field or attribute, 1 to 1,024 characters.
    #[schema(example = "friend")]
    fallback: Option<String>,
}

/// A place on earth.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LocationIn {
    /// Degrees north, -90 to 90.
    latitude: f64,
    /// Degrees east, -180 to 180.
    longitude: f64,
    /// What is there.
    name: Option<String>,
    /// The address.
    address: Option<String>,
}

/// What stands in a placeholder.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct VariableOut {
    /// The same text for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// A field of the contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<&'static str>,
    /// An attribute of the contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribute: Option<String>,
    /// A media file of the workspace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_id: Option<WireId>,
    /// A file on the web.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// A place on earth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<LocationOut>,
    /// What stands there where the contact has no such field or attribute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fallback: Option<String>,
}

/// A place on earth.
#[derive(Debug, Serialize, ToSchema)]
pub struct LocationOut {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// What is there.
    pub name: Option<String>,
    /// The address.
    pub address: Option<String>,
}

impl From<&Variable> for VariableOut {
    fn from(variable: &Variable) -> Self {
        let out = Self { fallback: variable.fallback.clone(), ..Self::default() };
        match variable.source.clone() {
            Source::Constant(text) => Self { value: Some(text), ..out },
            Source::Name => Self { field: Some("name"), ..out },
            Source::PhoneNumber => Self { field: Some("phone_number"), ..out },
            Source::Attribute(name) => Self { attribute: Some(name), ..out },
            Source::Media(id) => Self { media_id: Some(id.into()), ..out },
            Source::Link(link) => Self { link: Some(link), ..out },
            Source::Location(Location { latitude, longitude, name, address }) => {
                Self { location: Some(LocationOut { latitude, longitude, name, address }), ..out }
            }
        }
    }
}

/// The variables, unless one is refused.
pub(super) fn checked(checks: &mut Checks, wire: BTreeMap<String, Value>) -> Option<Variables> {
    if wire.len() > VARIABLES_MAX {
        let message = format!("Dictionary should have at most {VARIABLES_MAX} items");
        checks.push(FieldError::body("variables", Reason::TooLong, message));
        return None;
    }
    let mut variables = Variables::new();
    let mut refused = false;
    for (name, value) in wire {
        match name.parse::<Slot>().and_then(|slot| Ok((slot, variable(value)?))) {
            Ok((slot, variable)) => {
                variables.insert(slot, variable);
            }
            Err(refusal) => {
                refused = true;
                checks.push(FieldError {
                    part: Part::Body,
                    path: vec![Step::Name("variables".to_owned()), Step::Name(name)],
                    reason: refusal.reason,
                    message: refusal.message,
                });
            }
        }
    }
    (!refused).then_some(variables)
}

fn variable(wire: Value) -> Result<Variable, Refusal> {
    let wire = match wire {
        Value::String(text) => return Ok(Variable::constant(value(&text)?)),
        Value::Number(number) => return Ok(Variable::constant(number.to_string())),
        wire @ Value::Object(_) => serde_json::from_value::<VariableIn>(wire)
            .map_err(|error| Refusal::new(Reason::BadValue, error.to_string()))?,
        _ => return Err(Refusal::new(Reason::WrongType, "Input should be a text or an object")),
    };
    let fallback = wire.fallback.as_deref().map(value).transpose()?;
    let mut sources = Vec::new();
    sources.extend(wire.value.map(|text| value(&text).map(Source::Constant)));
    sources.extend(wire.field.map(|name| field(&name)));
    sources.extend(wire.attribute.map(|name| attribute(&name)));
    sources.extend(wire.media_id.map(media));
    sources.extend(wire.link.map(|link| web(&link)));
    sources.extend(wire.location.map(location));
    let mut sources = sources.into_iter();
    if let (Some(source), None) = (sources.next(), sources.next()) {
        Ok(Variable { source: source?, fallback })
    } else {
        let message = "should have one of value, field, attribute, media_id, link and location";
        Err(Refusal::new(Reason::BadValue, message))
    }
}

fn field(name: &str) -> Result<Source, Refusal> {
    match name {
        "name" => Ok(Source::Name),
        "phone_number" => Ok(Source::PhoneNumber),
        _ => Err(Refusal::new(
            Reason::NotAllowed,
            "field should be 'name' or 'phone_number'; for others use attribute",
        )),
    }
}

fn attribute(name: &str) -> Result<Source, Refusal> {
    check_length(name, 1, NAME_MAX_LENGTH)?;
    Ok(Source::Attribute(name.to_owned()))
}

fn media(id: WireId) -> Result<Source, Refusal> {
    id.known()
        .map(Source::Media)
        .ok_or_else(|| Refusal::new(Reason::BadValue, "there is no media file of this id"))
}

fn web(link: &str) -> Result<Source, Refusal> {
    check_length(link, 1, 2_000)?;
    if link.starts_with("https://") || link.starts_with("http://") {
        return Ok(Source::Link(link.to_owned()));
    }
    Err(Refusal::new(Reason::BadValue, "link should begin with https:// or http://"))
}

fn location(wire: LocationIn) -> Result<Source, Refusal> {
    let LocationIn { latitude, longitude, name, address } = wire;
    for text in [&name, &address].into_iter().flatten() {
        check_length(text, 1, 1_000)?;
    }
    if !(-90.0..=90.0).contains(&latitude) || !(-180.0..=180.0).contains(&longitude) {
        return Err(Refusal::new(Reason::OutOfRange, "latitude should be -90 to 90, longitude -180 to 180"));
    }
    Ok(Source::Location(Location { latitude, longitude, name, address }))
}
