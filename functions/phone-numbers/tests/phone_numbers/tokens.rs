//! `POST /api/phone-numbers/{phone_number_id}/exchange-token`

use insta::assert_snapshot;
use secrecy::ExposeSecret;
use serde_json::Value;
use switchboard_model::phone_number::Stop;
use switchboard_service::phone_numbers::open_token;

use crate::support::{META_ID, Numbers, TOKEN};

#[tokio::test]
async fn an_exchanged_token_is_kept_with_its_end() {
    let numbers = Numbers::new().await;
    let id = numbers.registered(META_ID).await;

    let answer = numbers.exchange(&id).await;

    assert_snapshot!(answer, @r#"
    200 {
      "business_id": "1234567890000",
      "created_at": "2026-01-01T00:00:00Z",
      "display_name": "Simulated Business 192",
      "id": "019b76da-a800-72ef-8d16-b32dc99eefe8",
      "message_limit": 1000,
      "phone_number": "+16503046192",
      "phone_number_id": "1234567890",
      "quality_rating": "GREEN",
      "status": "active",
      "stopped": null,
      "synced_at": "2026-01-01T00:00:00Z",
      "tier": "STANDARD",
      "token_expires_at": "2026-03-01T23:59:04Z",
      "updated_at": "2026-01-01T00:00:00Z",
      "verified_at": "2026-01-01T00:00:00Z",
      "workspace_id": "019b76da-a800-72ef-8cf0-f3058a55412f"
    }
    "#);
    let stored = numbers.stored(&id).await;
    let token = open_token(&numbers.sealer, &stored).await.unwrap();
    assert_ne!(token.expose_secret(), TOKEN);
    assert!(!answer.text().contains(token.expose_secret()));
    assert_eq!(numbers.sync(&id).await.status, 200);
}

#[tokio::test]
async fn an_exchange_ends_a_stop_by_the_token_and_no_other() {
    let numbers = Numbers::new().await;
    let mut stops = Vec::new();
    for (meta_id, code) in [("601", 190), ("602", 131_042)] {
        let id = numbers.registered(meta_id).await;
        let stop = Stop { code, message: "Stopped".to_owned(), at: 0 };
        numbers.store(&id, |number| number.stopped = Some(stop)).await;
        stops.push(numbers.exchange(&id).await.json()["stopped"]["code"].clone());
    }
    assert_eq!(stops, [Value::Null, Value::from(131_042)]);
}

#[tokio::test]
async fn a_token_that_was_replaced_meanwhile_is_not_overwritten() {
    let numbers = Numbers::new().await;
    let id = numbers.registered(META_ID).await;

    let (one, two) = futures::join!(numbers.exchange(&id), numbers.exchange(&id));

    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
}
