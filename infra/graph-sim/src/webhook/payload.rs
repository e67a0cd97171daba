//! Payloads of the `messages` field.

use serde_json::{Map, Value, json};

use crate::clock;
use crate::codes;
use crate::numbers::Number;
use crate::state::Accepted;

/// A payload with one change.
pub fn envelope(waba_id: &str, field: &str, value: &Value) -> Value {
    json!({
        "object": "whatsapp_business_account",
        "entry": [{"id": waba_id, "changes": [{"value": value, "field": field}]}],
    })
}

/// The common part of a `messages` value.
pub fn value_of(number: &Number) -> Value {
    json!({
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": number.digits(),
            "phone_number_id": number.id,
        },
    })
}

/// A status of an accepted message; `code` is the reason if it failed.
pub fn status(message: &Accepted, status: &str, code: Option<u32>, priced: bool) -> Value {
    let mut fields = Map::new();
    fields.insert("id".into(), message.wamid.as_str().into());
    fields.insert("status".into(), status.into());
    fields.insert("timestamp".into(), clock::now_seconds().to_string().into());
    let recipient = if message.to_user_id() { "recipient_user_id" } else { "recipient_id" };
    fields.insert(recipient.into(), message.wa_id.as_str().into());
    if message.payload["recipient_type"] == "group" {
        fields.insert("recipient_type".into(), "group".into());
    }
    if let Some(data) = &message.callback_data {
        fields.insert("biz_opaque_callback_data".into(), data.as_str().into());
    }
    if priced {
        fields.insert("pricing".into(), pricing(&message.category));
    }
    if let Some(code) = code {
        fields.insert("errors".into(), json!([error(code)]));
    }
    Value::Object(fields)
}

/// The `contacts` entry of somebody.
pub fn contact(wa_id: &str, profile_name: &str) -> Value {
    let key = if wa_id.contains('.') { "user_id" } else { "wa_id" };
    json!({"profile": {"name": profile_name}, key: wa_id})
}

fn pricing(category: &str) -> Value {
    let free = category == "service";
    json!({
        "billable": !free,
        "pricing_model": "PMP",
        "type": if free { "free_customer_service" } else { "regular" },
        "category": category,
    })
}

fn error(code: u32) -> Value {
    let title = codes::lookup(code).map_or("Something went wrong", |row| row.title);
    json!({
        "code": code,
        "title": title,
        "message": title,
        "error_data": {"details": format!("{title} (brought on by the recipient's number)")},
        "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
    })
}
