//! Rules that a template is checked by when it is created or edited (Meta, template components and guidelines).

use serde_json::Value;

use super::{buttons, component, variables};
use crate::failure::GraphError;

const LENGTH: u32 = 2_388_040;
const HEADER: u32 = 2_388_047;
const BODY: u32 = 2_388_072;
const FOOTER: u32 = 2_388_073;
const TOO_MANY_VARIABLES: u32 = 2_388_293;
const VARIABLE_AT_AN_END: u32 = 2_388_299;

/// Names are 1 to 512 characters of `a-z`, `0-9` and `_`.
pub fn check_name(name: &str) -> Result<(), GraphError> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if (1..=512).contains(&name.len()) && name.bytes().all(plain) {
        return Ok(());
    }
    Err(GraphError::parameter("Param name must be 1 to 512 lower-case letters, digits and underscores"))
}

/// Language codes are two or three lower-case letters, and a region of two or three capitals if any.
pub fn check_language(language: &str) -> Result<(), GraphError> {
    let (base, region) =
        language.split_once('_').map_or((language, None), |(base, region)| (base, Some(region)));
    let base_fits = (2..=3).contains(&base.len()) && base.bytes().all(|byte| byte.is_ascii_lowercase());
    let region_fits = region.is_none_or(|region| {
        (2..=3).contains(&region.len()) && region.bytes().all(|byte| byte.is_ascii_uppercase())
    });
    if base_fits && region_fits {
        Ok(())
    } else {
        Err(GraphError::parameter("Param language is no language code"))
    }
}

/// Categories are three, in any case.
pub fn category(given: &str) -> Result<String, GraphError> {
    let category = given.to_ascii_uppercase();
    if ["AUTHENTICATION", "MARKETING", "UTILITY"].contains(&category.as_str()) {
        return Ok(category);
    }
    Err(GraphError::parameter("Param category must be AUTHENTICATION, MARKETING or UTILITY"))
}

/// Puts the types and formats of components and buttons into upper case.
pub fn normalise(components: &Value) -> Result<Vec<Value>, GraphError> {
    let array = components.as_array().filter(|array| !array.is_empty());
    let array = array.ok_or_else(|| GraphError::parameter("Param components must be a non-empty array"))?;
    let mut components = array.clone();
    for component in &mut components {
        if !component.is_object() {
            return Err(GraphError::parameter("Each component must be an object"));
        }
        upper(component, "type");
        upper(component, "format");
        let buttons = component.get_mut("buttons").and_then(Value::as_array_mut);
        for button in buttons.into_iter().flatten() {
            upper(button, "type");
            upper(button, "otp_type");
        }
    }
    Ok(components)
}

fn upper(object: &mut Value, field: &str) {
    if let Some(text) = object.get(field).and_then(Value::as_str).map(str::to_ascii_uppercase) {
        object[field] = text.into();
    }
}

/// Checks all components of a template.
pub fn check_components(components: &[Value], category: &str, named: bool) -> Result<(), GraphError> {
    for (index, one) in components.iter().enumerate() {
        let kind = one["type"].as_str().unwrap_or_default();
        if components[..index].iter().any(|other| other["type"] == kind) {
            return Err(GraphError::parameter(format!("There are two components of type {kind}")));
        }
        if !["HEADER", "BODY", "FOOTER", "BUTTONS", "LIMITED_TIME_OFFER", "CAROUSEL"].contains(&kind) {
            return Err(GraphError::parameter(format!("Component type '{kind}' is unknown")));
        }
    }
    let body = component(components, "BODY")
        .ok_or_else(|| GraphError::template(BODY, "Body missing", "A template needs a BODY component"))?;
    if category == "AUTHENTICATION" {
        return check_authentication(components, body);
    }
    check_body(body, named)?;
    if let Some(header) = component(components, "HEADER") {
        check_header(header, named)?;
    }
    if let Some(footer) = component(components, "FOOTER") {
        check_footer(footer)?;
    }
    match component(components, "BUTTONS") {
        Some(list) => buttons::check(list["buttons"].as_array().map_or(&[], Vec::as_slice)),
        None => Ok(()),
    }
}

