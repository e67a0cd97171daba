//! Webhooks: form, retries, inbound messages, holds.

use serde_json::{Value, json};

use crate::support::{self, NUMBER, WABA, World, text};

#[tokio::test]
async fn statuses_carry_what_a_receiver_needs() {
    let world = World::new().await;
    let sent: Value = world.send(&text("+1 650 555 0100", "ours:1")).await.unwrap().json().await.unwrap();
    world.inbox.until("three statuses", |inbox| inbox.statuses("ours:1").len() == 3).await;
    let payload = &world.inbox.payloads()[0];
    assert_eq!(payload["object"], "whatsapp_business_account");
    assert_eq!(payload["entry"][0]["id"], WABA);
    let value = &payload["entry"][0]["changes"][0]["value"];
    assert_eq!(value["metadata"]["phone_number_id"], NUMBER);
    assert_eq!(value["contacts"][0]["wa_id"], "16505550100");
    let status = &value["statuses"][0];
    assert_eq!(status["id"], sent["messages"][0]["id"]);
    assert_eq!(status["recipient_id"], "16505550100");
    assert!(status["timestamp"].as_str().unwrap().parse::<u64>().unwrap() > 1_700_000_000);
    assert_eq!(status["pricing"]["category"], "service");
    let priced = world.inbox.values("messages");
    let priced: Vec<bool> = priced.iter().map(|value| value["statuses"][0]["pricing"].is_object()).collect();
    assert_eq!(priced, [true, true, false]);
}

#[tokio::test]
async fn user_ids_are_recipients_too() {
    let world = World::new().await;
    let mut message = text("", "bsuid");
    message.as_object_mut().unwrap().remove("to");
    message["recipient"] = "US.13491208655302741918".into();
    let sent: Value = world.send(&message).await.unwrap().json().await.unwrap();
    assert_eq!(sent["contacts"][0]["user_id"], "US.13491208655302741918");
    assert!(sent["contacts"][0]["wa_id"].is_null());
    world.inbox.until("a status", |inbox| !inbox.statuses("bsuid").is_empty()).await;
    let status = &world.inbox.values("messages")[0]["statuses"][0];
    assert_eq!(status["recipient_user_id"], "US.13491208655302741918");
    assert!(status["recipient_id"].is_null());
}

#[tokio::test]
async fn groups_are_recipients_too() {
    let world = World::new().await;
    let mut message = text("Y2FwaV9ncm91cA==", "group");
    message["recipient_type"] = "group".into();
    assert_eq!(world.send(&message).await.unwrap().status(), 200);
    world.inbox.until("a status", |inbox| !inbox.statuses("group").is_empty()).await;
    assert_eq!(world.inbox.values("messages")[0]["statuses"][0]["recipient_type"], "group");
}

#[tokio::test]
async fn nothing_is_sent_after_a_reset_or_without_an_address() {
    let world = World::new().await;
    let delays = json!({"sent": 50, "delivered": 50, "read": 50});
    world.control("/_sim/config", json!({ "delays": delays })).await;
    world.send(&text("+16505550100", "forgotten")).await.unwrap();
    world.control("/_sim/reset", json!({})).await;
    world.send(&text("+16505550100", "kept")).await.unwrap();
    world.inbox.until("the later statuses", |inbox| inbox.statuses("kept").len() == 3).await;
    assert!(world.inbox.statuses("forgotten").is_empty());
    world.control("/_sim/config", json!({"webhook_url": ""})).await;
    world.send(&text("+155590000008", "silent")).await.unwrap();
    assert_eq!(world.look("/_sim/stats").await["total"]["webhooks_failed"], 0);
    assert_eq!(world.post("/_sim/webhook", &json!({"body": {}})).await.status(), 400);
}

#[tokio::test]
async fn refused_deliveries_are_tried_again_in_order() {
    let world = World::new().await;
    world.inbox.refuse(4);
    world.send(&text("+16505550100", "retried")).await.unwrap();
    let all = ["sent", "delivered", "read"];
    world.inbox.until("all statuses", |inbox| inbox.statuses("retried") == all).await;
    let sent_three = |stats: &Value| stats["numbers"][NUMBER]["webhooks_sent"] == 3;
    let stats = world.poll("/_sim/stats", sent_three).await;
    assert_eq!(stats["total"]["webhooks_retried"], 4);
    assert_eq!(stats["total"]["webhooks_failed"], 0);
}

#[tokio::test]
async fn deliveries_are_given_up_after_the_last_try() {
    let mut config = support::quick();
    config.retry.tries = 2;
    let world = World::with(config).await;
    world.inbox.refuse(u32::MAX);
    world.control("/_sim/inbound", json!({"phone_number_id": NUMBER, "from": "+16505550100"})).await;
    let stats = world.poll("/_sim/stats", |stats| stats["total"]["webhooks_failed"] == 1).await;
    assert_eq!(stats["total"]["webhooks_retried"], 1);
}

