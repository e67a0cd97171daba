//! Cutting POSTs.

use serde_json::json;

use super::super::{Event, Kind, Origin, Update, split as split_bytes};
use super::{metadata, only, post, split};

fn kinds(updates: &[Update]) -> Vec<Kind> {
    updates.iter().map(|update| update.kind).collect()
}

#[test]
fn every_item_of_every_change_of_every_entry_is_an_update() {
    use Kind::{AccountError, Event, Message, Status};

    let value = json!({"messaging_product": "whatsapp", "metadata": metadata(), "contacts": [],
        "messages": [{"id": "a"}, {"id": "b"}], "statuses": [{"id": "c", "status": "sent"}], "errors": [{"code": 1}]});
    let change = json!({"field": "messages", "value": value});
    let entry =
        json!({"id": "77", "changes": [change, {"field": "account_update", "value": {"event": "X"}}]});
    let updates = split(&json!({"object": "whatsapp_business_account", "entry": [entry, entry]}));
    assert_eq!(kinds(&updates), [Status, Message, Message, AccountError, Event].repeat(2));
    assert!(updates.iter().all(|update| update.origin.business_id == "77".parse().ok()));
    assert_eq!(updates[1].origin.phone_number_id, "106540352242922".parse().ok());
    assert_eq!(updates[1].origin.phone_number, "+15550783881".parse().ok());
    assert_eq!(updates[2].raw.text(), r#"{"id":"b"}"#);
}

#[test]
fn one_odd_item_does_not_lose_the_others() {
    use Kind::{Event, Message, Other};

    let value = json!({"metadata": [], "contacts": "none", "messages": [null, {"id": "a"}, 7, [], {}],
        "statuses": {"not": "a list"}, "novelties": [{"id": "n"}]});
    let odd_change = json!({"field": "messages", "value": "nothing"});
    let body = json!({"entry": [
        "odd", {"id": "77"}, {"id": "78", "changes": "odd"},
        {"id": [], "changes": [odd_change, null, {"value": {}}, {"field": 1, "value": {}}, {"field": "messages", "value": value}]},
    ]});
    let updates = split(&body);
    assert_eq!(
        kinds(&updates),
        [
            Other, Other, Other, Other, Other, Other, Event, Other, Other, Message, Other, Other, Message,
            Other
        ]
    );
    assert_eq!(updates[1].origin.business_id, "77".parse().ok());
    assert_eq!(updates[13].raw.text(), r#"[{"id":"n"}]"#);
    assert_eq!(updates[12].read(), super::Event::Other, "a message without an id can only be stored");
}

#[test]
fn a_body_that_is_no_envelope_is_kept_whole() {
    for body in [
        "[]",
        "\"x\"",
        "1",
        "null",
        "{}",
        r#"{"entry":{}}"#,
        r#"{"entry":null}"#,
        r#"{"entry":1,"field":"x"}"#,
    ] {
        let updates = split_bytes(body.as_bytes()).unwrap();
        assert_eq!(kinds(&updates), [Kind::Other], "{body}");
        assert_eq!(updates[0].raw.text(), body);
    }
    assert!(split(&json!({"object": "whatsapp_business_account", "entry": []})).is_empty());
}

#[test]
fn what_is_not_json_is_an_error() {
    for body in [&b""[..], b"{", b"{}{}", b"hello", b"{\"entry\":[]", b"\"\xff\""] {
        assert!(split_bytes(body).is_err(), "{body:?}");
    }
}

#[test]
fn the_sample_of_the_dashboard_is_read() {
    let value = json!({"messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "16505551111", "phone_number_id": "123456123"},
        "contacts": [{"profile": {"name": "test user name"}, "wa_id": "16315551181"}],
        "messages": [{"from": "16315551181", "id": "ABGGFlA5Fpa", "timestamp": "1504902988", "type": "text",
            "text": {"body": "this is a text message"}}]});
    let body = json!({"object": "whatsapp_business_account",
        "entry": [{"id": "0", "changes": [{"field": "messages", "value": value}]}]});
    let bare = json!({"field": "messages", "value": value});
    for (body, business_id) in [(body, "0".parse().ok()), (bare, None)] {
        let updates = split(&body);
        assert_eq!(updates.len(), 1);
        let Event::Message(message) = updates[0].read() else { panic!("no message") };
        assert_eq!(message.wa_message_id, "ABGGFlA5Fpa");
        assert_eq!(message.profile_name.as_deref(), Some("test user name"));
        assert_eq!(updates[0].origin.business_id, business_id);
    }
}

#[test]
fn an_unknown_field_is_one_event_with_its_whole_value() {
    let value = json!({"metadata": metadata(), "messages": [{"id": "a"}, {"id": "b"}]});
    let update = only("smb_message_echoes", &value);
    assert_eq!((update.kind, update.origin.field.as_deref()), (Kind::Event, Some("smb_message_echoes")));
    assert_eq!(update.raw.value().unwrap(), value);
    assert_eq!(update.read(), Event::Other);
    assert_eq!(kinds(&split(&post("messages", &json!({"metadata": metadata()})))), [Kind::Event]);
}

#[test]
fn the_time_of_an_entry_is_there_or_not() {
    let entry =
        |time| json!({"entry": [{"id": 77, "time": time, "changes": [{"field": "flows", "value": {}}]}]});
    for (time, expected) in
        [(json!(1_739_321_024), Some(1_739_321_024)), (json!("5"), Some(5)), (json!(null), None)]
    {
        let origin = &split(&entry(time))[0].origin;
        assert_eq!((origin.entry_time, &origin.business_id), (expected, &"77".parse().ok()));
    }
}

#[test]
fn a_batch_of_the_greatest_size_is_cut() {
    let padding = "x".repeat(2_900);
    let statuses: Vec<_> =
        (0..1_000).map(|index| json!({"id": index, "status": "sent", "padding": padding})).collect();
    let updates = split(&post("messages", &json!({"metadata": metadata(), "statuses": statuses})));
    assert_eq!(updates.len(), 1_000);
    assert!(updates.iter().all(|update| serde_json::to_string(update).unwrap().len() < 4_096));
}

#[test]
fn depth_harms_only_the_item_that_has_it() {
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    let items = format!(r#"{{"id":"a","x":{deep}}},{{"id":"b"}}"#);
    let body =
        format!(r#"{{"entry":[{{"changes":[{{"field":"messages","value":{{"messages":[{items}]}}}}]}}]}}"#);
    let updates = split_bytes(body.as_bytes()).unwrap();
    assert_eq!(kinds(&updates), [Kind::Message, Kind::Message]);
    assert_eq!(updates[0].read(), Event::Other);
    assert!(matches!(updates[1].read(), Event::Message(_)));
}

#[test]
fn an_update_survives_the_queue() {
    let contacts = json!([{"wa_id": "1", "profile": {"name": "Ä \u{1f600}"}}]);
    let update = only(
        "messages",
        &json!({"metadata": metadata(), "contacts": contacts, "messages": [{"id": "a", "from": "1"}]}),
    );
    let carried: Update = serde_json::from_str(&serde_json::to_string(&update).unwrap()).unwrap();
    assert_eq!(carried, update);
    let least: Update = serde_json::from_str(r#"{"kind":"other","raw":1}"#).unwrap();
    assert_eq!(least.origin, Origin::default());
}

#[test]
fn a_repetition_has_the_identity_of_the_first() {
    let item = |id: &str, status: &str| json!({"id": id, "status": status, "timestamp": "1"});
    let value = |items: serde_json::Value| json!({"metadata": metadata(), "statuses": items});
    let batch =
        split(&post("messages", &value(json!([item("a", "sent"), item("a", "read"), item("b", "sent")]))));
    let again = only("messages", &value(json!([item("a", "read")])));
    let identities: Vec<String> = batch.iter().map(Update::identity).collect();
    assert_eq!(identities[1], again.identity());
    assert!(identities[0] != identities[1] && identities[0] != identities[2]);
    let long = only("messages", &value(json!([item(&"x".repeat(5_000), "sent")])));
    assert!(long.identity().starts_with("other:") && long.identity().len() < 100);
}
