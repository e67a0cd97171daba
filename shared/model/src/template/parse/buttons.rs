//! Buttons of both wire forms: in these they are the same.

use serde_json::Value;

use super::super::components::{Button, OtpApp, OtpButton, OtpKind};
use super::super::place::At;
use crate::field::{FieldError, Reason};

/// Most characters that a field may have before its own rule is asked.
const FIELD_MAX_LENGTH: usize = 2_048;
/// Most buttons that are read; the rule has fewer.
const MOST_READ: usize = 100;
/// Types of buttons that need nothing but a label.
const LABEL_ONLY: [&str; 4] = ["REQUEST_CONTACT_INFO", "CATALOG", "MPM", "VOICE_CALL"];
/// Fields of a button that opens a flow (Meta, flows in templates).
const FLOW_FIELDS: [&str; 5] = ["flow_id", "flow_name", "flow_action", "navigate_screen", "icon"];

/// Reads a client's buttons.
pub(super) fn read(at: &At<'_>, buttons: &mut Vec<Button>) -> Result<(), FieldError> {
    for item in items(at)? {
        buttons.push(button(&item)?);
    }
    Ok(())
}

/// Reads Meta's buttons. One that is not understood keeps its type and all its fields.
pub(super) fn read_loosely(at: &At<'_>, buttons: &mut Vec<Button>) -> Result<(), FieldError> {
    for item in items(at)? {
        let read = match button(&item) {
            Ok(read) => read,
            Err(_) => other(&item)?,
        };
        buttons.push(read);
    }
    Ok(())
}

fn items<'a>(at: &At<'a>) -> Result<Vec<At<'a>>, FieldError> {
    let items = at.items().ok_or_else(|| at.refuse(Reason::WrongType, "Input should be an array"))?;
    if items.len() > MOST_READ {
        return Err(at.refuse(Reason::TooLong, "There should be at most 10 buttons"));
    }
    Ok(items)
}

fn button(at: &At<'_>) -> Result<Button, FieldError> {
    super::require_object(at)?;
    let kind = at.text_of("type", 1, 64)?.to_ascii_uppercase();
    let label = || at.text_of("text", 1, FIELD_MAX_LENGTH);
    match kind.as_str() {
        "QUICK_REPLY" => Ok(Button::QuickReply { text: label()? }),
        "URL" => Ok(Button::Url {
            text: label()?,
            url: at.text_of("url", 1, FIELD_MAX_LENGTH)?,
            sample: sample(at)?,
        }),
        "PHONE_NUMBER" => Ok(Button::PhoneNumber {
            text: label()?,
            phone_number: at.text_of("phone_number", 1, FIELD_MAX_LENGTH)?,
        }),
        "COPY_CODE" => Ok(Button::CopyCode { sample: sample(at)? }),
        "OTP" => otp(at).map(Button::Otp),
        "FLOW" => flow(at, label()?),
        known if LABEL_ONLY.contains(&known) => {
            Ok(Button::Other { kind, text: Some(label()?), fields: serde_json::Map::new() })
        }
        _ => {
            let message = "Input should be 'QUICK_REPLY', 'URL', 'PHONE_NUMBER', 'COPY_CODE', 'OTP', 'FLOW', \
                           'REQUEST_CONTACT_INFO', 'CATALOG', 'MPM' or 'VOICE_CALL'";
            Err(at.refuse_member("type", Reason::NotAllowed, message))
        }
    }
}

/// An example, which stands alone or first in a list.
fn sample(at: &At<'_>) -> Result<Option<String>, FieldError> {
    let Some(example) = at.member("example") else { return Ok(None) };
    let first = match example.items() {
        Some(items) => items.into_iter().next(),
        None => Some(example),
    };
    first.map(|first| first.text(1, FIELD_MAX_LENGTH)).transpose()
}

fn otp(at: &At<'_>) -> Result<OtpButton, FieldError> {
    let kind = at.text_of("otp_type", 1, 64)?.parse::<OtpKind>().map_err(|_| {
        let message = "Input should be 'COPY_CODE', 'ONE_TAP' or 'ZERO_TAP'";
        at.refuse_member("otp_type", Reason::NotAllowed, message)
    })?;
    let listed = at.member("supported_apps");
    let listed = listed.map(|apps| items(&apps)).transpose()?.unwrap_or_default();
    let app = |app: &At<'_>| {
        Ok(OtpApp {
            package_name: app.text_of("package_name", 1, 224)?,
            signature_hash: app.text_of("signature_hash", 11, 11)?,
        })
    };
    Ok(OtpButton {
        kind,
        text: at.optional_text_of("text", 1, 25)?,
        autofill_text: at.optional_text_of("autofill_text", 1, 25)?,
        apps: listed.iter().map(app).collect::<Result<_, _>>()?,
        zero_tap_terms_accepted: at.flag_of("zero_tap_terms_accepted")?,
    })
}

fn flow(at: &At<'_>, text: String) -> Result<Button, FieldError> {
    let mut fields = serde_json::Map::new();
    for name in FLOW_FIELDS {
        if let Some(value) = at.optional_text_of(name, 1, 256)? {
            fields.insert(name.to_owned(), Value::from(value));
        }
    }
    if !fields.contains_key("flow_id") && !fields.contains_key("flow_name") {
        return Err(at.missing("flow_id"));
    }
    Ok(Button::Other { kind: "FLOW".to_owned(), text: Some(text), fields })
}

/// A button of Meta's as it came.
fn other(at: &At<'_>) -> Result<Button, FieldError> {
    let kind = at.text_of("type", 1, 64)?.to_ascii_uppercase();
    let mut fields = at.value.as_object().cloned().unwrap_or_default();
    fields.remove("type");
    let text = fields.remove("text").and_then(|text| text.as_str().map(str::to_owned));
    Ok(Button::Other { kind, text, fields })
}