#[tokio::test]
async fn bodies_are_escaped_like_metas() {
    let world = World::new().await;
    let write_in = json!({"phone_number_id": NUMBER, "from": "+16505550100", "text": "Grüße 😀 a/b", "profile_name": "Zoë"});
    let answer = world.control("/_sim/inbound", write_in).await;
    world.inbox.until("the message", |inbox| inbox.payloads().len() == 1).await;
    let raw = String::from_utf8(world.inbox.raw()[0].to_vec()).unwrap();
    assert!(raw.contains(r"Gr\u00fc\u00dfe \ud83d\ude00 a\/b") && raw.is_ascii());
    let value = &world.inbox.values("messages")[0];
    assert_eq!(value["messages"][0]["id"], answer["wamids"][0]);
    assert_eq!(value["messages"][0]["text"]["body"], "Grüße 😀 a/b");
    assert_eq!(value["contacts"][0]["profile"]["name"], "Zoë");
}

#[tokio::test]
async fn customers_write_in_all_types() {
    let world = World::new().await;
    let kinds = [
        "text",
        "image",
        "video",
        "audio",
        "sticker",
        "document",
        "button",
        "interactive",
        "location",
        "reaction",
        "contacts",
        "order",
        "system",
    ];
    for (index, kind) in kinds.into_iter().enumerate() {
        let write_in = json!({"phone_number_id": NUMBER, "from": "+16505550100", "type": kind, "text": "Hi"});
        world.control("/_sim/inbound", write_in).await;
        world.inbox.until(kind, |inbox| inbox.payloads().len() == index + 1).await;
        let message = world.inbox.values("messages")[index]["messages"][0].clone();
        assert_eq!(message["type"], kind);
        assert!(!message[kind].is_null(), "{message}");
        if let Some(url) = message[kind]["url"].as_str() {
            let file = world.client.get(url).bearer_auth(support::TOKEN).send().await.unwrap();
            assert_eq!(file.status(), 200);
            assert_eq!(file.headers()["content-type"], message[kind]["mime_type"].as_str().unwrap());
        }
    }
}

#[tokio::test]
async fn inbound_messages_can_be_many_alike_or_made_by_hand() {
    let world = World::new().await;
    let many = json!({"phone_number_id": NUMBER, "from": "+16505550100", "count": 5});
    let wamids = world.control("/_sim/inbound", many).await["wamids"].as_array().unwrap().clone();
    assert_eq!(wamids.len(), 5);
    let same = json!({"phone_number_id": NUMBER, "from": "+16505550100", "count": 3, "id": "wamid.same"});
    world.control("/_sim/inbound", same).await;
    let own = json!({"type": "poll", "poll": {"x": 1}, "context": {"id": "wamid.other"}});
    world
        .control("/_sim/inbound", json!({"phone_number_id": NUMBER, "from": "16505550100", "message": own}))
        .await;
    world.inbox.until("nine messages", |inbox| inbox.payloads().len() == 9).await;
    let values = world.inbox.values("messages");
    let ids: Vec<&Value> = values.iter().map(|value| &value["messages"][0]["id"]).collect();
    assert_eq!(ids.iter().filter(|id| **id == "wamid.same").count(), 3);
    assert!(wamids.iter().all(|wamid| ids.contains(&wamid)));
    let poll = values.iter().find(|value| value["messages"][0]["type"] == "poll").unwrap();
    assert_eq!(poll["messages"][0]["context"]["id"], "wamid.other");
    let bad =
        world.post("/_sim/inbound", &json!({"phone_number_id": NUMBER, "from": "1", "type": "new"})).await;
    assert_eq!(bad.status(), 400);
}

#[tokio::test]
async fn payloads_by_hand_are_signed_wrongly_on_request() {
    let world = World::new().await;
    let post = |signature: &'static str| {
        let world = &world;
        async move { world.control("/_sim/webhook", json!({"body": {"a": "é"}, "signature": signature})).await }
    };
    assert_eq!(post("valid").await["status"], 200);
    assert_eq!(post("invalid").await["status"], 401);
    assert_eq!(post("missing").await["status"], 401);
    assert_eq!(world.inbox.payloads(), [json!({"a": "é"})]);
    assert_eq!(world.control("/_sim/verify", json!({})).await["verified"], true);
}

