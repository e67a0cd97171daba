//! Reading JSON of which little is certain.

use jiff::Timestamp;
use serde_json::Value;
use switchboard_model::conversation::Customer;
use switchboard_model::message::Failure;

use crate::NO_CODE;

/// Above this a time is in milliseconds: as seconds it would lie after the year 5000.
const LATEST_SECONDS: i64 = 100_000_000_000;

/// A string that is not empty, or a number as text: Meta writes some ids both ways.
pub fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The [`text`] at a path of field names.
pub fn text_at(value: &Value, path: &[&str]) -> Option<String> {
    text(at(value, path))
}

/// What lies at a path of field names; null where there is nothing.
pub fn at<'a>(value: &'a Value, path: &[&str]) -> &'a Value {
    path.iter().fold(value, |value, name| &value[*name])
}

/// An integer, written as a number or as a string.
pub fn integer(value: &Value) -> Option<i64> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a fraction of a second does not matter, and the cast saturates"
    )]
    let from_float = |number: f64| number as i64;
    match value {
        Value::Number(number) => number.as_i64().or_else(|| number.as_f64().map(from_float)),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A time in Unix seconds, written as a number or as a string.
pub fn time(value: &Value) -> Option<Timestamp> {
    let number = integer(value)?;
    if number.saturating_abs() > LATEST_SECONDS {
        Timestamp::from_millisecond(number).ok()
    } else {
        Timestamp::from_second(number).ok()
    }
}

/// A customer's number or business-scoped id. WhatsApp writes numbers without `+`; where one comes with it,
/// it names the same customer.
pub fn customer(value: &Value) -> Option<Customer> {
    let id = text(value)?;
    Customer::from_whatsapp(id.strip_prefix('+').unwrap_or(&id))
}

/// The first of the errors that Meta attaches to a status or a message.
pub fn first_failure(item: &Value) -> Option<Failure> {
    item["errors"].as_array()?.iter().find(|error| error.is_object()).map(failure)
}

/// One error of a webhook: older ones have a code and a title only.
pub fn failure(error: &Value) -> Failure {
    let title = text(&error["title"]).or_else(|| text(&error["message"]));
    let title = title.unwrap_or_else(|| "Unknown error".to_owned());
    let details = text_at(error, &["error_data", "details"])
        .or_else(|| text(&error["error_data"]))
        .or_else(|| text(&error["details"]))
        .or_else(|| text(&error["message"]))
        .filter(|details| *details != title);
    Failure { code: integer(&error["code"]).unwrap_or(NO_CODE), title, details }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_time_may_be_a_number_or_a_string_in_seconds_or_milliseconds() {
        let expected = Timestamp::from_second(1_750_000_000).unwrap();
        for value in
            [json!(1_750_000_000), json!("1750000000"), json!(1_750_000_000.0), json!("1750000000000")]
        {
            assert_eq!(time(&value), Some(expected), "{value}");
        }
        for value in [
            json!(null),
            json!("soon"),
            json!([]),
            json!(i64::MIN),
            json!(i64::MAX),
            json!(1e300),
            json!(-1e300),
        ] {
            assert_eq!(time(&value), None, "{value}");
        }
    }

    #[test]
    fn an_error_has_details_in_any_of_three_places() {
        for error in [
            json!({"code": 131_026, "title": "T", "message": "T", "error_data": {"details": "why"}}),
            json!({"code": "131026", "title": "T", "error_data": "why"}),
            json!({"code": 131_026, "title": "T", "message": "why"}),
        ] {
            let expected = Failure { code: 131_026, title: "T".to_owned(), details: Some("why".to_owned()) };
            assert_eq!(failure(&error), expected, "{error}");
        }
        assert_eq!(failure(&json!({"code": 470, "title": "T"})).details, None);
        assert_eq!(failure(&json!({})).code, NO_CODE);
    }
}