fn check_authentication(components: &[Value], body: &Value) -> Result<(), GraphError> {
    if body.get("text").is_some() {
        return Err(GraphError::template(
            BODY,
            "Body not allowed",
            "Authentication templates have no text of their own",
        ));
    }
    let list = component(components, "BUTTONS").and_then(|list| list["buttons"].as_array());
    match list.map(Vec::as_slice) {
        Some([button]) if button["type"] == "OTP" => buttons::check(std::slice::from_ref(button)),
        _ => Err(GraphError::parameter("Authentication templates have one OTP button")),
    }
}

fn too_long(text: &str, longest: usize, what: &str) -> Result<(), GraphError> {
    if text.chars().count() <= longest {
        return Ok(());
    }
    let message = format!("{what} has at most {longest} characters");
    Err(GraphError::template(LENGTH, "Character limit exceeded", message))
}

fn check_body(body: &Value, named: bool) -> Result<(), GraphError> {
    let wrong = |message: &str| GraphError::template(BODY, "Body format is wrong", message);
    let text = body["text"].as_str().filter(|text| !text.trim().is_empty());
    let text = text.ok_or_else(|| wrong("The body needs a text"))?;
    too_long(text, 1024, "The body")?;
    let found = variables::checked(text, named).map_err(|error| wrong(error.text()))?;
    if found.is_empty() {
        return Ok(());
    }
    if variables::at_an_end(text) {
        let message = "The body must not begin or end with a variable";
        return Err(GraphError::template(VARIABLE_AT_AN_END, "Variables at an end", message));
    }
    if variables::words(text) < 2 * found.len() + 1 {
        let message = "The body has too many variables for its length";
        return Err(GraphError::template(TOO_MANY_VARIABLES, "Too many variables", message));
    }
    if !variables::has_samples(body, ("body_text", "body_text_named_params"), &found, named) {
        return Err(wrong("Each variable of the body needs a sample in example"));
    }
    Ok(())
}

fn check_header(header: &Value, named: bool) -> Result<(), GraphError> {
    let wrong = |message: &str| GraphError::template(HEADER, "Header format is wrong", message);
    match header["format"].as_str().unwrap_or_default() {
        "TEXT" => {}
        "LOCATION" => return Ok(()),
        "IMAGE" | "VIDEO" | "GIF" | "DOCUMENT" => {
            let handle = header["example"]["header_handle"].as_array().and_then(|handles| handles.first());
            let given = handle.and_then(Value::as_str).is_some_and(|handle| !handle.is_empty());
            return if given { Ok(()) } else { Err(wrong("A media header needs a sample in header_handle")) };
        }
        _ => return Err(wrong("The header's format is missing or unknown")),
    }
    let text = header["text"].as_str().filter(|text| !text.trim().is_empty());
    let text = text.ok_or_else(|| wrong("The header needs a text"))?;
    too_long(text, 60, "The header")?;
    if text.contains(['*', '~', '`', '\n']) {
        return Err(wrong("The header has no formatting and no line breaks"));
    }
    let found = variables::checked(text, named).map_err(|error| wrong(error.text()))?;
    if found.len() > 1 {
        return Err(wrong("The header has one variable at most"));
    }
    let keys = ("header_text", "header_text_named_params");
    if found.is_empty() || variables::has_samples(header, keys, &found, named) {
        return Ok(());
    }
    Err(wrong("The header's variable needs a sample in example"))
}

fn check_footer(footer: &Value) -> Result<(), GraphError> {
    let wrong = |message: &str| GraphError::template(FOOTER, "Footer format is wrong", message);
    let text = footer["text"].as_str().filter(|text| !text.trim().is_empty());
    let text = text.ok_or_else(|| wrong("The footer needs a text"))?;
    too_long(text, 60, "The footer")?;
    if text.contains("{{") || text.contains(['*', '~', '`', '\n']) {
        return Err(wrong("The footer has no variables, formatting or line breaks"));
    }
    Ok(())
}