#[tokio::test]
async fn held_answers_wait_for_their_release() {
    let world = World::new().await;
    world.control("/_sim/hold", json!({"to": "+16505550111", "hold_webhooks": true})).await;
    let url = format!("{}/{NUMBER}/messages", world.base);
    let request = world.client.post(url).bearer_auth(support::TOKEN).json(&text("+16505550111", "held:1"));
    let sending = tokio::spawn(request.send());
    let held = world.poll("/_sim/held", |held| held["held"].get(0).is_some()).await;
    assert_eq!(held["held"][0]["callback_data"], "held:1");
    assert_eq!(held["armed"], json!([]));
    assert_eq!(world.accepted("held:1").await, 1);
    assert_eq!(world.look("/_sim/accepted/held?prefix=true").await["accepted"], 1);
    // Another recipient is not held, and its statuses come while those of the held one wait.
    world.send(&text("+16505550112", "free")).await.unwrap();
    world.inbox.until("the other's statuses", |inbox| inbox.statuses("free").len() == 3).await;
    assert!(world.inbox.statuses("held:1").is_empty() && !sending.is_finished());
    assert_eq!(world.control("/_sim/release", json!({})).await["released"], 1);
    assert_eq!(sending.await.unwrap().unwrap().status(), 200);
    world.inbox.until("the statuses", |inbox| inbox.statuses("held:1").len() == 3).await;
}

#[tokio::test]
async fn a_sender_killed_while_held_is_still_told_by_webhook() {
    let world = World::new().await;
    world.control("/_sim/hold", json!({"phone_number_id": NUMBER, "hold_webhooks": true})).await;
    let url = format!("{}/{NUMBER}/messages", world.base);
    let request = world.client.post(url).bearer_auth(support::TOKEN).json(&text("+16505550111", "killed"));
    let sending = tokio::spawn(request.send());
    world.poll("/_sim/held", |held| held["held"].get(0).is_some()).await;
    sending.abort();
    assert!(sending.await.unwrap_err().is_cancelled());
    world.control("/_sim/release", json!({})).await;
    world.inbox.until("the statuses", |inbox| inbox.statuses("killed").len() == 3).await;
}

#[tokio::test]
async fn held_answers_can_be_lost_and_statuses_need_not_wait() {
    let world = World::new().await;
    world.control("/_sim/hold", json!({})).await;
    let url = format!("{}/{NUMBER}/messages", world.base);
    let request = world.client.post(url).bearer_auth(support::TOKEN).json(&text("+16505550111", "lost"));
    let sending = tokio::spawn(request.send());
    world.inbox.until("the statuses", |inbox| inbox.statuses("lost").len() == 3).await;
    world.control("/_sim/release", json!({"lose_answer": true})).await;
    assert!(sending.await.unwrap().is_err());
    assert_eq!(world.look("/_sim/stats").await["total"]["lost_answers"], 1);
}

#[tokio::test]
async fn an_app_that_is_not_subscribed_hears_nothing() {
    let world = World::new().await;
    let path = format!("/v25.0/{WABA}/subscribed_apps");
    let writes = |text: &str| json!({"phone_number_id": NUMBER, "from": "16505550100", "text": text});
    assert_eq!(world.delete(&path).await.status(), 200);
    world.control("/_sim/inbound", writes("unheard")).await;
    world.poll("/_sim/stats", |stats| stats["numbers"][NUMBER]["webhooks_unsubscribed"] == 1).await;

    assert_eq!(world.post(&path, &json!({})).await.status(), 200);
    world.control("/_sim/reset", json!({})).await;
    world.control("/_sim/inbound", writes("heard")).await;

    world.inbox.until("a message", |inbox| !inbox.payloads().is_empty()).await;
    let heard = world.inbox.values("messages");
    assert_eq!((heard.len(), &heard[0]["messages"][0]["text"]["body"]), (1, &json!("heard")));
}

#[tokio::test]
async fn some_tokens_can_not_subscribe() {
    let world = World::new().await;
    let path = format!("/v25.0/{WABA}/subscribed_apps");
    let refused = world.try_post(&path, "EAAnosubscription1", &json!({})).await.unwrap();
    let error: Value = refused.json().await.unwrap();
    assert_eq!(error["error"]["code"], 200);
}

#[tokio::test]
async fn an_account_can_have_an_address_of_its_own() {
    let world = World::new().await;
    let (own, url) = support::receiver().await;
    let verify_token = graph_sim::Config::default().verify_token;
    let path = format!("/v25.0/{WABA}/subscribed_apps");
    let wrong = world.post(&path, &json!({"override_callback_uri": url, "verify_token": "wrong"})).await;
    assert_eq!(wrong.status(), 400);
    let right = world.post(&path, &json!({"override_callback_uri": url, "verify_token": verify_token})).await;
    assert_eq!(right.status(), 200);
    assert_eq!(world.look(&path).await["data"][0]["override_callback_uri"], url);
    world.send(&text("+16505550100", "own")).await.unwrap();
    own.until("its statuses", |inbox| inbox.statuses("own").len() == 3).await;
    assert!(world.inbox.payloads().is_empty());
    assert_eq!(world.delete(&path).await.status(), 200);
    assert_eq!(world.look(&path).await["data"], json!([]));
    assert_ne!(url, world.receiver);
}
