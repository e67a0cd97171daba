//! Rules of template buttons.

use serde_json::Value;

use super::variables;
use crate::failure::GraphError;

/// Largest numbers of buttons: in all, and of single types (Meta, template components).
const MOST: usize = 10;
const MOST_OF: &[(&str, usize)] = &[("URL", 2), ("PHONE_NUMBER", 1), ("COPY_CODE", 1), ("OTP", 1)];

/// Checks the buttons of a template.
pub fn check(buttons: &[Value]) -> Result<(), GraphError> {
    if buttons.is_empty() || buttons.len() > MOST {
        return Err(GraphError::parameter(format!("A template has 1 to {MOST} buttons")));
    }
    for (kind, most) in MOST_OF {
        if buttons.iter().filter(|button| button["type"] == *kind).count() > *most {
            return Err(GraphError::parameter(format!("A template has {most} {kind} buttons at most")));
        }
    }
    let is_reply = |button: &Value| button["type"] == "QUICK_REPLY";
    let changes = buttons.windows(2).filter(|pair| is_reply(&pair[0]) != is_reply(&pair[1])).count();
    if changes > 1 {
        return Err(GraphError::parameter("Quick replies and other buttons must not be interleaved"));
    }
    buttons.iter().try_for_each(check_one)
}

fn check_one(button: &Value) -> Result<(), GraphError> {
    match button["type"].as_str().unwrap_or_default() {
        "QUICK_REPLY" | "FLOW" | "REQUEST_CONTACT_INFO" | "CATALOG" | "MPM" | "VOICE_CALL" => label(button),
        "URL" => {
            label(button)?;
            url(button)
        }
        "PHONE_NUMBER" => {
            label(button)?;
            text(button, "phone_number", 20)
        }
        "COPY_CODE" => copy_code(button),
        "OTP" => {
            let known = ["COPY_CODE", "ONE_TAP", "ZERO_TAP"].iter().any(|kind| button["otp_type"] == *kind);
            if known { Ok(()) } else { Err(GraphError::parameter("otp_type is missing or unknown")) }
        }
        other => Err(GraphError::parameter(format!("Button type '{other}' is unknown"))),
    }
}

fn label(button: &Value) -> Result<(), GraphError> {
    text(button, "text", 25)
}

fn text(button: &Value, field: &str, longest: usize) -> Result<(), GraphError> {
    let text = button[field].as_str().unwrap_or_default();
    if text.is_empty() {
        return Err(GraphError::parameter(format!("Button field {field} is required")));
    }
    if text.chars().count() > longest {
        let message = format!("Button field {field} has at most {longest} characters");
        return Err(GraphError::template(2_388_040, "Character limit exceeded", message));
    }
    Ok(())
}

fn url(button: &Value) -> Result<(), GraphError> {
    text(button, "url", 2000)?;
    let url = button["url"].as_str().unwrap_or_default();
    let variables = variables::checked(url, false).map_err(|error| GraphError::parameter(error.text()))?;
    match variables.len() {
        0 => Ok(()),
        1 if !url.ends_with("}}") => Err(GraphError::parameter("A URL's variable stands at its end")),
        1 if has_sample(button) => Ok(()),
        1 => Err(GraphError::parameter("A URL with a variable needs an example")),
        _ => Err(GraphError::parameter("A URL has one variable at most")),
    }
}

fn has_sample(button: &Value) -> bool {
    match &button["example"] {
        Value::Array(samples) => samples.first().is_some_and(Value::is_string),
        other => other.is_string(),
    }
}

fn copy_code(button: &Value) -> Result<(), GraphError> {
    let sample = match &button["example"] {
        Value::Array(samples) => samples.first().and_then(Value::as_str),
        other => other.as_str(),
    };
    match sample.map(|code| code.chars().count()) {
        Some(1..=15) => Ok(()),
        Some(_) => {
            Err(GraphError::template(2_388_040, "Character limit exceeded", "A code has 1 to 15 characters"))
        }
        None => Err(GraphError::parameter("A COPY_CODE button needs an example")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn interleaving_is_refused() {
        let reply = json!({"type": "QUICK_REPLY", "text": "Yes"});
        let url = json!({"type": "URL", "text": "Open", "url": "https://example.com"});
        assert!(check(&[reply.clone(), reply.clone(), url.clone()]).is_ok());
        assert!(check(&[url.clone(), reply.clone()]).is_ok());
        assert!(check(&[reply.clone(), url, reply]).is_err());
    }

    #[test]
    fn numbers_and_lengths_are_bounded() {
        let url =
            json!({"type": "URL", "text": "Open", "url": "https://example.com/{{1}}", "example": ["a"]});
        assert!(check(&[url.clone(), url.clone()]).is_ok());
        assert!(check(&[url.clone(), url.clone(), url]).is_err());
        let cases = [
            json!({"type": "QUICK_REPLY", "text": "x".repeat(26)}),
            json!({"type": "QUICK_REPLY"}),
            json!({"type": "PHONE_NUMBER", "text": "Call", "phone_number": "1".repeat(21)}),
            json!({"type": "COPY_CODE", "example": "x".repeat(16)}),
            json!({"type": "URL", "text": "Open", "url": "https://example.com/{{1}}"}),
            json!({"type": "OTP"}),
            json!({"type": "NEW"}),
        ];
        for button in cases {
            assert!(check(std::slice::from_ref(&button)).is_err(), "{button}");
        }
    }
}
