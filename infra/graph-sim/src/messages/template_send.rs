//! Templates as messages: that they can be sent, and that the parameters fit (Meta, Cloud API template
//! messages).

use serde_json::Value;

use super::content::{missing, required_text};
use crate::failure::GraphError;
use crate::state::Store;
use crate::templates::{self, Status, Template, variables};

/// Checks the `template` object and returns the category, in lower case.
pub fn check(store: &Store, waba_id: &str, body: &Value, to: &str) -> Result<String, GraphError> {
    let sent = body.get("template").filter(|sent| sent.is_object()).ok_or_else(|| missing("template"))?;
    let name = required_text(sent, "name", 512)?;
    let language = sent.get("language").ok_or_else(|| missing("template['language']"))?;
    let language = required_text(language, "code", 20)?;
    let found =
        templates::find_named(store, waba_id, name, language).ok_or_else(|| unavailable(name, language))?;
    match found.status {
        Status::Approved => {}
        Status::Paused => return Err(GraphError::of(132_015)),
        Status::Disabled => return Err(GraphError::of(132_016)),
        Status::Pending | Status::Rejected => return Err(unavailable(name, language)),
    }
    if found.category == "AUTHENTICATION" && to.contains('.') {
        return Err(GraphError::of(131_062));
    }
    check_parameters(found, sent)?;
    Ok(found.category.to_lowercase())
}

fn unavailable(name: &str, language: &str) -> GraphError {
    let details =
        format!("template '{name}' is not there, or not approved, in {language} in the number's account");
    GraphError::of(132_001).with_details(details)
}

fn mismatch(details: impl Into<String>) -> GraphError {
    GraphError::of(132_012).with_details(details)
}

fn check_parameters(template: &Template, sent: &Value) -> Result<(), GraphError> {
    let components = sent["components"].as_array().map_or(&[][..], Vec::as_slice);
    let is = |component: &&Value, kind: &str| {
        component["type"].as_str().is_some_and(|given| given.eq_ignore_ascii_case(kind))
    };
    let known = ["header", "body", "button", "carousel", "limited_time_offer"];
    if let Some(other) = components.iter().find(|component| !known.iter().any(|kind| is(component, kind))) {
        return Err(mismatch(format!("component type {} is unknown", other["type"])));
    }
    let of = |kind: &str| components.iter().find(|component| is(component, kind));
    let parameters = |component: Option<&Value>| {
        component.and_then(|component| component["parameters"].as_array()).cloned().unwrap_or_default()
    };
    check_header(template, &parameters(of("header")))?;
    if template.category == "AUTHENTICATION" {
        check_texts("{{1}}", false, &parameters(of("body")), 15)?;
    } else {
        check_texts(template.text("BODY"), template.named, &parameters(of("body")), 1024)?;
    }
    let buttons: Vec<&Value> = components.iter().filter(|component| is(component, "button")).collect();
    check_buttons(template, &buttons)
}

fn check_header(template: &Template, parameters: &[Value]) -> Result<(), GraphError> {
    let header = template.component("HEADER");
    let format = header.and_then(|header| header["format"].as_str()).unwrap_or("TEXT");
    if format == "TEXT" {
        return check_texts(template.text("HEADER"), template.named, parameters, 60);
    }
    // A GIF is sent as a video.
    let kind = if format == "GIF" { "video".to_owned() } else { format.to_lowercase() };
    let [parameter] = parameters else {
        return Err(GraphError::of(132_000).with_details("the header has one parameter"));
    };
    if parameter["type"] != kind.as_str() || !parameter[&kind].is_object() {
        return Err(mismatch(format!("the header's parameter must be of type {kind}")));
    }
    let media = &parameter[&kind];
    if kind != "location" && media["id"].is_string() == media["link"].is_string() {
        return Err(mismatch("the header's media has one of id and link"));
    }
    Ok(())
}

/// Checks the parameters of a text: their number, form and names, and the length of the filled text.
fn check_texts(text: &str, named: bool, parameters: &[Value], longest: usize) -> Result<(), GraphError> {
    let expected = variables::parse(text).unwrap_or_default();
    if parameters.len() != expected.len() {
        let details = format!("{} parameters were given, {} are expected", parameters.len(), expected.len());
        return Err(GraphError::of(132_000).with_details(details));
    }
    let mut values = Vec::with_capacity(parameters.len());
    for (index, parameter) in parameters.iter().enumerate() {
        let name = if named {
            let name = parameter["parameter_name"].as_str().unwrap_or_default().to_owned();
            if !expected.contains(&name) || values.iter().any(|(known, _)| *known == name) {
                return Err(mismatch(format!("parameter_name '{name}' is unknown or repeated")));
            }
            name
        } else {
            (index + 1).to_string()
        };
        values.push((name, value(parameter)?));
    }
    if variables::fill(text, &values).chars().count() > longest {
        return Err(
            GraphError::of(132_005).with_details(format!("the filled text has at most {longest} characters"))
        );
    }
    Ok(())
}

fn value(parameter: &Value) -> Result<String, GraphError> {
    let text = match parameter["type"].as_str() {
        Some("text") => parameter["text"].as_str(),
        Some("currency") => parameter["currency"]["fallback_value"].as_str(),
        Some("date_time") => parameter["date_time"]["fallback_value"].as_str(),
        _ => return Err(mismatch("a text's parameters are of type text, currency or date_time")),
    };
    let text = text.filter(|text| !text.is_empty()).ok_or_else(|| missing("the parameter's text"))?;
    if text.contains(['\n', '\t']) || text.contains("     ") {
        return Err(GraphError::of(132_018));
    }
    Ok(text.to_owned())
}

fn check_buttons(template: &Template, sent: &[&Value]) -> Result<(), GraphError> {
    let index_of = |component: &Value| match &component["index"] {
        Value::String(index) => index.parse().ok(),
        Value::Number(index) => index.as_u64(),
        _ => None,
    };
    let mut given = std::collections::HashMap::new();
    for component in sent {
        let index = index_of(component).and_then(|index| usize::try_from(index).ok());
        let index = index.filter(|index| *index < template.buttons().len());
        let index = index.ok_or_else(|| mismatch("index names no button of the template"))?;
        given.insert(index, *component);
    }
    for (index, button) in template.buttons().iter().enumerate() {
        check_button(index, button, given.get(&index).copied())?;
    }
    Ok(())
}

fn check_button(index: usize, button: &Value, sent: Option<&Value>) -> Result<(), GraphError> {
    let (sub_type, required) = match button["type"].as_str().unwrap_or_default() {
        "QUICK_REPLY" => ("quick_reply", None),
        "URL" if button["url"].as_str().is_some_and(|url| url.contains("{{")) => ("url", Some("text")),
        "OTP" => ("url", Some("text")),
        "COPY_CODE" => ("copy_code", Some("coupon_code")),
        "FLOW" => ("flow", None),
        other if sent.is_some() => {
            return Err(mismatch(format!("a button of type {other} takes no parameters")));
        }
        _ => return Ok(()),
    };
    let Some(sent) = sent else {
        let absent = missing(&format!("a parameter for the button at index {index}"));
        return if required.is_some() { Err(absent) } else { Ok(()) };
    };
    if !sent["sub_type"].as_str().is_some_and(|given| given.eq_ignore_ascii_case(sub_type)) {
        return Err(mismatch(format!("the button at index {index} is of sub_type {sub_type}")));
    }
    match required {
        Some(field) if sent["parameters"][0][field].as_str().is_none_or(str::is_empty) => {
            Err(missing(&format!("a parameter for the button at index {index}")))
        }
        _ => Ok(()),
    }
}
