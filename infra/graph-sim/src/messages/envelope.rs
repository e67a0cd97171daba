//! What all messages have in common.

use serde_json::Value;

use super::{content, template_send};
use crate::failure::GraphError;
use crate::numbers::{self, Number};
use crate::state::Store;

/// Longest callback data, in characters.
const LONGEST_CALLBACK_DATA: usize = 512;

/// A checked message, not accepted yet.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// The sender.
    pub number: Number,
    /// The recipient as it was given.
    pub input: String,
    /// The recipient's digits, or business-scoped user id.
    pub to: String,
    /// The message's type.
    pub kind: String,
    /// What it is priced as: `service`, or the template's category in lower case.
    pub category: String,
    /// What comes back in statuses.
    pub callback_data: Option<String>,
    /// The request body.
    pub body: Value,
}

/// Reads and checks a message.
pub fn parse(store: &Store, number_id: &str, body: Value) -> Result<Outgoing, GraphError> {
    let number = numbers::number(store, number_id);
    if !number.is_connected() {
        return Err(GraphError::of(133_010));
    }
    check_common(&body)?;
    let (input, to) = recipient(&body)?;
    if to == number.digits() {
        return Err(GraphError::of(131_021));
    }
    let kind = body.get("type").map_or(Some("text"), Value::as_str);
    let kind = kind.ok_or_else(|| GraphError::parameter("Param type must be a string"))?.to_owned();
    let category = if kind == "template" {
        template_send::check(store, &number.waba_id, &body, &to)?
    } else {
        content::check(store, number_id, &kind, &body)?;
        "service".to_owned()
    };
    let callback_data = body["biz_opaque_callback_data"].as_str().map(str::to_owned);
    Ok(Outgoing { number, input, to, kind, category, callback_data, body })
}

fn check_common(body: &Value) -> Result<(), GraphError> {
    match body.get("recipient_type").map(Value::as_str) {
        None | Some(Some("individual" | "group")) => {}
        Some(_) => return Err(GraphError::parameter("Param recipient_type must be individual or group")),
    }
    if let Some(data) = body.get("biz_opaque_callback_data") {
        let fits = data.as_str().is_some_and(|data| data.chars().count() <= LONGEST_CALLBACK_DATA);
        if !fits {
            let message = "Param biz_opaque_callback_data must be a string of at most 512 characters";
            return Err(GraphError::parameter(message));
        }
    }
    match body.get("context") {
        Some(context) if context["message_id"].as_str().is_none_or(str::is_empty) => {
            Err(GraphError::parameter("Param context['message_id'] must be a message id"))
        }
        _ => Ok(()),
    }
}

/// The recipient as given, and as digits or user id. A phone number wins over a user id.
fn recipient(body: &Value) -> Result<(String, String), GraphError> {
    if let Some(to) = body.get("to").filter(|to| !to.is_null()) {
        let input = to.as_str().ok_or_else(|| GraphError::parameter("Param to must be a string"))?;
        let is_group = body["recipient_type"] == "group" && !input.is_empty();
        let to = if is_group { input.to_owned() } else { digits(input)? };
        return Ok((input.to_owned(), to));
    }
    let user_id = body["recipient"].as_str();
    let user_id = user_id.ok_or_else(|| GraphError::parameter("The parameter to is required"))?;
    if !is_user_id(user_id) {
        return Err(GraphError::of(131_009).with_details("recipient is no business-scoped user id"));
    }
    Ok((user_id.to_owned(), user_id.to_owned()))
}

fn digits(input: &str) -> Result<String, GraphError> {
    let punctuation = |character: char| "+-() ".contains(character);
    let digits: String = input.chars().filter(|character| !punctuation(*character)).collect();
    let is_number = (8..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number {
        return Ok(digits);
    }
    Err(GraphError::of(131_009).with_details("to is no phone number"))
}

/// Two capitals, a dot, `ENT.` perhaps, and up to 128 letters and digits (Meta, business-scoped user ids).
fn is_user_id(id: &str) -> bool {
    let Some((country, rest)) = id.split_once('.') else { return false };
    let scoped = rest.strip_prefix("ENT.").unwrap_or(rest);
    country.len() == 2
        && country.bytes().all(|byte| byte.is_ascii_uppercase())
        && (1..=128).contains(&scoped.len())
        && scoped.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phone_numbers_lose_their_punctuation() {
        assert_eq!(digits("+1 (650) 555-1234").unwrap(), "16505551234");
        for wrong in ["", "1234567", "1234567890123456", "+1650555abcd"] {
            assert!(digits(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn user_ids_are_recognised() {
        assert!(is_user_id("US.13491208655302741918") && is_user_id("DE.ENT.abc123"));
        assert!(!is_user_id("us.1") && !is_user_id("US.") && !is_user_id("16505551234"));
    }
}
