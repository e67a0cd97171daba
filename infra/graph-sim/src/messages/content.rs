//! Contents by type, other than templates. Missing parts are 131008, lengths and JSON types 100, values 131009.

use serde_json::Value;

use super::interactive;
use crate::failure::GraphError;
use crate::media;
use crate::state::Store;

/// Checks the object that is named as the message's type.
pub fn check(store: &Store, number: &str, kind: &str, body: &Value) -> Result<(), GraphError> {
    let known = [
        "text",
        "image",
        "video",
        "audio",
        "sticker",
        "document",
        "interactive",
        "location",
        "contacts",
        "reaction",
    ];
    if !known.contains(&kind) {
        return Err(GraphError::of(131_051).with_details(format!("Messages of type '{kind}' cannot be sent")));
    }
    let content = body.get(kind).filter(|content| !content.is_null()).ok_or_else(|| missing(kind))?;
    match kind {
        "text" => check_text(content),
        "interactive" => interactive::check(content),
        "location" => check_location(content),
        "contacts" => check_contacts(content),
        "reaction" => check_reaction(content),
        _ => check_media(store, number, kind, content),
    }
}

/// 131008 for a part that is not there.
pub fn missing(part: &str) -> GraphError {
    GraphError::of(131_008).with_details(format!("{part} is required"))
}

/// 131009 for a value that cannot be.
pub fn invalid(details: impl Into<String>) -> GraphError {
    GraphError::of(131_009).with_details(details)
}

/// A required text of 1 to `longest` characters.
pub fn required_text<'a>(object: &'a Value, field: &str, longest: usize) -> Result<&'a str, GraphError> {
    optional_text(object, field, longest)?.filter(|text| !text.is_empty()).ok_or_else(|| missing(field))
}

/// A text of at most `longest` characters, if there is one.
pub fn optional_text<'a>(
    object: &'a Value,
    field: &str,
    longest: usize,
) -> Result<Option<&'a str>, GraphError> {
    let Some(value) = object.get(field).filter(|value| !value.is_null()) else { return Ok(None) };
    let text =
        value.as_str().ok_or_else(|| GraphError::parameter(format!("Param {field} must be a string")))?;
    if text.chars().count() > longest {
        return Err(GraphError::parameter(format!(
            "Param {field} must be at most {longest} characters long"
        )));
    }
    Ok(Some(text))
}

fn check_text(text: &Value) -> Result<(), GraphError> {
    required_text(text, "body", 4096)?;
    match text.get("preview_url") {
        Some(value) if !value.is_boolean() => {
            Err(GraphError::parameter("Param preview_url must be a boolean"))
        }
        _ => Ok(()),
    }
}

/// Checks a reference to media by id or link, and what may go with it.
pub fn check_media(store: &Store, number: &str, kind: &str, content: &Value) -> Result<(), GraphError> {
    let (id, link) = (optional_text(content, "id", 512)?, optional_text(content, "link", 4096)?);
    match (id, link) {
        (Some(id), None) => check_media_id(store, number, kind, id)?,
        (None, Some(link)) if link.starts_with("https://") || link.starts_with("http://") => {}
        (None, Some(_)) => return Err(invalid("link is no web address")),
        (Some(_), Some(_)) => return Err(invalid("Only one of id and link may be given")),
        (None, None) => return Err(missing("id or link")),
    }
    let has_caption = optional_text(content, "caption", 1024)?.is_some();
    if has_caption && matches!(kind, "audio" | "sticker") {
        return Err(invalid(format!("Messages of type {kind} have no caption")));
    }
    optional_text(content, "filename", 240)?;
    Ok(())
}

fn check_media_id(store: &Store, number: &str, kind: &str, id: &str) -> Result<(), GraphError> {
    let media = store.media.get(id).filter(|media| media.belongs_to(number));
    let media = media.ok_or_else(|| invalid("The media id is unknown to this number"))?;
    if media::fits(kind, &media.mime_type) {
        return Ok(());
    }
    Err(GraphError::of(131_053).with_details(format!("{} cannot be sent as {kind}", media.mime_type)))
}

fn coordinate(location: &Value, field: &str, bound: f64) -> Result<(), GraphError> {
    let value = location.get(field).ok_or_else(|| missing(field))?;
    let number = value.as_f64().or_else(|| value.as_str()?.parse().ok());
    match number {
        Some(number) if number.abs() <= bound => Ok(()),
        _ => Err(invalid(format!("{field} must be a number from -{bound} to {bound}"))),
    }
}

fn check_location(location: &Value) -> Result<(), GraphError> {
    coordinate(location, "latitude", 90.0)?;
    coordinate(location, "longitude", 180.0)?;
    optional_text(location, "name", 1000)?;
    optional_text(location, "address", 1000)?;
    Ok(())
}

fn check_contacts(contacts: &Value) -> Result<(), GraphError> {
    let contacts =
        contacts.as_array().ok_or_else(|| GraphError::parameter("Param contacts must be an array"))?;
    if contacts.is_empty() || contacts.len() > 257 {
        return Err(invalid("contacts has 1 to 257 entries"));
    }
    contacts.iter().try_for_each(|contact| {
        let name = contact.get("name").ok_or_else(|| missing("contacts['name']"))?;
        required_text(name, "formatted_name", 1024).map(|_| ())
    })
}

fn check_reaction(reaction: &Value) -> Result<(), GraphError> {
    required_text(reaction, "message_id", 512)?;
    // An empty emoji takes the reaction back.
    optional_text(reaction, "emoji", 32)?.ok_or_else(|| missing("emoji")).map(|_| ())
}
