//! Requests that come more than once.

use std::time::Duration;

use futures::future::join_all;
use insta::assert_snapshot;
use serde_json::{Value, json};
use switchboard_model::incoming_webhook::IncomingAction;
use switchboard_testkit::{Answer, Call};

use crate::stage::{Stage, signed_by};

fn message(content: &str) -> Value {
    json!({"action": "send_message", "data": {"channelId": "general", "content": content}})
}

impl Stage {
    fn keyed(&self, key: &str, body: &Value) -> Call {
        self.call(&body.to_string()).header("Idempotency-Key", key)
    }

    async fn send_keyed(&self, key: &str, body: &Value) -> Answer {
        self.answer(self.keyed(key, body)).await
    }
}

#[tokio::test]
async fn the_same_key_answers_the_same_and_does_nothing_again() {
    let stage = Stage::new().await;
    let bodies = [
        message("Deployed"),
        json!({"action": "create_channel", "data": {"name": "incident"}}),
        json!({"action": "create_department", "data": {"name": "Success"}}),
        json!({"action": "add_member", "data": {"email": "contractor@example.com"}}),
    ];
    for (at, body) in bodies.iter().enumerate() {
        let key = format!("deploy-{at}");
        let first = stage.send_keyed(&key, body).await;
        assert_eq!(first.status, 200, "{first}");
        stage.world.wait(3_600);
        let second = stage.send_keyed(&key, body).await;
        assert_eq!((second.status, second.json()), (first.status, first.json()));
    }
    assert_eq!(stage.channels().await, [("general".to_owned(), 1), ("incident".to_owned(), 0)]);
    assert_eq!(stage.world.store().departments(stage.business.workspace.id).await.unwrap().len(), 1);
    assert_eq!(stage.world.store().members(stage.business.workspace.id).await.unwrap().len(), 2);
    assert_eq!(stage.log().await.len(), 5);
}

