//! What Meta has been seen to send, and what it might.

mod account;
mod message;
mod property;
mod split;
mod status;
mod template;

use serde_json::{Value, json};

use super::{Event, InboundMessage, Status, Update};

/// A POST with one change.
fn post(field: &str, value: &Value) -> Value {
    json!({"object": "whatsapp_business_account", "entry": [{"id": "77", "changes": [{"field": field, "value": value}]}]})
}

fn split(body: &Value) -> Vec<Update> {
    super::split(body.to_string().as_bytes()).unwrap()
}

/// The only update of a POST with one change.
fn only(field: &str, value: &Value) -> Update {
    let mut updates = split(&post(field, value));
    assert_eq!(updates.len(), 1);
    updates.remove(0)
}

fn metadata() -> Value {
    json!({"display_phone_number": "15550783881", "phone_number_id": "106540352242922"})
}

/// Reads one message with its contacts.
fn message(item: &Value, contacts: &Value) -> InboundMessage {
    let value = json!({"metadata": metadata(), "contacts": contacts, "messages": [item]});
    match only("messages", &value).read() {
        Event::Message(message) => *message,
        other => panic!("not a message: {other:?}"),
    }
}

fn status(item: &Value) -> Status {
    match only("messages", &json!({"metadata": metadata(), "statuses": [item]})).read() {
        Event::Status(status) => *status,
        other => panic!("not a status: {other:?}"),
    }
}
