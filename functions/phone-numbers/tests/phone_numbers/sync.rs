//! `POST /api/phone-numbers/{phone_number_id}/sync`

use insta::assert_snapshot;
use serde_json::json;
use switchboard_model::access::Role;
use switchboard_testkit::Call;

use crate::support::{META_ID, Numbers, together};

#[tokio::test]
async fn a_sync_takes_over_what_meta_says() {
    let numbers = Numbers::new().await;
    let id = numbers.registered(META_ID).await;
    let fields = json!({
        "phone_number_id": META_ID, "quality_rating": "RED", "messaging_limit_tier": "TIER_10K",
        "throughput_level": "HIGH", "display_phone_number": "+1 631-555-5555", "verified_name": "Jasper's Market",
    });
    numbers.meta_says(fields).await;
    numbers.world.wait(60);

    let answer = numbers.sync(&id).await;

    assert_snapshot!(answer, @r#"
    200 {
      "id": "019b76da-a800-72ef-8d16-b32dc99eefe8",
      "message_limit": 10000,
      "phone_number": "+16315555555",
      "quality_rating": "RED",
      "status": "active",
      "synced_at": "2026-01-01T00:01:00Z",
      "tier": "HIGH"
    }
    "#);
    let after = numbers.get(&id).await;
    assert_eq!(after.str("/display_name"), "Jasper's Market");
    assert_eq!(after.str("/synced_at"), answer.str("/synced_at"));
    assert_eq!(after.str("/verified_at"), "2026-01-01T00:00:00Z");
}

#[tokio::test]
async fn a_name_that_the_workspace_chose_stays() {
    let numbers = Numbers::new().await;
    let id = numbers.registered(META_ID).await;
    numbers.patch(&id, json!({"display_name": "Sales Team"})).await;
    numbers.meta_says(json!({"phone_number_id": META_ID, "verified_name": "Jasper's Market"})).await;

    numbers.sync(&id).await;

    assert_eq!(numbers.get(&id).await.str("/display_name"), "Sales Team");
}

#[tokio::test]
async fn an_agent_may_sync() {
    let numbers = Numbers::new().await;
    let id = numbers.registered(META_ID).await;
    let agent = numbers.colleague(Role::Agent).await;

    let answer = Call::post(format!("/api/phone-numbers/{id}/sync")).bearer(&agent).to(&numbers.router).await;

    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn a_sync_that_meta_refuses_or_does_not_answer_says_so() {
    let numbers = Numbers::new().await;
    let mut answers = Vec::new();
    // What these tokens bring on comes by way of the sealed token, as if it had gone bad since.
    for (meta_id, token) in [("501", "EAAexpired"), ("502", "EAAdown")] {
        let id = numbers.registered(meta_id).await;
        numbers.spoil(&id, token).await;
        answers.push(numbers.sync(&id).await);
        answers.push(numbers.exchange(&id).await);
    }
    assert_snapshot!(together(&answers), @r#"
    400 {
      "detail": "Meta rejected the request: Access token expired"
    }
    400 {
      "detail": "Meta rejected the request: Access token expired"
    }
    502 {
      "detail": "WhatsApp is unavailable at the moment. Please try again later."
    }
    502 {
      "detail": "WhatsApp is unavailable at the moment. Please try again later."
    }
    "#);
}

#[tokio::test]
async fn a_sync_lets_our_app_hear_of_the_account_or_says_why_not() {
    let numbers = Numbers::new().await;
    let id = numbers.registered(META_ID).await;
    numbers.unsubscribe("1234567890000").await;

    numbers.sync(&id).await;
    let heard = numbers.is_subscribed("1234567890000").await;
    numbers.spoil(&id, "EAAnosubscription").await;
    let refused = numbers.sync(&id).await;

    assert!(heard);
    assert_snapshot!(refused, @r#"
    400 {
      "detail": "Meta rejected the request: Permission denied"
    }
    "#);
}

#[tokio::test]
async fn a_sync_learns_an_account_that_was_not_known() {
    let numbers = Numbers::new().await;
    let id = numbers.without_account("2001").await;

    numbers.sync(&id).await;
    numbers.sync(&id).await;

    assert_eq!(numbers.get(&id).await.str("/business_id"), "2");
    assert_eq!(numbers.of_account("2").await, [id]);
    assert!(numbers.is_subscribed("2").await);
}

#[tokio::test]
async fn a_number_follows_whether_meta_has_it_connected() {
    let numbers = Numbers::new().await;
    let id = numbers.registered(META_ID).await;
    let mut statuses = Vec::new();
    for status in ["DISCONNECTED", "CONNECTED"] {
        numbers.meta_says(json!({"phone_number_id": META_ID, "status": status})).await;
        statuses.push(numbers.sync(&id).await.str("/status"));
    }
    numbers.patch(&id, json!({"status": "disabled"})).await;
    statuses.push(numbers.sync(&id).await.str("/status"));

    assert_eq!(statuses, ["pending", "active", "disabled"]);
}
