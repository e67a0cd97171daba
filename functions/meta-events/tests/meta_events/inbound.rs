//! Messages of customers.

use std::fmt::Write;

use futures::future::join_all;
use insta::assert_snapshot;
use serde_json::{Value, json};
use switchboard_model::Timestamp;
use switchboard_model::message::{Content, Direction, Message, Status};
use switchboard_service::meta_events::Handled;

use crate::stage::{ACCOUNT, NOW, Stage, message, update_of, updates};

fn raw(message: &Message) -> &Value {
    match &message.content {
        Content::Received { raw, .. } => raw,
        _ => panic!("this was not received"),
    }
}

fn text(message: &Message) -> Option<&str> {
    match &message.content {
        Content::Received { text, .. } => text.as_deref(),
        _ => panic!("this was not received"),
    }
}

/// One message of every type that Meta documents, and some that it does not.
fn every_type() -> Vec<Value> {
    let media = json!({"id": "1234", "mime_type": "image/jpeg", "sha256": "c2hh", "caption": "Look"});
    let context = json!({"from": "15550783881", "id": "wamid.before"});
    let contact =
        json!({"name": {"formatted_name": "Grace Hopper"}, "phones": [{"phone": "+1 650", "type": "HOME"}]});
    let order = json!({"catalog_id": "1", "text": "Two please", "product_items": [
        {"product_retailer_id": "a", "quantity": "2", "item_price": 9.5, "currency": "EUR"}]});
    let refused = json!([{"code": 131_051, "title": "Message type unknown", "error_data": {"details": "not supported"}}]);
    vec![
        json!({"type": "text", "text": {"body": "Good morning 😀"}}),
        json!({"type": "image", "image": media}),
        json!({"type": "video", "video": media}),
        json!({"type": "audio", "audio": {"id": "1", "mime_type": "audio/ogg; codecs=opus", "sha256": "c2hh", "voice": true}}),
        json!({"type": "voice", "voice": {"id": "1"}}),
        json!({"type": "document", "document": {"id": "1", "filename": "bill.pdf", "caption": "The bill"}}),
        json!({"type": "sticker", "sticker": {"id": "1", "animated": false}}),
        json!({"type": "location", "location": {"latitude": 52.52, "longitude": 13.4, "name": "Berlin"}}),
        json!({"type": "contacts", "contacts": [contact]}),
        json!({"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"id": "yes", "title": "Yes"}}}),
        json!({"type": "interactive", "interactive": {"type": "list_reply", "list_reply": {"id": "1", "title": "Monday"}}}),
        json!({"type": "interactive", "interactive": {"type": "nfm_reply",
            "nfm_reply": {"name": "flow", "body": "Sent", "response_json": "{\"a\":1}"}}}),
        json!({"type": "interactive", "errors": refused}),
        json!({"type": "button", "button": {"payload": "STOP", "text": "Stop promotions"}, "context": context}),
        json!({"type": "reaction", "reaction": {"message_id": "wamid.before", "emoji": "👍"}}),
        json!({"type": "reaction", "reaction": {"message_id": "wamid.before"}}),
        json!({"type": "order", "order": order}),
        json!({"type": "system", "system": {"type": "user_changed_number", "body": "Ada changed", "wa_id": "16505550000"}}),
        json!({"type": "system", "system": {"type": "customer_identity_changed", "body": "New code"},
            "identity": {"acknowledged": true, "created_timestamp": 1, "hash": "h"}}),
        json!({"type": "unsupported", "errors": refused, "unsupported": {"type": "poll"}}),
        json!({"type": "unknown", "errors": refused}),
        json!({"type": "edit", "edit": {"original_message_id": "wamid.before",
            "message": {"type": "text", "text": {"body": "Good evening"}}}}),
        json!({"type": "revoke", "revoke": {"original_message_id": "wamid.before"}}),
        json!({"type": "request_welcome"}),
        json!({"type": "hologram", "hologram": {"beams": [1, 2, {"colour": "blue"}]}}),
        json!({"context": {"forwarded": true}, "referral": {"source_type": "ad"}}),
    ]
}

#[tokio::test]
async fn every_type_is_stored_once_with_its_raw_form() {
    let stage = Stage::new().await;
    let items: Vec<_> = every_type()
        .into_iter()
        .enumerate()
        .map(|(at, rest)| message(&format!("wamid.{at}"), rest))
        .collect();

    let mut table = String::new();
    for (at, item) in items.iter().enumerate() {
        let handled = [stage.receive(item).await, stage.receive(item).await, stage.receive(item).await];
        let stored = stage.message_by_wa_id(&format!("wamid.{at}")).await.unwrap();
        assert_eq!(handled, [Handled::Stored, Handled::StoredBefore, Handled::StoredBefore]);
        assert_eq!(raw(&stored), item);
        writeln!(table, "{}: {}", stored.content.kind(), text(&stored).unwrap_or("-")).unwrap();
    }

    assert_eq!(stage.messages_in_conversation().await, items.len());
    assert_snapshot!(table, @"
    text: Good morning 😀
    image: Look
    video: Look
    audio: -
    voice: -
    document: The bill
    sticker: -
    location: Berlin
    contacts: Grace Hopper
    interactive: Yes
    interactive: Monday
    interactive: Sent
    interactive: -
    button: Stop promotions
    reaction: 👍
    reaction: -
    order: Two please
    system: Ada changed
    system: New code
    unsupported: -
    unknown: -
    edit: Good evening
    revoke: -
    request_welcome: -
    hologram: -
    unknown: -
    ");
}

#[tokio::test]
async fn a_message_is_in_the_conversation_of_its_number_and_sender() {
    let stage = Stage::new().await;

    stage.receive(&message("wamid.A", json!({"type": "text", "text": {"body": "hi"}}))).await;

    let stored = stage.message_by_wa_id("wamid.A").await.unwrap();
    assert_eq!(stored.workspace_id, stage.business.workspace.id);
    assert_eq!(stored.conversation.phone_number_id, stage.business.number.id);
    assert_eq!(stored.direction, Direction::Inbound);
    assert_eq!(
        (stored.from_number(), stored.to_number()),
        ("+16505551234".to_owned(), "+1234567890".to_owned())
    );
    assert_eq!(stored.progress.status, Status::Received);
    assert_eq!(stored.created_at, Timestamp::from_second(1_767_225_000).unwrap());
}

#[tokio::test]
async fn it_is_found_by_its_own_id_too() {
    let stage = Stage::new().await;
    stage.receive(&message("wamid.A", json!({"type": "text", "text": {"body": "hi"}}))).await;
    let stored = stage.message_by_wa_id("wamid.A").await.unwrap();

    let pointer = stage.store().message_pointer(stored.id).await.unwrap().unwrap();

    assert_eq!((pointer.key.id, pointer.workspace_id), (stored.id, stored.workspace_id));
}

#[tokio::test]
async fn three_deliveries_at_once_store_it_once() {
    let stage = Stage::new().await;
    for at in 0..10 {
        let item = message(&format!("wamid.{at}"), json!({"type": "text", "text": {"body": "hi"}}));

        let handled = join_all((0..3).map(|_| stage.receive(&item))).await;

        let stored = handled.iter().filter(|handled| **handled == Handled::Stored).count();
        assert_eq!(stored, 1, "{handled:?}");
    }
    assert_eq!(stage.messages_in_conversation().await, 10);
}

#[tokio::test]
async fn a_customer_without_a_number_is_known_by_the_business_scoped_id() {
    let stage = Stage::new().await;
    let item = json!({"from_user_id": "US.13491208655302741918", "id": "wamid.A", "timestamp": "1767225000",
        "type": "text", "text": {"body": "hi"}});

    stage.receive(&item).await;

    let stored = stage.message_by_wa_id("wamid.A").await.unwrap();
    assert_eq!(stored.conversation.customer.as_str(), "US.13491208655302741918");
    assert_eq!(stored.from_number(), "US.13491208655302741918");
}

#[tokio::test]
async fn a_message_without_a_time_came_when_we_got_it() {
    let stage = Stage::new().await;
    for (id, timestamp) in [("wamid.A", json!(null)), ("wamid.B", json!("soon"))] {
        let mut item = message(id, json!({"type": "text", "text": {"body": "hi"}}));
        item["timestamp"] = timestamp;

        stage.receive(&item).await;

        let stored = stage.message_by_wa_id(id).await.unwrap();
        assert_eq!(stored.created_at, Timestamp::from_second(NOW).unwrap());
    }
}

#[tokio::test]
async fn a_message_that_does_not_say_who_wrote_it_is_kept_as_an_event() {
    let stage = Stage::new().await;
    let item = json!({"id": "wamid.A", "type": "text", "text": {"body": "hi"}});

    let handled = [stage.receive(&item).await, stage.receive(&item).await];

    assert_eq!(handled, [Handled::Stored, Handled::StoredBefore]);
    assert_eq!(stage.kept(ACCOUNT).await, [("messages".to_owned(), item.to_string())]);
}

#[tokio::test]
async fn a_message_to_an_unknown_number_is_acknowledged() {
    let stage = Stage::new().await;
    let mut number = stage.business.number.clone();
    number.meta_id = "999".parse().unwrap();
    let item = message("wamid.A", json!({"type": "text", "text": {"body": "hi"}}));

    let handled = stage.handle(&update_of(&number, "messages", &item)).await;

    assert_eq!(handled, Handled::UnknownNumber);
    assert_eq!(stage.message_by_wa_id("wamid.A").await, None);
}

#[tokio::test]
async fn the_test_event_of_the_dashboard_is_acknowledged() {
    let stage = Stage::new().await;
    let update = updates(&json!([{"id": "0", "changes": [{"field": "messages", "value": {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "16505551111", "phone_number_id": "123456123"},
        "contacts": [{"profile": {"name": "test user name"}, "wa_id": "16315551181"}],
        "messages": [{"from": "16315551181", "id": "ABGGFlA5Fpa", "timestamp": "1504902988", "type": "text",
            "text": {"body": "this is a text message"}}],
    }}]}]))
    .remove(0);

    assert_eq!(stage.handle(&update).await, Handled::UnknownNumber);
}

#[tokio::test]
async fn what_a_store_would_not_take_apart_is_kept_all_the_same() {
    let stage = Stage::new().await;
    let mut deep = json!("bottom");
    for _ in 0..100 {
        deep = json!({"": deep});
    }
    let item = message(
        "wamid.A",
        json!({"type": "odd", "odd": {"deep": deep, "numbers": [1e300, 1e-300, u64::MAX]}}),
    );

    let handled = stage.receive(&item).await;

    let stored = stage.message_by_wa_id("wamid.A").await.unwrap();
    assert_eq!(handled, Handled::Stored);
    assert_eq!(raw(&stored), &item);
}

#[tokio::test]
async fn a_message_that_no_item_can_hold_loses_the_ends_of_its_longest_strings() {
    let stage = Stage::new().await;
    let card = json!({"name": {"formatted_name": "Grace Hopper"}, "vcard": "x".repeat(2_500_000)});
    let item = message("wamid.A", json!({"type": "contacts", "contacts": [card]}));

    let handled = stage.receive(&item).await;

    let stored = stage.message_by_wa_id("wamid.A").await.unwrap();
    let card = &raw(&stored)["contacts"][0];
    assert_eq!((handled, text(&stored)), (Handled::Stored, Some("Grace Hopper")));
    assert_eq!(card["name"]["formatted_name"], "Grace Hopper");
    assert!(card["vcard"].as_str().unwrap().ends_with("x…"));
}

#[tokio::test]
async fn a_wamid_of_any_length_and_form_is_one_message() {
    let stage = Stage::new().await;
    for id in ["wamid.#1".to_owned(), "ä".repeat(2_000), "w".repeat(3_000)] {
        let item = message(&id, json!({"type": "text", "text": {"body": "hi"}}));
        let handled = [stage.receive(&item).await, stage.receive(&item).await];
        assert_eq!(handled, [Handled::Stored, Handled::StoredBefore]);
    }
}

#[tokio::test]
async fn a_message_to_a_group_is_kept_as_an_event_and_opens_no_window() {
    let stage = Stage::new().await;
    let item =
        message("wamid.A", json!({"type": "text", "text": {"body": "STOP"}, "group_id": "Y2FwaV9ncm91cA=="}));

    let handled = [stage.receive(&item).await, stage.receive(&item).await];

    assert_eq!(handled, [Handled::Stored, Handled::StoredBefore]);
    assert_eq!(stage.kept(ACCOUNT).await, [("messages".to_owned(), item.to_string())]);
    assert_eq!((stage.message_by_wa_id("wamid.A").await, stage.messages_in_conversation().await), (None, 0));
}
