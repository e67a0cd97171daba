//! Conversations, from a customer's message to the answer and the read receipt.

use reqwest::Method;
use serde_json::{Value, json};
use system_tests::{Business, Stack, beside_others, eventually};

/// The routes that are walked with a stranger's token here.
pub const ROUTES: [&str; 8] = [
    "POST /api/messages/send/template",
    "POST /api/messages/send/media",
    "POST /api/messages/{message_id}/read",
    "GET /api/conversations",
    "GET /api/conversations/{conversation_id}",
    "PATCH /api/conversations/{conversation_id}",
    "GET /api/conversations/{conversation_id}/messages",
    "POST /api/conversations/{conversation_id}/read",
];

const CUSTOMER: &str = "4915112345678";

/// The conversations of a business.
async fn conversations(business: &Business) -> Value {
    business.api.get(&format!("/api/conversations?workspace_id={}", business.workspace_id)).await.body
}

/// The first conversation of a business, once there is one.
async fn first(business: &Business) -> Value {
    eventually("a conversation", || async {
        Some(conversations(business).await["data"][0].clone()).filter(|found| !found.is_null())
    })
    .await
}

async fn write_in(stack: &Stack, business: &Business, text: &str) {
    let body = json!({"phone_number_id": business.meta_id, "from": CUSTOMER, "text": text});
    stack.simulator().write_in(body).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_is_answered_within_the_window_and_sees_that_the_message_is_read() {
    let _turn = beside_others().await;
    let stack = Stack::running();
    let business = Business::new(&stack).await;
    let workspace = format!("/api/workspaces/{}", business.workspace_id);
    business.api.call(Method::PATCH, &workspace, Some(json!({"settings": {}}))).await;
    let customer = format!("+{CUSTOMER}");
    assert_eq!(business.try_send(&customer, "Anybody there?").await.status, 409);

    write_in(&stack, &business, "Good morning").await;
    let conversation = first(&business).await;
    let answer = business.send(&customer, "Hello").await;
    business.reaches(&answer, "read").await;
    let before = stack.simulator().stats(&business.meta_id).await["calls"].as_u64().unwrap();
    let id = conversation["id"].as_str().unwrap();
    let read = business.api.post(&format!("/api/conversations/{id}/read"), json!({})).await;

    assert_eq!(
        (conversation["customer"].as_str(), &conversation["unread_count"]),
        (Some(&*customer), &json!(1))
    );
    assert_eq!((read.status.as_u16(), &read.body["unread_count"]), (200, &json!(0)));
    eventually("WhatsApp to be told", || async {
        let calls = stack.simulator().stats(&business.meta_id).await["calls"].as_u64().unwrap();
        (calls > before).then_some(())
    })
    .await;
    let timeline = business.api.get(&format!("/api/conversations/{id}/messages")).await.body;
    assert_eq!(
        (&timeline["data"][0]["text"], &timeline["data"][1]["text"]),
        (&json!("Hello"), &json!("Good morning"))
    );
    assert_eq!((&timeline["total"], &timeline["data"][1]["read_at"].is_string()), (&json!(2), &true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_finds_no_conversation() {
    let _turn = beside_others().await;
    let stack = Stack::running();
    let (owner, stranger) = (Business::new(&stack).await, Business::new(&stack).await);
    write_in(&stack, &owner, "hi").await;
    let conversation = first(&owner).await;
    let id = conversation["id"].as_str().unwrap();
    let message = conversation["last_message"]["id"].as_str().unwrap();
    let base = json!({"workspace_id": owner.workspace_id, "phone_number_id": owner.phone_number_id,
        "to": "+15550001111", "template_name": "welcome", "template_language": "en", "media_type": "image",
        "media_id": message});
    let list = format!("/api/conversations?workspace_id={}", owner.workspace_id);
    let walks = [
        (Method::POST, "/api/messages/send/template".to_owned(), Some(base.clone())),
        (Method::POST, "/api/messages/send/media".to_owned(), Some(base)),
        (Method::POST, format!("/api/messages/{message}/read"), None),
        (Method::GET, list, None),
        (Method::GET, format!("/api/conversations/{id}"), None),
        (Method::PATCH, format!("/api/conversations/{id}"), Some(json!({"assignee": null}))),
        (Method::GET, format!("/api/conversations/{id}/messages"), None),
        (Method::POST, format!("/api/conversations/{id}/read"), None),
    ];

    for (method, path, body) in walks {
        let answer = stranger.api.call(method.clone(), &path, body.clone()).await;
        assert_eq!(answer.status, 404, "{method} {path}: {}", answer.text);
        let answer = stack.api().call(method.clone(), &path, body).await;
        assert_eq!(answer.status, 401, "{method} {path}: {}", answer.text);
    }
    assert_eq!(conversations(&owner).await["data"][0], conversation);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_whom_whatsapp_calls_otherwise_answers_in_the_conversation_with_them() {
    let _turn = beside_others().await;
    let stack = Stack::running();
    let business = Business::new(&stack).await;
    // The simulator calls this one by a number that is a digit shorter.
    let (addressed, spelled) = ("+155590000014", "15559000001");
    let message = business.send(addressed, "Good morning").await;
    business.reaches(&message, "read").await;
    let workspace = format!("/api/workspaces/{}", business.workspace_id);
    business.api.call(Method::PATCH, &workspace, Some(json!({"settings": {}}))).await;
    assert_eq!(business.try_send(addressed, "Anybody there?").await.status, 409);

    let answer = json!({"phone_number_id": business.meta_id, "from": spelled, "text": "Yes"});
    stack.simulator().write_in(answer).await;

    let conversation = eventually("the answer", || async {
        Some(first(&business).await).filter(|found| found["unread_count"] == 1)
    })
    .await;
    assert_eq!(
        (&conversation["customer"], &conversations(&business).await["total"]),
        (&json!(addressed), &json!(1))
    );
    assert_eq!(business.try_send(addressed, "Hello").await.status, 201);
}
