//! What customers write.

use serde_json::{Value, json};
use switchboard_model::Timestamp;
use switchboard_model::conversation::Customer;

use super::super::{Event, Kind};
use super::{message, metadata, only, post, split};

fn of_type(kind: &str, content: &Value) -> Value {
    json!({"from": "16505551234", "id": "wamid.A", "timestamp": "1750000000", "type": kind, kind: content})
}

#[test]
fn every_type_is_read() {
    let flow =
        json!({"type": "nfm_reply", "nfm_reply": {"name": "flow", "body": "Sent", "response_json": "{}"}});
    let button = json!({"type": "button_reply", "button_reply": {"id": "1", "title": "Yes"}});
    let list =
        json!({"type": "list_reply", "list_reply": {"id": "1", "title": "Monday", "description": "d"}});
    let call = json!({"type": "call_permission_reply", "call_permission_reply": {"response": "accept"}});
    let media = json!({"id": "1", "mime_type": "image/jpeg", "sha256": "x"});
    let captioned = json!({"id": "1", "mime_type": "image/jpeg", "sha256": "x", "caption": "Look"});
    let people =
        json!([{"name": {"formatted_name": "Ada"}}, {"name": {}}, {"name": {"formatted_name": "Bob"}}]);
    let edit = json!({"original_message_id": "w", "message": {"type": "text", "text": {"body": "New"}}});
    for (kind, content, text) in [
        ("text", json!({"body": "Hello"}), Some("Hello")),
        ("image", captioned.clone(), Some("Look")),
        ("image", media.clone(), None),
        ("video", captioned.clone(), Some("Look")),
        ("audio", json!({"id": "1", "mime_type": "audio/ogg; codecs=opus", "voice": true}), None),
        ("voice", media.clone(), None),
        ("document", captioned, Some("Look")),
        ("sticker", media, None),
        (
            "location",
            json!({"latitude": 1.5, "longitude": 2, "name": "Home", "address": "Street 1"}),
            Some("Home"),
        ),
        ("location", json!({"latitude": 1.5, "longitude": 2}), None),
        ("contacts", people, Some("Ada, Bob")),
        ("interactive", button, Some("Yes")),
        ("interactive", list, Some("Monday")),
        ("interactive", flow, Some("Sent")),
        ("interactive", call, Some("accept")),
        ("button", json!({"payload": "stop", "text": "Stop promotions"}), Some("Stop promotions")),
        ("button", json!({"payload": "stop"}), Some("stop")),
        ("reaction", json!({"message_id": "wamid.B", "emoji": "👍"}), Some("👍")),
        ("reaction", json!({"message_id": "wamid.B"}), None),
        ("reaction", json!({"message_id": "wamid.B", "emoji": ""}), None),
        (
            "order",
            json!({"catalog_id": "1", "text": "Please", "product_items": [{"quantity": "2"}]}),
            Some("Please"),
        ),
        ("system", json!({"type": "user_changed_number", "body": "Changed", "wa_id": "2"}), Some("Changed")),
        ("edit", edit, Some("New")),
        ("revoke", json!({"original_message_id": "w"}), None),
        ("unsupported", json!({"type": "poll"}), None),
        ("request_welcome", json!(null), None),
        ("ephemeral", json!(null), None),
        ("hologram", json!({"body": "From the future"}), Some("From the future")),
        ("hologram", json!(7), None),
    ] {
        let item = of_type(kind, &content);
        let read = message(&item, &json!([]));
        assert_eq!((read.kind.as_str(), read.text.as_deref()), (kind, text), "{item}");
        assert_eq!(read.raw, item);
        assert_eq!(read.customer, Customer::from_whatsapp("16505551234"));
        assert_eq!(read.at.map(Timestamp::as_second), Some(1_750_000_000));
    }
}

#[test]
fn a_message_may_lack_almost_everything() {
    let read = message(&json!({"id": "wamid.A"}), &json!(null));
    assert_eq!((read.kind.as_str(), read.text, read.customer, read.at), ("unknown", None, None, None));
    let errors = json!([{"code": 131_051, "title": "Unsupported message type"}]);
    for kind in ["unsupported", "interactive", "system"] {
        let read = message(&json!({"id": "w", "from": "1", "type": kind, "errors": errors}), &json!([]));
        assert_eq!(read.failure.map(|failure| failure.code), Some(131_051));
    }
}