#[tokio::test]
async fn a_key_is_of_one_request_of_one_webhook_for_thirty_days() {
    let stage = Stage::new().await;
    stage.send_keyed("deploy", &message("1")).await;
    assert_snapshot!(stage.send_keyed("deploy", &message("2")).await, @r#"
    409 {
      "code": "IDEMPOTENCY_KEY_REUSED",
      "error": "The idempotency key was used for another request"
    }
    "#);
    let (other, secret) = stage.webhook([IncomingAction::SendMessage].into(), None).await;
    let call = signed_by(&other, &secret, &message("2").to_string()).header("Idempotency-Key", "deploy");
    assert_eq!(stage.answer(call).await.status, 200);
    stage.world.wait(30 * 86_400 - 1);
    assert_eq!(stage.send_keyed("deploy", &message("2")).await.status, 409);
    stage.world.wait(2);
    assert_eq!(stage.send_keyed("deploy", &message("2")).await.status, 200);
    assert_eq!(stage.messages().await, 3);
}

#[tokio::test]
async fn a_delivery_comes_once() {
    let stage = Stage::new().await;
    let call = || stage.call(&message("x").to_string()).header("X-Webhook-Delivery", "72d3162e");
    assert_eq!(stage.answer(call()).await.status, 200);
    let repeated = stage.answer(call()).await;
    assert_snapshot!(repeated, @r#"
    409 {
      "code": "DELIVERY_REPEATED",
      "error": "This delivery was received before"
    }
    "#);
    let other = stage.call(&message("x").to_string()).header("X-Webhook-Delivery", "72d3162f");
    assert_eq!(stage.answer(other).await.status, 200);
    assert_eq!(stage.messages().await, 2);
}

#[tokio::test]
async fn a_delivery_with_a_key_may_come_again_and_under_no_other_key() {
    let stage = Stage::new().await;
    let call = |key: &str| {
        let call = stage.call(&message("x").to_string()).header("X-Webhook-Delivery", "72d3162e");
        call.header("Idempotency-Key", key)
    };
    let first = stage.answer(call("72d3162e")).await;
    assert_eq!(first.status, 200);
    assert_eq!(stage.answer(call("72d3162e")).await.json(), first.json());
    assert_eq!(stage.answer(call("another")).await.str("/code"), "DELIVERY_REPEATED");
    let at_once = join_all((0..3).map(|_| {
        let call = stage.call(&message("y").to_string()).header("X-Webhook-Delivery", "72d31630");
        stage.answer(call.header("Idempotency-Key", "72d31630"))
    }));
    for answer in at_once.await {
        assert_eq!(answer.status, 200, "{answer}");
    }
    assert_eq!(stage.messages().await, 2);
}

#[tokio::test]
async fn a_request_that_was_sent_long_ago_is_refused() {
    let stage = Stage::new().await;
    let now = stage.world.resources.now();
    let sent = async |time: &str| {
        let call = stage.call(&message("x").to_string()).header("X-Webhook-Timestamp", time);
        stage.answer(call).await
    };
    for time in [now.as_second().to_string(), (now.as_millisecond() - 299_000).to_string(), now.to_string()] {
        assert_eq!(sent(&time).await.status, 200, "{time}");
    }
    for time in [(now.as_second() - 301).to_string(), (now.as_second() + 301).to_string(), "soon".to_owned()]
    {
        let answer = sent(&time).await;
        insta::allow_duplicates! { assert_snapshot!(answer, @r#"
        401 {
          "code": "INVALID_SIGNATURE",
          "error": "Invalid signature",
          "message": "Webhook timestamp is more than 5 minutes from now"
        }
        "#); }
    }
    assert_eq!(stage.messages().await, 3);
}

#[tokio::test]
async fn what_was_refused_was_not_done_and_may_come_again() {
    let stage = Stage::new().await;
    let body = json!({"action": "send_message", "data": {"channelId": "incident", "content": "x"}});
    assert_eq!(stage.send_keyed("a", &body).await.status, 404);
    let channel = json!({"action": "create_channel", "data": {"name": "incident"}});
    assert_eq!(stage.send_keyed("b", &channel).await.status, 200);
    assert_eq!(stage.send_keyed("a", &body).await.status, 200);
}

#[tokio::test]
async fn names_of_requests_have_bounds() {
    let stage = Stage::new().await;
    for header in ["Idempotency-Key", "X-Webhook-Delivery"] {
        for text in ["", " ", &"x".repeat(256)] {
            let call = stage.call(&message("x").to_string()).header(header, text);
            let answer = stage.answer(call).await;
            assert_eq!((answer.status.as_u16(), answer.str("/details/0/field")), (400, header.to_owned()));
        }
        let call = stage.call(&message("x").to_string()).header(header, &"#".repeat(255));
        assert_eq!(stage.answer(call).await.status, 200);
    }
}

#[tokio::test]
async fn of_those_that_come_at_once_with_one_key_one_is_done() {
    let stage = Stage::new().await;
    let bodies = [
        message("Deployed"),
        json!({"action": "create_channel", "data": {"name": "incident"}}),
        json!({"action": "create_department", "data": {"name": "Success"}}),
        json!({"action": "add_member", "data": {"email": "contractor@example.com"}}),
    ];
    for (at, body) in bodies.iter().enumerate() {
        let key = format!("deploy-{at}");
        let answers = join_all((0..4).map(|_| stage.send_keyed(&key, body))).await;
        for answer in &answers {
            assert_eq!((answer.status.as_u16(), answer.json()), (200, answers[0].json()), "{answer}");
        }
    }
    assert_eq!(stage.channels().await, [("general".to_owned(), 1), ("incident".to_owned(), 0)]);
    assert_eq!(stage.world.store().departments(stage.business.workspace.id).await.unwrap().len(), 1);
    assert_eq!(stage.world.store().members(stage.business.workspace.id).await.unwrap().len(), 2);
}

#[tokio::test]
async fn of_deliveries_that_come_at_once_with_one_id_one_is_taken() {
    let stage = Stage::new().await;
    let calls = (0..4).map(|_| {
        let call = stage.call(&message("x").to_string()).header("X-Webhook-Delivery", "72d3162e");
        stage.answer(call)
    });
    let mut statuses: Vec<u16> = join_all(calls).await.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409]);
    assert_eq!(stage.messages().await, 1);
}

/// Whoever carries a request out may die at any moment: it is then done wholly or not at all, and made again it is
/// done once.
#[tokio::test]
async fn a_request_that_died_half_way_is_done_once_when_it_comes_again() {
    let stage = Stage::new().await;
    let mut died = 0;
    for at in 0..24 {
        let (key, name) = (format!("incident-{at}"), format!("incident-{at}"));
        let body = json!({"action": "create_channel", "data": {"name": name}});
        let patience = Duration::from_millis(at);
        died += u32::from(tokio::time::timeout(patience, stage.send_keyed(&key, &body)).await.is_err());
        let answer = stage.send_keyed(&key, &body).await;
        assert_eq!(answer.status, 200, "{answer}");
    }
    assert!(died > 0);
    let channels = stage.channels().await;
    assert_eq!(channels.len(), 25, "{channels:?}");
}
