//! Programs on `axios`, `requests` and Flask, as users of the Workspace Messaging API v1 have them.

use serde_json::{Value, json};
use system_tests::{Api, Business, Program, Stack, beside_others, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn a_program_on_axios_works_as_written() {
    let _turn = beside_others().await;
    let stack = Stack::running();
    works_through_the_api(&stack, "calls.js").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_on_requests_works_as_written() {
    let _turn = beside_others().await;
    let stack = Stack::running();
    works_through_the_api(&stack, "calls.py").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_writes_the_body_as_javascript_does_takes_events_and_answers() {
    let _turn = beside_others().await;
    let stack = Stack::running();
    takes_events_and_answers(&stack, "receiver.js").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_writes_the_body_as_python_does_takes_events_and_answers() {
    let _turn = beside_others().await;
    let stack = Stack::running();
    takes_events_and_answers(&stack, "receiver.py").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_signs_as_javascript_does_acts_by_an_incoming_webhook() {
    let _turn = beside_others().await;
    let stack = Stack::running();
    acts_by_an_incoming_webhook(&stack, "sender.js").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_signs_as_python_does_acts_by_an_incoming_webhook() {
    let _turn = beside_others().await;
    let stack = Stack::running();
    acts_by_an_incoming_webhook(&stack, "sender.py").await;
}

/// A program makes the calls of the document's class for its language.
async fn works_through_the_api(stack: &Stack, file: &'static str) {
    let business = Business::new(stack).await;
    let token = business.api_token().await;
    let team = stack.api().with(&token);
    channel(&team, "general").await;
    let url = format!("{}/api/v1", stack.api_url());
    let new_member = format!("new-{}@example.com", business.meta_id);

    let environment =
        [("API_URL", url.as_str()), ("API_TOKEN", token.as_str()), ("NEW_MEMBER", new_member.as_str())];
    let got = Program::start(file, &environment).json().await;

    assert_eq!((&got["byName"]["success"], &got["sent"]["success"]), (&json!(true), &json!(true)), "{got}");
    assert_eq!(got["byName"]["message"]["channelId"], general_of(&got["channels"])["id"]);
    assert_eq!(got["channel"]["description"], Value::Null);
    assert_eq!(got["sent"]["message"]["content"], "Hello 🐍");
    assert_eq!(got["sent"]["message"]["metadata"], json!({"source": "script", "tags": ["a", "b"]}));
    assert_eq!(got["empty"]["message"]["metadata"], json!({}));
    let made = got["channels"].as_array().unwrap().iter().find(|one| one["id"] == got["channel"]["id"]);
    assert_eq!(made.unwrap()["_count"]["messages"], 2);
    assert_eq!(got["added"]["member"]["user"]["email"], new_member);
    assert_eq!(got["members"]["pagination"], json!({"page": 1, "limit": 50, "total": 2, "totalPages": 1}));
    assert_eq!(
        (&got["again"]["status"], &got["again"]["body"]["code"]),
        (&json!(409), &json!("ALREADY_MEMBER"))
    );
    let nowhere = &got["nowhere"];
    assert_eq!((&nowhere["status"], &nowhere["body"]["code"]), (&json!(404), &json!("CHANNEL_NOT_FOUND")));
    let unsaid = &got["unsaid"];
    assert_eq!((&unsaid["status"], &unsaid["body"]["code"]), (&json!(400), &json!("INVALID_REQUEST_BODY")));
    let remaining: Vec<_> =
        got["remaining"].as_array().unwrap().iter().map(|left| left.as_i64().unwrap()).collect();
    assert!(remaining.is_sorted_by(|before, after| before > after), "{remaining:?}");
}

fn general_of(channels: &Value) -> &Value {
    channels.as_array().unwrap().iter().find(|channel| channel["name"] == "general").unwrap()
}

/// A receiver checks signatures as the document's does, and gets an event and the answer to a message.
async fn takes_events_and_answers(stack: &Stack, file: &'static str) {
    let business = Business::new(stack).await;
    let team = stack.api().with(&business.api_token().await);
    channel(&team, "general").await;
    let mut receiver = Program::start(file, &[]);
    let url = format!("http://127.0.0.1:{}/", receiver.line().await);

    let path = format!("/api/workspaces/{}/webhooks", business.workspace_id);
    let webhook = business.api.post(&path, json!({"url": url, "events": ["member.added"]})).await;
    receiver.tell(&webhook.str("secret"));
    let email = format!("zoé-{}@example.com", business.meta_id).replace('é', "e");
    team.post("/api/v1/members", json!({"email": email, "title": "Zoë – «Ω» 🐍"})).await;
    let event = receiver.json().await;

    let secret = workspace_secret(&business).await;
    receiver.tell(&secret);
    let asked = json!({
        "channelId": "general",
        "content": "Déployer? 🚀",
        "messageType": "interactive",
        "actions": [{"actionId": "approve", "label": "Approuver ✅", "style": "primary"}],
        "callbackUrl": url,
        "metadata": {"deploymentId": "dep_1"},
    });
    let message = team.post("/api/v1/messages", asked).await;
    let id = message.body["message"]["id"].as_str().unwrap();
    let actions = format!("/api/v1/messages/{id}/actions");
    let answered = business.api.post(&format!("{actions}/approve"), json!({"comment": "Ça va"})).await;
    let callback = receiver.json().await;

    assert_eq!((&event["event"], &event["body"]["type"]), (&json!("member.added"), &json!("member.added")));
    assert_eq!(event["body"]["data"]["email"], email);
    assert_eq!(answered.status, 200, "{}", answered.text);
    assert_eq!(callback["event"], "message.action_response");
    assert_eq!(callback["body"]["message"]["content"], "Déployer? 🚀");
    assert_eq!(callback["body"]["action"], json!({"id": "approve", "label": "Approuver ✅"}));
    assert_eq!(callback["body"]["response"]["comment"], "Ça va");
    assert_eq!(callback["body"]["response"]["metadata"]["deploymentId"], "dep_1");
    let response = eventually("the callback to be told as sent", || async {
        let mut responses = business.api.get(&actions).await.body;
        let response = responses["responses"][0].take();
        (response["webhookSent"] == true).then_some(response)
    })
    .await;
    assert_eq!(response["webhookStatus"], "delivered");
    assert_eq!(response["webhookResponse"]["status"], 200);
    let said: Value = serde_json::from_str(response["webhookResponse"]["body"].as_str().unwrap()).unwrap();
    assert_eq!(said, json!({"success": true}));
}

async fn channel(team: &Api, name: &str) {
    let made = team.post("/api/v1/channels", json!({"name": name})).await;
    assert_eq!(made.status, 201, "{}", made.text);
}

async fn workspace_secret(business: &Business) -> String {
    business.api.get(&format!("/api/workspaces/{}", business.workspace_id)).await.str("webhook_secret")
}

/// A service does all four things of the document, signed as its example signs.
async fn acts_by_an_incoming_webhook(stack: &Stack, file: &'static str) {
    let business = Business::new(stack).await;
    let team = stack.api().with(&business.api_token().await);
    channel(&team, "general").await;
    let actions = ["send_message", "create_channel", "create_department", "add_member"];
    let path = format!("/api/workspaces/{}/incoming-webhooks", business.workspace_id);
    let made = business.api.post(&path, json!({"name": "Deployments", "actions": actions})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let email = format!("hook-{}@example.com", business.meta_id);
    let requests = json!([
        {"action": "send_message", "data": {"channelId": "general", "content": "Déployé 🚀"}},
        {"action": "create_channel", "data": {"name": "rollouts", "description": "Zoë’s", "type": "public"}},
        {"action": "create_department", "data": {"name": "Operations"}},
        {"action": "add_member", "data": {"email": email, "role": "member"}},
    ]);

    let environment = [
        ("WEBHOOK_URL", made.str("url")),
        ("WEBHOOK_ID", made.str("webhook_id")),
        ("WEBHOOK_SECRET", made.str("secret")),
        ("REQUESTS", requests.to_string()),
    ];
    let environment: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let got = Program::start(file, &environment).json().await;

    for (action, key) in actions.iter().zip(["messageId", "channelId", "departmentId", "memberId"]) {
        let answer = &got[action];
        assert_eq!(answer["status"], 200, "{action}: {answer}");
        assert_eq!((&answer["body"]["success"], &answer["body"]["action"]), (&json!(true), &json!(action)));
        assert!(answer["body"]["result"][key].is_string(), "{action}: {answer}");
    }
    let forged = &got["forged"];
    assert_eq!((&forged["status"], &forged["body"]["code"]), (&json!(401), &json!("INVALID_SIGNATURE")));
    let channels = team.get("/api/v1/channels").await.body["channels"].clone();
    assert_eq!(general_of(&channels)["_count"]["messages"], 1);
    let members = team.get("/api/v1/members").await.body;
    assert_eq!(members["members"][0]["user"]["email"], email);
}
