//! The customer service window.

use insta::assert_snapshot;
use serde_json::json;

use crate::Messaging;

const DAY: u64 = 86_400;

#[tokio::test]
async fn texts_are_sent_until_24_hours_after_the_customers_message() {
    let messaging = Messaging::new().await;
    // Access tokens live for a day, too.
    let key = &messaging.business.api_key;
    messaging.world.wait(DAY - 1);
    assert_eq!(messaging.send_as(key, &messaging.body()).await.status, 201);
    messaging.world.wait(1);
    assert_snapshot!(messaging.send_as(key, &messaging.body()).await, @r#"
    409 {
      "detail": "The customer has not written within the last 24 hours. Send a template message instead."
    }
    "#);

    messaging.business.hears(&messaging.world, "15551234567", "hi again").await;

    assert_eq!(messaging.send_as(key, &messaging.body()).await.status, 201);
}

#[tokio::test]
async fn somebody_who_never_wrote_gets_no_text() {
    let messaging = Messaging::new().await;
    let answer = messaging.send(&messaging.body_with("to", json!("+15559999999"))).await;
    assert_eq!(answer.status, 409);
}

#[tokio::test]
async fn a_workspace_may_leave_the_window_to_whatsapp() {
    let messaging = Messaging::new().await;
    let mut workspace = messaging.business.workspace.clone();
    workspace.settings = json!({"messaging": {"enforce_window": false}});
    workspace.version += 1;
    messaging.world.store().update_workspace(&workspace).await.unwrap();

    let answer = messaging.send(&messaging.body_with("to", json!("+15559999999"))).await;

    assert_eq!(answer.status, 201);
}

#[tokio::test]
async fn a_customer_whose_number_is_hidden_gets_answers() {
    let messaging = Messaging::new().await;
    messaging.business.hears(&messaging.world, "US.13491208655302741918", "hi").await;
    let answer = messaging.send(&messaging.body_with("to", json!("US.13491208655302741918"))).await;
    assert_eq!(
        (answer.status.as_u16(), answer.str("/to_number")),
        (201, "US.13491208655302741918".to_owned())
    );
}
