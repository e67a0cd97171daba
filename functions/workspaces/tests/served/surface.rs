//! What the function shows before anybody is let in: its routes, their description, its refusals.

use std::collections::BTreeSet;

use insta::assert_snapshot;
use serde_json::Value;
use switchboard_testkit::Call;

use crate::support::{Office, all};

#[tokio::test]
async fn requests_without_good_credentials_are_refused() {
    let office = Office::new().await;
    let answers = [
        Call::get("/api/workspaces").to(&office.router).await,
        Call::get("/api/workspaces").bearer("nonsense").to(&office.router).await,
        Call::get("/api/workspaces").bearer("wsk_nonsense").to(&office.router).await,
    ];
    assert_snapshot!(all(&answers), @r#"
    401 {
      "detail": "Not authenticated"
    }
    401 {
      "detail": "Invalid authentication credentials"
    }
    401 {
      "detail": "Invalid authentication credentials"
    }
    "#);
}

#[tokio::test]
async fn unknown_paths_and_methods_keep_the_shape() {
    let office = Office::new().await;
    let answers = [
        Call::get("/api/workspaces/a/b/c").to(&office.router).await,
        Call::new(http::Method::PUT, "/api/workspaces").to(&office.router).await,
    ];
    assert_snapshot!(all(&answers), @r#"
    404 {
      "detail": "Not Found"
    }
    405 {
      "detail": "Method Not Allowed"
    }
    "#);
}

#[tokio::test]
async fn every_sample_event_names_a_route_of_the_function() {
    let office = Office::new().await;
    let mut routes = BTreeSet::new();
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/events")).unwrap() {
        let event: Value = serde_json::from_slice(&std::fs::read(entry.unwrap().path()).unwrap()).unwrap();
        let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str).unwrap().to_owned();
        let method: http::Method = text("/requestContext/http/method").parse().unwrap();
        let answer = Call::new(method, text("/rawPath")).to(&office.router).await;
        assert_eq!(answer.status, 401, "{event}");
        routes.insert(text("/routeKey"));
    }
    assert_eq!(routes.len(), 13, "{routes:?}");
}

#[test]
fn every_route_is_described() {
    let description: Value = serde_json::to_value(workspaces::openapi()).unwrap();
    let routes: Vec<String> = description["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, verbs)| verbs.as_object().unwrap().keys().map(move |verb| format!("{verb} {path}")))
        .collect();
    assert_snapshot!(routes.join("\n"), @"
    get /api/workspaces
    post /api/workspaces
    delete /api/workspaces/{workspace_id}
    get /api/workspaces/{workspace_id}
    patch /api/workspaces/{workspace_id}
    post /api/workspaces/{workspace_id}/api-key/rotate
    get /api/workspaces/{workspace_id}/members
    post /api/workspaces/{workspace_id}/members
    post /api/workspaces/{workspace_id}/members/accept
    delete /api/workspaces/{workspace_id}/members/{member_id}
    patch /api/workspaces/{workspace_id}/members/{member_id}
    post /api/workspaces/{workspace_id}/members/{member_id}/invitation
    post /api/workspaces/{workspace_id}/webhook-secret/rotate
    ");
    assert_snapshot!(description["components"]["schemas"]["UpdateWorkspaceIn"], @r#"{"description":"What is to be changed of a workspace. What is left out or `null` stays as it is; only settings can be cleared\nby `null`.","properties":{"name":{"description":"Another name, 1 to 100 characters. The slug stays.","example":"Updated Company Name","type":["string","null"]},"plan":{"description":"Another plan.","oneOf":[{"enum":["free","pro","enterprise"],"type":"string"},{"type":"null"}]},"settings":{"description":"Any object of up to 16 KiB, in the place of all settings that were there. On the `enterprise` plan,\n`rate_limits.requests_per_hour` and `rate_limits.requests_per_day` set limits of the workspace's own.\n`messaging.enforce_window` (true where it is left out) refuses texts and files outside the customer service\nwindow; `messaging.opt_out_keywords` and `messaging.opt_in_keywords`, each `{\"add\": [], \"remove\": []}`, change\nthe words with which customers opt out and in.","type":["object","null"]},"status":{"description":"Another status. A suspended workspace can be looked at and managed, but nothing can be sent from it.","oneOf":[{"enum":["active","suspended"],"type":"string"},{"type":"null"}]}},"type":"object"}"#);
}
