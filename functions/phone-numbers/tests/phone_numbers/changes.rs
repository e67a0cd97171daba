//! `GET`, `PATCH` and `DELETE /api/phone-numbers/{phone_number_id}`

use insta::assert_snapshot;
use serde_json::{Value, json};
use switchboard_model::phone_number::Stop;

use crate::support::{META_ID, Numbers, TOKEN, cost, together};

fn stop(code: i64) -> Stop {
    Stop { code, message: "Account restricted".to_owned(), at: 1_767_225_600_000 }
}

#[tokio::test]
async fn reading_a_number_takes_two_round_trips() {
    let numbers = Numbers::new().await;
    let id = numbers.registered(META_ID).await;

    let answer = numbers.get(&id).await;

    assert_eq!(answer.reading.round_trips, 2);
    assert_snapshot!(cost(&answer), @"3 calls, 1 read units, 1 write units");
}

#[tokio::test]
async fn name_and_status_can_be_changed() {
    let numbers = Numbers::new().await;
    let id = numbers.registered(META_ID).await;
    numbers.world.wait(60);

    let answer = numbers.patch(&id, json!({"display_name": "Sales Team", "status": "disabled"})).await;

    assert_snapshot!(answer, @r#"
    200 {
      "business_id": "1234567890000",
      "created_at": "2026-01-01T00:00:00Z",
      "display_name": "Sales Team",
      "id": "019b76da-a800-72ef-8d16-b32dc99eefe8",
      "message_limit": 1000,
      "phone_number": "+16503046192",
      "phone_number_id": "1234567890",
      "quality_rating": "GREEN",
      "status": "disabled",
      "stopped": null,
      "synced_at": "2026-01-01T00:00:00Z",
      "tier": "STANDARD",
      "token_expires_at": null,
      "updated_at": "2026-01-01T00:01:00Z",
      "verified_at": "2026-01-01T00:00:00Z",
      "workspace_id": "019b76da-a800-72ef-8cf0-f3058a55412f"
    }
    "#);
    assert_eq!(numbers.get(&id).await.json(), answer.json());
}

#[tokio::test]
async fn what_is_left_out_or_null_stays() {
    let numbers = Numbers::new().await;
    let id = numbers.registered(META_ID).await;
    let before = numbers.get(&id).await;
    numbers.world.wait(60);

    let empty = numbers.patch(&id, json!({})).await;
    let nulls = numbers.patch(&id, json!({"display_name": null, "access_token": null, "status": null})).await;

    assert_eq!((empty.json(), nulls.json()), (before.json(), before.json()));
}

#[tokio::test]
async fn another_token_is_checked_and_kept() {
    let numbers = Numbers::new().await;
    let id = numbers.registered(META_ID).await;
    numbers.meta_says(json!({"phone_number_id": META_ID, "quality_rating": "YELLOW"})).await;
    let sealed_before = numbers.stored(&id).await.sealed_token;

    let answer = numbers.patch(&id, json!({"access_token": "EAAneverexpires-another"})).await;

    let stored = numbers.stored(&id).await;
    let opened = switchboard_service::phone_numbers::open_token(&numbers.sealer, &stored).await.unwrap();
    assert_eq!(answer.str("/quality_rating"), "YELLOW");
    assert_eq!(secrecy::ExposeSecret::expose_secret(&opened), "EAAneverexpires-another");
    assert_ne!(stored.sealed_token, sealed_before);
}

#[tokio::test]
async fn a_token_that_is_not_good_changes_nothing() {
    let numbers = Numbers::new().await;
    let id = numbers.registered(META_ID).await;

    let mut answers = Vec::new();
    for token in ["EAAexpired", "EAAnomessaging", "EAAdown"] {
        answers.push(numbers.patch(&id, json!({"access_token": token, "display_name": "Sales"})).await);
    }

    let stored = numbers.stored(&id).await;
    let opened = switchboard_service::phone_numbers::open_token(&numbers.sealer, &stored).await.unwrap();
    assert_snapshot!(together(&answers), @r#"
    400 {
      "detail": "Meta rejected the request: Access token expired"
    }
    400 {
      "detail": "The access token lacks the permission whatsapp_business_messaging"
    }
    502 {
      "detail": "WhatsApp is unavailable at the moment. Please try again later."
    }
    "#);
    assert_eq!(secrecy::ExposeSecret::expose_secret(&opened), TOKEN);
    assert_ne!(stored.display_name, "Sales");
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    let numbers = Numbers::new().await;
    let id = numbers.registered(META_ID).await;
    let answers = [
        numbers.patch(&id, json!({"display_name": "", "access_token": "", "status": "ACTIVE"})).await,
        numbers.patch(&id, json!({"status": 1})).await,
        numbers.patch(&id, json!([])).await,
    ];
    assert_snapshot!(together(&answers), @r#"
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "display_name"
          ],
          "msg": "String should have at least 1 character",
          "type": "string_too_short"
        },
        {
          "loc": [
            "body",
            "access_token"
          ],
          "msg": "String should have at least 1 character",
          "type": "string_too_short"
        },
        {
          "loc": [
            "body",
            "status"
          ],
          "msg": "Input should be 'pending', 'active' or 'disabled'",
          "type": "enum"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "status"
          ],
          "msg": "Input should be a string",
          "type": "type_error"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "body"
          ],
          "msg": "Input should be an object",
          "type": "type_error"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn a_stop_is_shown_and_ends_when_the_number_is_made_active() {
    let numbers = Numbers::new().await;
    let id = numbers.registered(META_ID).await;
    numbers.store(&id, |number| number.stopped = Some(stop(131_042))).await;

    let stopped = numbers.get(&id).await;
    let renamed = numbers.patch(&id, json!({"display_name": "Sales"})).await;
    let active = numbers.patch(&id, json!({"status": "active"})).await;

    assert_snapshot!(stopped.json()["stopped"], @r#"{"code":131042,"message":"Account restricted","since":"2026-01-01T00:00:00Z"}"#);
    assert_eq!(renamed.json()["stopped"], stopped.json()["stopped"]);
    assert_eq!(active.json()["stopped"], Value::Null);
}

#[tokio::test]
async fn a_stop_by_the_token_ends_with_another_token_only() {
    let numbers = Numbers::new().await;
    let id = numbers.registered(META_ID).await;
    numbers.store(&id, |number| number.stopped = Some(stop(190))).await;

    let active = numbers.patch(&id, json!({"status": "active"})).await;
    let bad_token = numbers.patch(&id, json!({"access_token": "EAAexpired"})).await;
    let still_stopped = numbers.get(&id).await;
    let token = numbers.patch(&id, json!({"access_token": "EAAneverexpires-another"})).await;

    assert_eq!((active.status.as_u16(), &active.json()["stopped"]["code"]), (200, &Value::from(190)));
    assert_eq!(bad_token.status, 400);
    assert_eq!(still_stopped.json()["stopped"]["code"], 190);
    assert_eq!(token.json()["stopped"], Value::Null);
}

#[tokio::test]
async fn changes_at_the_same_time_are_all_made() {
    let numbers = Numbers::new().await;
    let id = numbers.registered(META_ID).await;

    let (name, status, sync) = futures::join!(
        numbers.patch(&id, json!({"display_name": "Sales"})),
        numbers.patch(&id, json!({"status": "disabled"})),
        numbers.sync(&id),
    );

    let after = numbers.get(&id).await;
    assert_eq!((name.status.as_u16(), status.status.as_u16(), sync.status.as_u16()), (200, 200, 200));
    assert_eq!((after.str("/display_name").as_str(), after.str("/status").as_str()), ("Sales", "disabled"));
    assert_eq!(numbers.stored(&id).await.version, 4);
}

#[tokio::test]
async fn a_deleted_number_is_gone_and_its_token_is_forgotten() {
    let numbers = Numbers::new().await;
    let id = numbers.registered(META_ID).await;

    let deleted = numbers.delete(&id).await;

    let after = [
        numbers.get(&id).await,
        numbers.patch(&id, json!({"status": "active"})).await,
        numbers.sync(&id).await,
        numbers.exchange(&id).await,
        numbers.delete(&id).await,
    ];
    assert_eq!((deleted.status.as_u16(), deleted.text().as_str()), (204, ""));
    assert_snapshot!(after[0], @r#"
    404 {
      "detail": "Phone number not found"
    }
    "#);
    assert!(after.iter().all(|answer| answer.to_string() == after[0].to_string()), "{}", together(&after));
    assert_eq!(numbers.list("").await.json()["total"], 0);
    assert!(numbers.stored(&id).await.sealed_token.is_empty());
}

#[tokio::test]
async fn of_two_who_delete_at_the_same_time_one_finds_nothing() {
    let numbers = Numbers::new().await;
    let id = numbers.registered(META_ID).await;

    let (one, two) = futures::join!(numbers.delete(&id), numbers.delete(&id));

    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 404]);
}

#[tokio::test]
async fn writes_cost_what_is_documented() {
    let numbers = Numbers::new().await;
    let registered = numbers.register(&numbers.registration(META_ID)).await;
    let id = registered.str("/id");
    let costs = [
        ("register", registered),
        ("update", numbers.patch(&id, json!({"status": "active"})).await),
        ("update with a token", numbers.patch(&id, json!({"access_token": TOKEN})).await),
        ("sync", numbers.sync(&id).await),
        ("exchange", numbers.exchange(&id).await),
        ("delete", numbers.delete(&id).await),
    ];
    let costs = costs.map(|(name, answer)| {
        format!("{name}: {} round trips, {}", answer.reading.round_trips, cost(&answer))
    });
    assert_snapshot!(costs.join("\n"), @"
    register: 4 round trips, 5 calls, 0 read units, 15 write units
    update: 3 round trips, 4 calls, 1 read units, 2 write units
    update with a token: 4 round trips, 5 calls, 1 read units, 2 write units
    sync: 4 round trips, 5 calls, 1 read units, 2 write units
    exchange: 5 round trips, 6 calls, 1 read units, 2 write units
    delete: 3 round trips, 4 calls, 1 read units, 11 write units
    ");
}

#[tokio::test]
async fn our_app_hears_of_the_account_again_with_another_token() {
    let numbers = Numbers::new().await;
    let id = numbers.registered(META_ID).await;
    numbers.unsubscribe("1234567890000").await;

    let refused = numbers.patch(&id, json!({"access_token": "EAAnosubscription"})).await;
    let unheard = numbers.is_subscribed("1234567890000").await;
    let stored = numbers.stored(&id).await;
    let opened = switchboard_service::phone_numbers::open_token(&numbers.sealer, &stored).await.unwrap();
    numbers.patch(&id, json!({"access_token": "EAAneverexpires-another"})).await;

    assert_snapshot!(refused, @r#"
    400 {
      "detail": "Meta rejected the request: Permission denied"
    }
    "#);
    assert_eq!(secrecy::ExposeSecret::expose_secret(&opened), TOKEN);
    assert!(!unheard && numbers.is_subscribed("1234567890000").await);
}

#[tokio::test]
async fn an_account_is_learned_with_another_token() {
    let numbers = Numbers::new().await;
    let id = numbers.without_account("2001").await;

    let answer = numbers.patch(&id, json!({"access_token": "EAAneverexpires-another"})).await;

    assert_eq!(answer.str("/business_id"), "2");
    assert_eq!(numbers.of_account("2").await, [id]);
    assert!(numbers.is_subscribed("2").await);
}

#[tokio::test]
async fn a_known_account_stays_whatever_meta_says_later() {
    let numbers = Numbers::new().await;
    let id = numbers.registered(META_ID).await;
    numbers.meta_says(json!({"phone_number_id": META_ID, "waba_id": "88"})).await;

    let answer = numbers.patch(&id, json!({"access_token": TOKEN})).await;

    assert_eq!(answer.str("/business_id"), "1234567890000");
    assert_eq!(numbers.of_account("1234567890000").await, [id]);
}
