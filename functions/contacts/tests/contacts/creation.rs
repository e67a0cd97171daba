//! `POST /api/contacts`, `GET /api/contacts/{contact_id}`

use insta::assert_snapshot;
use serde_json::json;
use switchboard_testkit::Call;

use crate::support::{Stage, together};

#[tokio::test]
async fn a_created_contact_has_the_documented_shape() {
    let stage = Stage::new().await;
    let answer = stage.create("+1234567890", json!({"name": "John Doe", "tags": ["customer", "vip"]})).await;
    assert_snapshot!(answer, @r#"
    201 {
      "attributes": {},
      "consent": {
        "at": "2026-01-01T00:00:00Z",
        "source": "created"
      },
      "created_at": "2026-01-01T00:00:00Z",
      "id": "019b76da-a800-72ef-8d29-e615a6e739d4",
      "name": "John Doe",
      "opted_in": true,
      "phone_number": "+1234567890",
      "tags": [
        "customer",
        "vip"
      ],
      "updated_at": "2026-01-01T00:00:00Z",
      "user_id": null,
      "wa_id": "1234567890",
      "workspace_id": "019b76da-a800-72ef-8cf0-f3058a55412f"
    }
    "#);
    assert_eq!(stage.get(&answer.str("/id")).await.json(), answer.json());
}

#[tokio::test]
async fn name_tags_and_attributes_may_be_left_out_or_given() {
    let stage = Stage::new().await;
    let bare = stage.create("+442012345678", json!({})).await;
    let full = stage
        .create("+442012345679", json!({"name": " ", "tags": [" a ", "a"], "attributes": {"city": "Berlin"}}))
        .await;
    assert_eq!((bare.json()["name"].clone(), bare.json()["tags"].clone()), (json!(null), json!([])));
    assert_eq!(full.json()["name"], json!(null));
    assert_eq!(full.json()["tags"], json!(["a"]));
    assert_eq!(full.json()["attributes"], json!({"city": "Berlin"}));
}

#[tokio::test]
async fn a_number_is_one_contact() {
    let stage = Stage::new().await;
    stage.created("+1234567890", json!({})).await;
    assert_snapshot!(stage.create("+1234567890", json!({})).await, @r#"
    409 {
      "detail": "A contact with this phone number already exists"
    }
    "#);
}

#[tokio::test]
async fn wrong_fields_are_refused_by_place() {
    let stage = Stage::new().await;
    let many: Vec<String> = (0..21).map(|at| at.to_string()).collect();
    let answers = [
        stage.create("(123) 456-7890", json!({"name": "x".repeat(129), "tags": ["a,b"]})).await,
        stage.create("+1234567890", json!({"tags": many})).await,
        stage.create("+1234567890", json!({"tags": "vip"})).await,
        stage.create("+1234567890", json!({"attributes": {"": "x"}})).await,
        stage.send(Call::post("/api/contacts").json(&json!({"phone_number": "+1234567890"}))).await,
        stage.send(Call::post("/api/contacts").body("{")).await,
        stage.get("contact-uuid").await,
        stage.get("550e8400-e29b-41d4-a716-446655440000").await,
    ];
    assert_snapshot!(together(&answers), @r#"
    422 {"detail":[{"loc":["body","phone_number"],"msg":"Phone number must be in E.164 format","type":"value_error"},{"loc":["body","name"],"msg":"String should have at most 128 characters","type":"string_too_long"},{"loc":["body","tags"],"msg":"A tag can't hold a comma or a semicolon","type":"value_error"}]}
    422 {"detail":[{"loc":["body","tags"],"msg":"List should have at most 20 items after validation, not 21","type":"string_too_long"}]}
    422 {"detail":[{"loc":["body","tags"],"msg":"Input should be a sequence","type":"type_error"}]}
    422 {"detail":[{"loc":["body","attributes"],"msg":"String should have at least 1 character","type":"string_too_short"}]}
    422 {"detail":[{"loc":["body","workspace_id"],"msg":"Field required","type":"missing"}]}
    422 {"detail":[{"loc":["body"],"msg":"JSON decode error: EOF while parsing an object at line 1 column 1","type":"json_invalid"}]}
    422 {"detail":[{"loc":["path","contact_id"],"msg":"Input should be a valid UUID","type":"value_error"}]}
    404 {"detail":"Contact not found"}
    "#);
}
