//! The documents that the reference page shows.

use serde_json::{Value, json};
use system_tests::{Business, Stack, beside_others, eventually};

/// The example of the body that is posted to a path, with the ids of a business in it.
fn example(document: &Value, path: &str, business: &Business) -> Value {
    let body = &document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"];
    let name = body["$ref"].as_str().unwrap_or_else(|| panic!("{path}")).rsplit('/').next().unwrap();
    let mut example = document["components"]["schemas"][name]["example"].clone();
    assert!(example.is_object(), "{path}");
    for (id, own) in
        [("workspace_id", &business.workspace_id), ("phone_number_id", &business.phone_number_id)]
    {
        if example.get(id).is_some() {
            example[id] = json!(own);
        }
    }
    example
}

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
        let answer = team.post(path, example(&document, path, &business)).await;
        assert_eq!(answer.status, 201, "{path}: {}", answer.text);
    }
    let sent = &document["paths"]["/api/v1/messages"]["post"]["requestBody"]["content"]["application/json"];
    let sent = team.post("/api/v1/messages", sent["examples"]["interactive"]["value"].clone()).await;
    assert_eq!(sent.status, 201, "{}", sent.text);
    let choice = example(&document, "/api/v1/messages/{message_id}/action", &business);
    let path = format!("/api/v1/messages/{}/action", sent.body["message"]["id"].as_str().unwrap());
    let answered = business.api.post(&path, choice).await;
    assert_eq!(answered.status, 200, "{}", answered.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_examples_of_the_whatsapp_business_api_work_as_shown() {
    let _turn = beside_others().await;
    let stack = Stack::running();
    let business = Business::new(&stack).await;
    let document = stack.api().get("/openapi/whatsapp.json").await.body;
    let post = async |path: &str| {
        let at = path.replace("{workspace_id}", &business.workspace_id);
        let answer = business.api.post(&at, example(&document, path, &business)).await;
        assert_eq!(answer.status, 201, "{path}: {}", answer.text);
        answer.body
    };

    let template = post("/api/templates").await;
    let token = post("/api/workspaces/{workspace_id}/api-tokens").await;
    for path in [
        "/api/contacts",
        "/api/campaigns",
        "/api/messages/send/text",
        "/api/workspaces/{workspace_id}/webhooks",
    ] {
        post(path).await;
    }
    let program = stack.api().with(token["token"].as_str().unwrap());
    assert_eq!(program.get("/api/v1/channels").await.status, 200);
    let template = format!("/api/templates/{}", template["id"].as_str().unwrap());
    eventually("the template to be approved", || async {
        (business.api.get(&template).await.body["status"] == "APPROVED").then_some(())
    })
    .await;
    post("/api/messages/send/template").await;
}
