//! `POST /api/phone-numbers`

use insta::assert_snapshot;
use serde_json::{Value, json};
use switchboard_model::id::spelling::uuid;
use switchboard_model::phone_number::MAX_PER_WORKSPACE;
use switchboard_testkit::Call;

use crate::support::{META_ID, Numbers, TOKEN, together};

#[tokio::test]
async fn a_registered_number_is_answered_with_all_its_fields() {
    let numbers = Numbers::new().await;
    numbers.meta_says(json!({"phone_number_id": META_ID, "waba_id": "102290129340398"})).await;
    let mut body = numbers.registration(META_ID);
    body["display_name"] = json!(" Customer Support ");
    body["business_id"] = json!("102290129340398");

    let answer = numbers.register(&body).await;

    assert_snapshot!(answer, @r#"
    201 {
      "business_id": "102290129340398",
      "created_at": "2026-01-01T00:00:00Z",
      "display_name": "Customer Support",
      "id": "019b76da-a800-72ef-8d16-b32dc99eefe8",
      "message_limit": 1000,
      "phone_number": "+16503046192",
      "phone_number_id": "1234567890",
      "quality_rating": "GREEN",
      "status": "active",
      "stopped": null,
      "synced_at": "2026-01-01T00:00:00Z",
      "tier": "STANDARD",
      "token_expires_at": null,
      "updated_at": "2026-01-01T00:00:00Z",
      "verified_at": "2026-01-01T00:00:00Z",
      "workspace_id": "019b76da-a800-72ef-8cf0-f3058a55412f"
    }
    "#);
    assert_eq!(numbers.get(&answer.str("/id")).await.json(), answer.json());
}

#[tokio::test]
async fn a_number_without_a_name_is_called_as_meta_calls_it() {
    let numbers = Numbers::new().await;
    numbers.meta_says(json!({"phone_number_id": "2001", "verified_name": "Jasper's Market"})).await;
    numbers
        .meta_says(json!({"phone_number_id": "2002", "verified_name": "", "display_phone_number": "+1 631-555-5555"}))
        .await;

    let named = numbers.register(&numbers.registration("2001")).await;
    let nameless = numbers.register(&numbers.registration("2002")).await;

    assert_eq!(named.str("/display_name"), "Jasper's Market");
    assert_eq!(named.str("/business_id"), "2", "the account that Meta names");
    assert_eq!(nameless.str("/display_name"), "+16315555555");
}

#[tokio::test]
async fn what_meta_does_not_rate_is_unknown_and_no_limit_is_null() {
    let numbers = Numbers::new().await;
    let fields =
        json!({"phone_number_id": META_ID, "quality_rating": "NA", "messaging_limit_tier": "TIER_UNLIMITED"});
    numbers.meta_says(fields).await;

    let answer = numbers.register(&numbers.registration(META_ID)).await;

    assert_eq!(answer.str("/quality_rating"), "UNKNOWN");
    assert_eq!(answer.json()["message_limit"], Value::Null);
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    let numbers = Numbers::new().await;
    let answer = numbers
        .register(&json!({
            "workspace_id": uuid::spell(numbers.workspace_id),
            "phone_number_id": "+1 650", "access_token": "EAA with spaces",
            "display_name": "x".repeat(129), "business_id": "business-account-id",
        }))
        .await;
    assert_snapshot!(answer, @r#"
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "phone_number_id"
          ],
          "msg": "should be a Meta id, which has only digits",
          "type": "value_error"
        },
        {
          "loc": [
            "body",
            "access_token"
          ],
          "msg": "should be a Meta access token, which has no spaces",
          "type": "value_error"
        },
        {
          "loc": [
            "body",
            "display_name"
          ],
          "msg": "String should have at most 128 characters",
          "type": "string_too_long"
        },
        {
          "loc": [
            "body",
            "business_id"
          ],
          "msg": "should be a Meta id, which has only digits",
          "type": "value_error"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn lengths_have_bounds() {
    let numbers = Numbers::new().await;
    let answer = numbers
        .register(&json!({
            "workspace_id": uuid::spell(numbers.workspace_id),
            "phone_number_id": "1".repeat(33), "access_token": "E".repeat(2_049),
            "display_name": "  ", "business_id": "",
        }))
        .await;
    let errors = answer.json()["detail"].as_array().unwrap().clone();
    let errors: Vec<_> = errors.iter().map(|error| format!("{} {}", error["loc"][1], error["msg"])).collect();
    assert_snapshot!(errors.join("\n"), @r#"
    "phone_number_id" "String should have at most 32 characters"
    "access_token" "String should have at most 2048 characters"
    "display_name" "String should have at least 1 character"
    "business_id" "String should have at least 1 character"
    "#);
}

#[tokio::test]
async fn missing_fields_and_wrong_types_are_refused_by_place() {
    let numbers = Numbers::new().await;
    let mut told = Vec::new();
    for missing in ["workspace_id", "phone_number_id", "access_token"] {
        let mut body = numbers.registration(META_ID);
        body.as_object_mut().unwrap().remove(missing);
        told.push(numbers.register(&body).await.text());
    }
    for (field, value) in [
        ("workspace_id", json!("workspace-uuid")),
        ("phone_number_id", json!(1_234_567_890)),
        ("access_token", json!(null)),
        ("display_name", json!(["Support"])),
        ("business_id", json!(1)),
    ] {
        let mut body = numbers.registration(META_ID);
        body[field] = value;
        told.push(numbers.register(&body).await.text());
    }
    assert_snapshot!(told.join("\n"), @r#"
    {"detail":[{"loc":["body","workspace_id"],"msg":"Field required","type":"missing"}]}
    {"detail":[{"loc":["body","phone_number_id"],"msg":"Field required","type":"missing"}]}
    {"detail":[{"loc":["body","access_token"],"msg":"Field required","type":"missing"}]}
    {"detail":[{"loc":["body","workspace_id"],"msg":"Input should be a valid UUID","type":"value_error"}]}
    {"detail":[{"loc":["body","phone_number_id"],"msg":"Input should be a string","type":"type_error"}]}
    {"detail":[{"loc":["body","access_token"],"msg":"Input should be a string","type":"type_error"}]}
    {"detail":[{"loc":["body","display_name"],"msg":"Input should be a string","type":"type_error"}]}
    {"detail":[{"loc":["body","business_id"],"msg":"Input should be a string","type":"type_error"}]}
    "#);
}

#[tokio::test]
async fn bodies_that_are_no_json_or_too_large_are_refused() {
    let numbers = Numbers::new().await;
    let answers = [
        numbers.send(Call::post("/api/phone-numbers").body("{")).await,
        numbers.send(Call::post("/api/phone-numbers")).await,
        numbers.send(Call::post("/api/phone-numbers").body(vec![b' '; 1024 * 1024 + 1])).await,
    ];
    assert_snapshot!(together(&answers), @r#"
    422 {
      "detail": [
        {
          "loc": [
            "body"
          ],
          "msg": "JSON decode error: EOF while parsing an object at line 1 column 1",
          "type": "json_invalid"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "body"
          ],
          "msg": "Field required",
          "type": "missing"
        }
      ]
    }
    413 {
      "detail": "Request body is too large: at most 1048576 bytes are allowed"
    }
    "#);
}

#[tokio::test]
async fn a_token_that_is_not_good_is_refused_with_the_reason() {
    let numbers = Numbers::new().await;
    let tokens = [
        "EAAexpired",
        "EAAinvalid",
        "EAAnopermission",
        "EAAnomessaging",
        "EAAnomanagement",
        "EAAcode0000000",
        "EAAcode0131031",
        "not-a-token-of-meta",
    ];
    let mut told = Vec::new();
    for token in tokens {
        let answer = numbers.register(&numbers.registration_with(META_ID, token)).await;
        told.push(format!("{token}: {} {}", answer.status.as_u16(), answer.str("/detail")));
    }
    assert_snapshot!(told.join("\n"), @"
    EAAexpired: 400 Meta rejected the request: Access token expired
    EAAinvalid: 400 Meta rejected the request: Error validating access token
    EAAnopermission: 400 Meta rejected the request: Permission not granted
    EAAnomessaging: 400 The access token lacks the permission whatsapp_business_messaging
    EAAnomanagement: 400 Meta rejected the request: Permission denied
    EAAcode0000000: 400 Meta rejected the request: Authentication failed
    EAAcode0131031: 400 Meta rejected the request: Account locked
    not-a-token-of-meta: 400 Meta rejected the request: Cannot parse access token
    ");
    assert_eq!(numbers.list("").await.json()["total"], 0);
}

#[tokio::test]
async fn a_number_that_meta_does_not_know_is_refused_with_the_reason() {
    let numbers = Numbers::new().await;
    let answer = numbers.register(&numbers.registration("8000000000000001")).await;
    assert_snapshot!(answer, @r#"
    400 {
      "detail": "Meta rejected the request: Unsupported request: object '8000000000000001' is unknown or out of reach"
    }
    "#);
}

#[tokio::test]
async fn a_graph_that_is_down_is_no_fault_of_ours() {
    let numbers = Numbers::new().await;
    let mut answers = Vec::new();
    for token in ["EAAdown", "EAApage", "EAAlost", "EAAcode0080007", "EAAcode0000004", "EAAcode0131016"] {
        answers.push(numbers.register(&numbers.registration_with(META_ID, token)).await);
    }
    let nobody_listens = Numbers::without_graph().await;
    answers.push(nobody_listens.register(&nobody_listens.registration(META_ID)).await);

    assert_snapshot!(answers[0], @r#"
    502 {
      "detail": "WhatsApp is unavailable at the moment. Please try again later."
    }
    "#);
    assert!(
        answers.iter().all(|answer| answer.to_string() == answers[0].to_string()),
        "{}",
        together(&answers)
    );
}

#[tokio::test]
async fn a_slow_graph_is_waited_for() {
    let numbers = Numbers::new().await;
    let answer = numbers.register(&numbers.registration_with(META_ID, "EAAslow")).await;
    assert_eq!(answer.status, 201);
}

#[tokio::test]
async fn a_number_of_meta_belongs_to_one_workspace() {
    let numbers = Numbers::new().await;
    numbers.registered(META_ID).await;
    let (other_id, other_owner) = numbers.workspace("other").await;

    let again = numbers.register(&numbers.registration(META_ID)).await;
    let mut body = numbers.registration(META_ID);
    body["workspace_id"] = json!(uuid::spell(other_id));
    let elsewhere =
        Call::post("/api/phone-numbers").json(&body).bearer(&other_owner).to(&numbers.router).await;

    assert_snapshot!(again, @r#"
    409 {
      "detail": "Phone number is already registered"
    }
    "#);
    assert_eq!(elsewhere.to_string(), again.to_string());
    assert_eq!(numbers.list("").await.json()["total"], 1);
}

#[tokio::test]
async fn a_deleted_number_can_be_registered_again() {
    let numbers = Numbers::new().await;
    let first = numbers.registered(META_ID).await;
    numbers.delete(&first).await;

    let second = numbers.registered(META_ID).await;

    assert_ne!(first, second);
    assert_eq!(numbers.list("").await.json()["total"], 1);
}

#[tokio::test]
async fn a_workspace_has_at_most_100_numbers() {
    let numbers = Numbers::new().await;
    let first = numbers.registered(META_ID).await;
    for _ in 1..MAX_PER_WORKSPACE {
        let mut number = numbers.stored(&first).await;
        number.id = numbers.world.resources.ids.next_id();
        number.meta_id = format!("9{}", number.id.bits()).parse().unwrap();
        numbers.world.store().create_phone_number(&number).await.unwrap();
    }

    let answer = numbers.register(&numbers.registration("77")).await;

    assert_snapshot!(answer, @r#"
    409 {
      "detail": "A workspace can have at most 100 phone numbers"
    }
    "#);
    assert_eq!(numbers.list("").await.json()["total"], 100);
}

#[tokio::test]
async fn the_token_is_stored_sealed() {
    let numbers = Numbers::new().await;
    let id = numbers.registered(META_ID).await;

    let stored = numbers.stored(&id).await;

    let opened = switchboard_service::phone_numbers::open_token(&numbers.sealer, &stored).await.unwrap();
    assert_eq!(secrecy::ExposeSecret::expose_secret(&opened), TOKEN);
    assert!(!stored.sealed_token.windows(TOKEN.len()).any(|bytes| bytes == TOKEN.as_bytes()));
}

#[tokio::test]
async fn a_sealed_token_opens_for_its_own_number_only() {
    let numbers = Numbers::new().await;
    let (one, two) = (numbers.registered("101").await, numbers.registered("102").await);
    let mut swapped = numbers.stored(&one).await;
    swapped.sealed_token = numbers.stored(&two).await.sealed_token;

    let opened = switchboard_service::phone_numbers::open_token(&numbers.sealer, &swapped).await;

    assert!(opened.is_err());
}

#[tokio::test]
async fn the_end_of_a_token_is_kept() {
    let numbers = Numbers::new().await;
    let answer = numbers.register(&numbers.registration_with(META_ID, "EAAexpiring")).await;
    let shown: switchboard_model::Timestamp = answer.str("/token_expires_at").parse().unwrap();
    assert_eq!(numbers.stored(&answer.str("/id")).await.token_expires_at, Some(shown));
}

#[tokio::test]
async fn our_app_hears_of_the_account_of_a_registered_number() {
    let numbers = Numbers::new().await;
    let mut given = numbers.registration("2001");
    given["business_id"] = json!("2");

    let before = [numbers.is_subscribed("1234567890000").await, numbers.is_subscribed("2").await];
    numbers.registered(META_ID).await;
    numbers.register(&given).await;

    assert_eq!(before, [false, false]);
    assert!(numbers.is_subscribed("1234567890000").await && numbers.is_subscribed("2").await);
}

#[tokio::test]
async fn a_number_of_which_our_app_may_not_hear_is_not_registered() {
    let numbers = Numbers::new().await;

    let answer = numbers.register(&numbers.registration_with(META_ID, "EAAnosubscription")).await;

    assert_snapshot!(answer, @r#"
    400 {
      "detail": "Meta rejected the request: Permission denied"
    }
    "#);
    assert_eq!(numbers.list("").await.json()["total"], 0);
}

#[tokio::test]
async fn a_number_that_meta_has_not_connected_is_pending() {
    let numbers = Numbers::new().await;
    for (at, status) in ["PENDING", "DISCONNECTED", "BANNED", "CONNECTED", "FLAGGED"].into_iter().enumerate()
    {
        numbers.meta_says(json!({"phone_number_id": format!("{at}77"), "status": status})).await;
    }

    let mut statuses = Vec::new();
    for at in 0..5 {
        statuses.push(numbers.register(&numbers.registration(&format!("{at}77"))).await.str("/status"));
    }

    assert_eq!(statuses, ["pending", "pending", "pending", "active", "active"]);
}
