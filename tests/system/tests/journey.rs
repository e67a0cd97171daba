//! The main job, on real input.

use serde_json::json;
use system_tests::{Business, Stack, beside_others, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn a_text_becomes_sent_delivered_and_read() {
    let _turn = beside_others().await;
    let stack = Stack::running();
    let business = Business::new(&stack).await;

    let id = business.send("+15550001111", "Hello! Thanks for contacting us.").await;

    let status = business.reaches(&id, "read").await;
    assert!(status["wa_message_id"].as_str().unwrap().starts_with("wamid."));
    for time in ["sent_at", "delivered_at", "read_at"] {
        assert!(status[time].is_string(), "{time} in {status}");
    }
    assert_eq!(stack.simulator().acceptances(&id).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_to_nobody_fails_with_metas_reason() {
    let _turn = beside_others().await;
    let stack = Stack::running();
    let business = Business::new(&stack).await;

    let refused = business.send("+155500131026", "Hello").await;
    let failed_later = business.send("+155510131026", "Hello").await;

    for id in [refused, failed_later] {
        let status = business.reaches(&id, "failed").await;
        assert_eq!(status["error"]["code"], 131_026);
        assert!(status["failed_at"].is_string());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_whose_token_expired_waits_and_sends_when_it_gets_another() {
    let _turn = beside_others().await;
    let stack = Stack::running();
    let business = Business::new(&stack).await;

    // The first call to this recipient is refused as if the token had expired.
    let id = business.send("+1555210000190", "Hello").await;
    let path = format!("/api/phone-numbers/{}", business.phone_number_id);
    eventually("the number to be stopped", || async {
        let number = business.api.get(&path).await.body;
        (number["stopped"]["code"] == 190).then_some(())
    })
    .await;
    let waiting = business.status(&id).await;
    let answer =
        business.api.call(reqwest::Method::PATCH, &path, Some(json!({"access_token": "EAAtest"}))).await;
    assert_eq!(answer.status, 200, "{}", answer.text);

    assert_eq!(waiting["status"], "queued");
    business.reaches(&id, "read").await;
    assert_eq!(stack.simulator().acceptances(&id).await, 1);
}
