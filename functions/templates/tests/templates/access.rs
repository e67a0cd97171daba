//! Who may do what.

use switchboard_model::access::Role;
use switchboard_model::id::spelling::uuid;
use switchboard_testkit::{Answer, Call};

use crate::support::Stage;

/// All operations on a template of the business, in somebody's name.
async fn all(stage: &Stage, id: &str, token: &str) -> Vec<Answer> {
    let workspace_id = uuid::spell(stage.business.workspace.id);
    let sync = serde_json::json!({ "workspace_id": workspace_id });
    let mut answers = Vec::new();
    for call in [
        Call::get(format!("/api/templates?workspace_id={workspace_id}")),
        Call::get(format!("/api/templates/{id}")),
        Call::post("/api/templates").json(&stage.template("another")),
        Call::post("/api/templates/sync").json(&sync),
        Call::patch(format!("/api/templates/{id}")).json(&serde_json::json!({})),
        Call::delete(format!("/api/templates/{id}")),
    ] {
        answers.push(call.bearer(token).to(&stage.router).await);
    }
    answers
}

fn statuses(answers: &[Answer]) -> Vec<u16> {
    answers.iter().map(|answer| answer.status.as_u16()).collect()
}

#[tokio::test]
async fn agents_read_and_all_others_manage() {
    for (role, expected) in [
        (Role::Agent, [200, 200, 403, 403, 403, 403]),
        (Role::Member, [200, 200, 201, 200, 200, 204]),
        (Role::Admin, [200, 200, 201, 200, 200, 204]),
    ] {
        let stage = Stage::new().await;
        let id = stage.created("welcome").await;
        let token = stage.token_of(role).await;
        assert_eq!(statuses(&all(&stage, &id, &token).await), expected, "{role}");
    }
}

#[tokio::test]
async fn the_api_key_manages_templates() {
    let stage = Stage::new().await;
    let id = stage.created("welcome").await;
    let answers = all(&stage, &id, &stage.business.api_key).await;
    assert_eq!(statuses(&answers), [200, 200, 201, 200, 200, 204]);
}

#[tokio::test]
async fn strangers_find_nothing() {
    let stage = Stage::new().await;
    let id = stage.created("welcome").await;
    let other = stage.business.another(&stage.world).await;
    let before = stage.get(&id).await.json();

    for token in [&other.owner.token, &other.api_key] {
        let answers = all(&stage, &id, token).await;
        assert_eq!(statuses(&answers), [404; 6]);
        let never = Call::get("/api/templates/00000000-0000-7000-8000-000000000000").bearer(token);
        assert_eq!(answers[1].text(), never.to(&stage.router).await.text());
    }

    let nobody = all(&stage, &id, "nonsense").await;
    assert_eq!(statuses(&nobody), [401; 6]);
    let no_key = all(&stage, &id, "wsk_nonsense").await;
    assert_eq!(statuses(&no_key), [401; 6]);
    assert_eq!(stage.get(&id).await.json(), before);
}

#[tokio::test]
async fn an_id_that_is_none_is_refused() {
    let stage = Stage::new().await;
    assert_eq!(stage.get("template-uuid").await.status, 422);
}
