//! `PATCH` and `DELETE /api/contacts/{contact_id}`

use insta::assert_snapshot;
use serde_json::json;
use switchboard_model::contact::ConsentSource;
use switchboard_model::conversation::Customer;
use switchboard_service::Contacts;

use crate::support::{Stage, names, together};

#[tokio::test]
async fn a_change_has_the_documented_shape() {
    let stage = Stage::new().await;
    let id = stage.created("+1234567890", json!({"name": "John Doe", "tags": ["customer", "vip"]})).await;
    stage.world.wait(60);
    let answer = stage
        .patch(&id, json!({"name": "Jane Doe", "tags": ["customer", "premium"], "opted_in": true}))
        .await;
    assert_snapshot!(answer, @r#"
    200 {
      "attributes": {},
      "consent": {
        "at": "2026-01-01T00:00:00Z",
        "source": "created"
      },
      "created_at": "2026-01-01T00:00:00Z",
      "id": "019b76da-a800-72ef-8d29-e615a6e739d4",
      "name": "Jane Doe",
      "opted_in": true,
      "phone_number": "+1234567890",
      "tags": [
        "customer",
        "premium"
      ],
      "updated_at": "2026-01-01T00:01:00Z",
      "user_id": null,
      "wa_id": "1234567890",
      "workspace_id": "019b76da-a800-72ef-8cf0-f3058a55412f"
    }
    "#);
    assert_eq!(stage.get(&id).await.json(), answer.json());
    assert_eq!(names(&stage.list("&tags=premium").await), ["Jane Doe"]);
    assert!(names(&stage.list("&tags=vip").await).is_empty());
}

#[tokio::test]
async fn what_is_left_out_stays_and_null_takes_a_name_away() {
    let stage = Stage::new().await;
    let id = stage.created("+1234567890", json!({"name": "John Doe", "tags": ["vip"]})).await;
    let before = stage.get(&id).await;

    assert_eq!(stage.patch(&id, json!({})).await.json(), before.json());
    // Who somebody is can't be changed: the field is not known, and passed over.
    let same = stage.patch(&id, json!({"phone_number": "+15550001111"})).await;
    assert_eq!(same.json()["phone_number"], "+1234567890");
    let nameless = stage.patch(&id, json!({"name": null})).await;
    assert_eq!(
        (nameless.json()["name"].clone(), nameless.json()["tags"].clone()),
        (json!(null), json!(["vip"]))
    );
}

#[tokio::test]
async fn consent_can_be_taken_away_and_given_back() {
    let stage = Stage::new().await;
    let id = stage.created("+1234567890", json!({})).await;
    let out = stage.patch(&id, json!({"opted_in": false})).await;
    assert_eq!(
        (out.json()["opted_in"].clone(), out.str("/consent/source")),
        (json!(false), "request".to_owned())
    );
    assert_eq!(stage.list("&opted_in=false").await.json()["total"], 1);
    let back = stage.patch(&id, json!({"opted_in": true})).await;
    assert_eq!(back.json()["opted_in"], true);
    assert_eq!(stage.list("&opted_in=false").await.json()["total"], 0);
}

#[tokio::test]
async fn wrong_changes_are_refused_by_place() {
    let stage = Stage::new().await;
    let id = stage.created("+1234567890", json!({})).await;
    let answers = [
        stage.patch(&id, json!({"name": "x".repeat(129), "tags": [""]})).await,
        stage.patch(&id, json!({"opted_in": "yes"})).await,
        stage.patch(&id, json!({"attributes": {"a": 1}})).await,
    ];
    assert_snapshot!(together(&answers), @r#"
    422 {"detail":[{"loc":["body","name"],"msg":"String should have at most 128 characters","type":"string_too_long"},{"loc":["body","tags"],"msg":"String should have at least 1 character","type":"string_too_short"}]}
    422 {"detail":[{"loc":["body","opted_in"],"msg":"Input should be a boolean","type":"type_error"}]}
    422 {"detail":[{"loc":["body","attributes","a"],"msg":"Input should be a string","type":"type_error"}]}
    "#);
}

#[tokio::test]
async fn a_deleted_contact_is_gone_and_its_number_free() {
    let stage = Stage::new().await;
    let id = stage.created("+1234567890", json!({"name": "John", "tags": ["vip"]})).await;

    assert_eq!(stage.delete(&id).await.status, 204);

    for answer in [stage.get(&id).await, stage.patch(&id, json!({})).await, stage.delete(&id).await] {
        assert_eq!(answer.status, 404, "{answer}");
    }
    assert_eq!(stage.list("").await.json()["total"], 0);
    let again = stage.create("+1234567890", json!({})).await;
    assert_eq!((again.json()["opted_in"].clone(), again.json()["name"].clone()), (json!(true), json!(null)));
    assert_ne!(again.str("/id"), id);
}

#[tokio::test]
async fn an_opt_out_survives_deletion() {
    let stage = Stage::new().await;
    let id = stage.created("+1234567890", json!({})).await;
    let customer = Customer::from_whatsapp("1234567890").unwrap();
    let at = stage.world.resources.now();
    let told = || {
        Contacts::set_consent(
            &stage.world.resources,
            stage.workspace_id(),
            &customer,
            false,
            ConsentSource::Keyword,
            at,
        )
    };
    assert!(told().await.unwrap());
    assert!(!told().await.unwrap());
    stage.delete(&id).await;

    let again = stage.create("+1234567890", json!({})).await;

    assert_eq!(again.json()["opted_in"], false);
    assert_eq!(again.str("/consent/source"), "keyword");
    stage.delete(&again.str("/id")).await;
    let imported = stage.import("a.csv", "phone\n+1234567890\n", "").await;
    assert_eq!(imported.json()["imported"], 1);
    assert_eq!(stage.list("&opted_in=true").await.json()["total"], 0);
}

#[tokio::test]
async fn who_writes_is_met_once_and_nobody_has_opted_them_in() {
    let stage = Stage::new().await;
    let resources = &stage.world.resources;
    let hidden = Customer::from_whatsapp("US.13491208655302741918").unwrap();
    let customer = Customer::from_whatsapp("15550001111").unwrap();
    let workspace_id = stage.workspace_id();

    Contacts::meet(resources, workspace_id, &hidden, Some("Ada \u{7}Lovelace"), None).await.unwrap();
    for _ in 0..2 {
        Contacts::meet(resources, workspace_id, &customer, None, Some(&hidden)).await.unwrap();
    }
    Contacts::meet(resources, workspace_id, &hidden, Some("Somebody"), None).await.unwrap();

    assert_snapshot!(stage.list("").await, @r#"
    200 {
      "data": [
        {
          "id": "019b76da-a800-72ef-8d34-f707235132c7",
          "name": "Ada Lovelace",
          "opted_in": false,
          "phone_number": "+15550001111",
          "tags": [],
          "user_id": "US.13491208655302741918",
          "workspace_id": "019b76da-a800-72ef-8cf0-f3058a55412f"
        }
      ],
      "limit": 20,
      "offset": 0,
      "total": 1
    }
    "#);
}
