//! Who may do what.

use insta::assert_snapshot;
use serde_json::{Value, json};
use switchboard_testkit::{Answer, Call};

use crate::support::{Stage, together};

/// Every operation on the contact and the import with these ids.
fn calls(stage: &Stage, contact: &str, import: &str) -> Vec<Call> {
    let workspace = stage.workspace();
    let announced = json!({
        "workspace_id": workspace, "file_name": "a.csv", "file_size": 1,
        "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    });
    vec![
        Call::post("/api/contacts").json(&json!({"workspace_id": workspace, "phone_number": "+1555000"})),
        Call::get(format!("/api/contacts?workspace_id={workspace}")),
        Call::get(format!("/api/contacts/{contact}")),
        Call::patch(format!("/api/contacts/{contact}")).json(&json!({"name": "x"})),
        Call::delete(format!("/api/contacts/{contact}")),
        stage.import_call("a.csv", "phone\n+15550001111\n", ""),
        Call::post("/api/contacts/imports/uploads").json(&announced),
        Call::get(format!("/api/contacts/imports/{import}")),
        Call::get(format!("/api/contacts/imports/{import}/results")),
        Call::post(format!("/api/contacts/imports/{import}/start")),
    ]
}

async fn announced(stage: &Stage) -> String {
    let workspace_id = stage.workspace();
    let body = json!({
        "workspace_id": workspace_id, "file_name": "a.csv", "file_size": 1,
        "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    });
    stage.send(Call::post("/api/contacts/imports/uploads").json(&body)).await.str("/id")
}

#[tokio::test]
async fn strangers_find_nothing() {
    let stage = Stage::new().await;
    let other = stage.business.another(&stage.world).await;
    let contact = stage.created("+1234567890", json!({})).await;
    let import = announced(&stage).await;
    for token in [&other.owner.token, &other.api_key] {
        for call in calls(&stage, &contact, &import) {
            let answer = call.bearer(token).to(&stage.router).await;
            assert_eq!(answer.status, 404, "{answer}");
        }
    }
    for call in calls(&stage, &contact, &import) {
        assert_eq!(call.to(&stage.router).await.status, 401);
    }
    assert_eq!(stage.list("").await.json()["total"], 1);
}

#[tokio::test]
async fn an_api_key_may_do_what_a_member_may() {
    let stage = Stage::new().await;
    let contact = stage.created("+1234567890", json!({})).await;
    let import = announced(&stage).await;
    for call in calls(&stage, &contact, &import) {
        let answer = call.bearer(&stage.business.api_key).to(&stage.router).await;
        assert!(answer.status.is_success() || answer.status == 409, "{answer}");
    }
}

#[tokio::test]
async fn unknown_routes_and_methods_are_refused_in_the_dialects_shape() {
    let stage = Stage::new().await;
    let answers: Vec<Answer> = vec![
        stage.send(Call::get("/api/contacts/import")).await,
        stage.send(Call::get("/api/contacts/imports")).await,
        stage.send(Call::delete("/api/contacts").json(&Value::Null)).await,
    ];
    assert_snapshot!(together(&answers), @r#"
    405 {"detail":"Method Not Allowed"}
    422 {"detail":[{"loc":["path","contact_id"],"msg":"Input should be a valid UUID","type":"value_error"}]}
    405 {"detail":"Method Not Allowed"}
    "#);
}
