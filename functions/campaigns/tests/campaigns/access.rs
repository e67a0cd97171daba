//! Who may do what.

use http::Method;
use serde_json::json;
use switchboard_model::access::Role;
use switchboard_testkit::{Answer, Call};

use crate::support::Stage;

fn calls(id: &str) -> Vec<(Method, String)> {
    let at = |method: Method, path: &str| (method, format!("/api/campaigns/{id}{path}"));
    vec![
        at(Method::GET, ""),
        at(Method::GET, "/recipients"),
        at(Method::GET, "/results.csv"),
        at(Method::PATCH, ""),
        at(Method::POST, "/preview"),
        at(Method::POST, "/start"),
        at(Method::POST, "/pause"),
        at(Method::POST, "/cancel"),
        at(Method::POST, "/retry"),
        at(Method::DELETE, ""),
    ]
}

async fn call(stage: &Stage, method: &Method, path: &str, token: &str) -> Answer {
    let call = Call::new(method.clone(), path.to_owned()).bearer(token);
    let call = if *method == Method::PATCH { call.json(&json!({"name": "Other"})) } else { call };
    call.to(&stage.router).await
}

#[tokio::test]
async fn agents_may_look_and_nothing_else() {
    let stage = Stage::new().await;
    let agent = stage.business.add(&stage.world, "agent@example.com", Role::Agent).await;
    let id = stage.created(&stage.draft()).await;
    for (method, path) in calls(&id) {
        let expected = if method == Method::GET { 200 } else { 403 };
        let answer = call(&stage, &method, &path, &agent.token).await;
        assert_eq!(answer.status, expected, "{method} {path}: {answer}");
    }
    let created = Call::post("/api/campaigns").json(&stage.draft()).bearer(&agent.token);
    assert_eq!(created.to(&stage.router).await.status, 403);
}

#[tokio::test]
async fn members_and_keys_may_manage_campaigns() {
    let stage = Stage::new().await;
    let member = stage.business.add(&stage.world, "member@example.com", Role::Member).await;
    for token in [&member.token, &stage.business.api_key] {
        let created = Call::post("/api/campaigns").json(&stage.draft()).bearer(token).to(&stage.router).await;
        assert_eq!(created.status, 201, "{created}");
        let path = format!("/api/campaigns/{}", created.str("/id"));
        assert_eq!(call(&stage, &Method::PATCH, &path, token).await.status, 200);
    }
}

#[tokio::test]
async fn to_strangers_a_campaign_does_not_exist() {
    let stage = Stage::new().await;
    let stranger = stage.business.another(&stage.world).await;
    let id = stage.created(&stage.draft()).await;
    for (method, path) in calls(&id) {
        for token in [&stranger.owner.token, &stranger.api_key] {
            let answer = call(&stage, &method, &path, token).await;
            assert_eq!(answer.status, 404, "{method} {path}: {answer}");
            assert_eq!(answer.str("/detail"), "Campaign not found");
        }
        let nobody = call(&stage, &method, &path, "wsk_of_nobody").await;
        assert_eq!(nobody.status, 401, "{method} {path}: {nobody}");
    }
    assert_eq!(stage.stored(&id).await.version, 1);
}
