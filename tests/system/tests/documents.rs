//! The documents that the reference page shows.

use serde_json::{Value, json};
use system_tests::{Business, Stack, beside_others};

#[tokio::test(flavor = "multi_thread")]
async fn the_documents_are_served() {
    let _turn = beside_others().await;
    let stack = Stack::running();

    let whatsapp = stack.api().get("/openapi/whatsapp.json").await;
    let workspace = stack.api().get("/openapi/workspace.json").await;
    let page = stack.api().get("/docs/").await;
    let nothing = stack.api().get("/api/nothing").await;
    let nothing_below_v1 = stack.api().get("/api/v1/nothing").await;

    assert!(whatsapp.body["paths"]["/api/messages/send/text"]["post"].is_object());
    assert!(workspace.body["paths"]["/api/v1/messages"]["post"].is_object());
    assert_eq!(page.status, 200);
    assert!(page.text.contains("<html"));
    assert_eq!((nothing.status.as_u16(), nothing.body), (404, json!({"detail": "Not Found"})));
    assert_eq!(nothing_below_v1.body, json!({"error": "Not Found", "code": "NOT_FOUND"}));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_examples_of_the_workspace_messaging_api_work_as_shown() {
    let _turn = beside_others().await;
    let stack = Stack::running();
    let business = Business::new(&stack).await;
    let team = stack.api().with(&business.api_token().await);
    team.post("/api/v1/channels", json!({"name": "general"})).await;
    let document = stack.api().get("/openapi/workspace.json").await.body;

    let paths = ["/api/v1/channels", "/api/v1/departments", "/api/v1/members", "/api/v1/messages"];
    for path in paths {
        let body = &document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"];
        let name = body["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
        let example: Value = document["components"]["schemas"][name]["example"].clone();
        let answer = team.post(path, example).await;
        assert_eq!(answer.status, 201, "{path}: {}", answer.text);
    }
}