#[test]
fn a_customer_without_a_number_is_known_by_the_business_scoped_id() {
    let id = "US.13491208655302741918";
    let contacts = json!([{"profile": {"name": "Ada", "username": "ada"}, "user_id": id}]);
    let named = json!({"id": "w", "from_user_id": id, "type": "text", "text": {"body": "Hi"}});
    let in_from = json!({"id": "w", "from": id, "type": "text", "text": {"body": "Hi"}});
    let in_contact = json!({"id": "w", "type": "text", "text": {"body": "Hi"}});
    for item in [named, in_from, in_contact] {
        let read = message(&item, &contacts);
        assert_eq!((read.customer.clone(), read.user_id), (Customer::from_whatsapp(id), read.customer));
        assert_eq!((read.profile_name.as_deref(), read.username.as_deref()), (Some("Ada"), Some("ada")));
    }
    let both = message(&json!({"id": "w", "from": "1650", "from_user_id": id}), &json!([]));
    assert_eq!((both.customer, both.user_id), (Customer::from_whatsapp("1650"), Customer::from_whatsapp(id)));
}

#[test]
fn a_message_gets_the_profile_of_its_sender_and_no_other() {
    let contacts = json!([{"wa_id": "1"}, {"wa_id": 2, "profile": {"name": "Bob"}}, "odd", {"profile": {"name": "Nobody"}}]);
    let messages = json!([{"id": "a", "from": "1"}, {"id": "b", "from": "2"}, {"id": "c", "from": "3"}]);
    let updates = split(&post("messages", &json!({"contacts": contacts, "messages": messages})));
    let names = updates.iter().map(|update| match update.read() {
        Event::Message(message) => message.profile_name,
        other => panic!("{other:?}"),
    });
    assert_eq!(names.collect::<Vec<_>>(), [None, Some("Bob".to_owned()), None]);
}

#[test]
fn a_number_that_whatsapp_spells_differently_keeps_its_profile() {
    let contacts = json!([{"wa_id": "5511987654321", "profile": {"name": "Ana"}}]);
    let read = message(&json!({"id": "w", "from": "551187654321"}), &contacts);
    assert_eq!(read.profile_name.as_deref(), Some("Ana"));
    let two = json!([{"id": "a", "from": "551187654321"}, {"id": "b", "from": "1"}]);
    let updates = split(&post("messages", &json!({"contacts": contacts, "messages": two})));
    assert!(updates.iter().all(|update| update.contact.is_none()));
}

#[test]
fn context_may_be_only_a_mark_of_forwarding() {
    let forwarded = message(&json!({"id": "w", "context": {"forwarded": true}}), &json!([]));
    assert_eq!(forwarded.reply_to, None);
    let reply =
        message(&json!({"id": "w", "context": {"from": "1", "id": "wamid.B"}, "group_id": 5}), &json!([]));
    assert_eq!((reply.reply_to.as_deref(), reply.group_id.as_deref()), (Some("wamid.B"), Some("5")));
}

#[test]
fn a_text_that_was_cut_in_half_an_emoji_is_kept() {
    let body = r#"{"entry":[{"changes":[{"field":"messages","value":{"messages":[{"id":"w","type":"text","text":{"body":"cut \ud83d"}}]}}]}]}"#;
    let updates = super::super::split(body.as_bytes()).unwrap();
    let Event::Message(message) = updates[0].read() else { panic!("no message") };
    assert_eq!(message.text.as_deref(), Some("cut \u{fffd}"));
}

#[test]
fn an_error_beside_messages_is_read() {
    let update = only(
        "messages",
        &json!({"metadata": metadata(), "errors": [{"code": 130_429, "title": "Rate limit hit"}]}),
    );
    assert_eq!(update.kind, Kind::AccountError);
    assert!(matches!(update.read(), Event::AccountError(failure) if failure.code == 130_429));
}

#[test]
fn a_message_does_not_print() {
    let read = message(&of_type("text", &json!({"body": "secret plans"})), &json!([]));
    let update = only("messages", &json!({"messages": [of_type("text", &json!({"body": "secret plans"}))]}));
    let printed = format!("{read:?} {update:?}");
    assert!(!printed.contains("secret") && !printed.contains("1650555"), "{printed}");
}
