//! What is refused, and in which order.

use insta::assert_snapshot;
use serde_json::{Value, json};
use switchboard_model::incoming_webhook::{IncomingAction, IncomingStatus, IncomingWebhookChange};
use switchboard_model::workspace::{Workspace, WorkspaceStatus};
use switchboard_testkit::Call;

use crate::stage::{PATH, Stage, all, signed_by};

fn message() -> Value {
    json!({"action": "send_message", "data": {"channelId": "general", "content": "x"}})
}

#[tokio::test]
async fn a_webhook_that_is_unknown_or_inactive_is_not_found_whatever_else_is_wrong() {
    let stage = Stage::new().await;
    assert_snapshot!(stage.answer(Call::post(PATH).json(&message())).await, @r#"
    400 {
      "code": "INVALID_REQUEST_BODY",
      "details": [
        {
          "field": "X-Webhook-Id",
          "message": "Header required"
        }
      ],
      "error": "Invalid request body"
    }
    "#);
    let (other, secret) = stage.webhook([IncomingAction::SendMessage].into(), None).await;
    let (workspace_id, permit) = (stage.business.workspace.id, stage.permit());
    stage.administration.delete(&permit, workspace_id, other.id).await.unwrap();
    let disable =
        IncomingWebhookChange { status: Some(IncomingStatus::Disabled), ..IncomingWebhookChange::default() };
    stage.administration.update(&permit, workspace_id, stage.webhook.id, disable).await.unwrap();
    let mut answers = vec![
        stage.send(&message()).await,
        stage.answer(signed_by(&other, &secret, &message().to_string())).await,
        stage.answer(signed_by(&stage.webhook, "another secret", "{")).await,
    ];
    for id in ["webhook_abc123", "", "x", "webhook_00000000000000000000000000"] {
        answers.push(stage.answer(Call::post(PATH).header("X-Webhook-Id", id).json(&message())).await);
    }
    for answer in &answers {
        assert_eq!(answer.json(), answers[0].json());
        assert_eq!(answer.status, 404);
    }
    assert_snapshot!(answers[0], @r#"
    404 {
      "code": "INVALID_WEBHOOK",
      "error": "Webhook not found or inactive"
    }
    "#);
}

#[tokio::test]
async fn who_has_no_good_signature_is_told_nothing_else() {
    let stage = Stage::new().await;
    for body in ["{", "{}", "[]", r#"{"action": "nonsense", "data": {}}"#] {
        let answer = stage.answer(signed_by(&stage.webhook, "another secret", body)).await;
        assert_eq!((answer.status.as_u16(), answer.str("/code")), (401, "INVALID_SIGNATURE".to_owned()));
        assert_eq!(answer.header("x-ratelimit-limit"), None);
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_named() {
    let stage = Stage::new().await;
    let long = "x".repeat(10_001);
    let bodies = [
        json!({}),
        json!({"action": "delete_channel", "data": {}}),
        json!({"action": 1}),
        json!({"action": "send_message"}),
        json!({"action": "send_message", "data": []}),
        json!({"action": "send_message", "data": {}}),
        json!({"action": "send_message", "data": {"content": ""}}),
        json!({"action": "send_message", "data": {"content": "x"}}),
        json!({"action": "send_message", "data": {"channelId": 1, "content": "x"}}),
        json!({"action": "send_message", "data": {"channelId": "general", "content": long}}),
        json!({"action": "create_channel", "data": {"name": "", "description": "x".repeat(501), "type": "secret"}}),
        json!({"action": "create_department", "data": {"name": "x".repeat(101)}}),
        json!({"action": "add_member", "data": {"email": "nobody", "role": "king"}}),
    ];
    let mut named = Vec::new();
    for body in &bodies {
        let answer = stage.send(body).await;
        assert_eq!((answer.status.as_u16(), answer.str("/code")), (400, "INVALID_REQUEST_BODY".to_owned()));
        let details = answer.json()["details"].clone();
        let each = details.as_array().unwrap().iter();
        let each: Vec<_> = each.map(|one| format!("{}: {}", one["field"], one["message"])).collect();
        named.push(each.join("; "));
    }
    assert_snapshot!(named.join("\n"), @r#"
    "action": "Field required"
    "action": "Input should be 'send_message', 'create_channel', 'create_department' or 'add_member'"
    "action": "Input should be a string"
    "data": "Field required"
    "data": "Input should be an object"
    "data.content": "Field required"
    "data.content": "String should have at least 1 character"
    "data.channelId": "Field required: the webhook has no channel of its own"
    "data.channelId": "Input should be a string"
    "data.content": "String should have at most 10000 characters"
    "data.name": "String should have at least 1 character"; "data.description": "String should have at most 500 characters"; "data.type": "Input should be 'public' or 'private'"
    "data.name": "String should have at most 100 characters"
    "data.email": "Invalid email format"; "data.role": "Input should be 'owner', 'admin', 'member' or 'guest'"
    "#);
}

#[tokio::test]
async fn what_a_webhook_may_not_do_is_forbidden_before_its_data_is_looked_at() {
    let stage = Stage::new().await;
    let (webhook, secret) = stage.webhook([IncomingAction::SendMessage].into(), None).await;
    for data in [json!({"name": "x"}), json!({}), Value::Null] {
        let body = json!({"action": "create_channel", "data": data}).to_string();
        let answer = stage.answer(signed_by(&webhook, &secret, &body)).await;
        assert_eq!(answer.status, 403);
        insta::allow_duplicates! { assert_snapshot!(answer, @r#"
        403 {
          "code": "INSUFFICIENT_PERMISSIONS",
          "error": "Insufficient permissions",
          "message": "This webhook may not create_channel"
        }
        "#); }
    }
    assert_eq!(stage.channels().await.len(), 1);
}

#[tokio::test]
async fn nobody_who_manages_the_workspace_is_made_by_a_webhook() {
    let stage = Stage::new().await;
    let mut answers = Vec::new();
    for role in ["owner", "admin"] {
        let data = json!({"email": "mallory@example.com", "role": role});
        answers.push(stage.send(&json!({"action": "add_member", "data": data})).await);
    }
    assert_snapshot!(all(&answers), @r#"
    403 {
      "code": "INSUFFICIENT_PERMISSIONS",
      "error": "Insufficient permissions",
      "message": "Insufficient permissions. OWNER role required"
    }
    403 {
      "code": "INSUFFICIENT_PERMISSIONS",
      "error": "Insufficient permissions",
      "message": "Insufficient permissions. OWNER or ADMIN role required"
    }
    "#);
    assert_eq!(stage.world.store().members(stage.business.workspace.id).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_channel_that_is_not_the_workspace_s_is_not_found() {
    let stage = Stage::new().await;
    for channel in ["General", "channel_01m7sx5wyrjvng11se0qt1cfmx", "x"] {
        let answer = stage
            .send(&json!({"action": "send_message", "data": {"channelId": channel, "content": "x"}}))
            .await;
        assert_eq!((answer.status.as_u16(), answer.str("/code")), (404, "CHANNEL_NOT_FOUND".to_owned()));
    }
}

#[tokio::test]
async fn a_suspended_workspace_takes_nothing_and_a_deleted_one_has_no_webhooks() {
    let stage = Stage::new().await;
    let workspace = stage.business.workspace.clone();
    let suspended = Workspace { status: WorkspaceStatus::Suspended, version: 2, ..workspace.clone() };
    stage.world.store().update_workspace(&suspended).await.unwrap();
    assert_snapshot!(stage.send(&message()).await, @r#"
    403 {
      "code": "INSUFFICIENT_PERMISSIONS",
      "error": "Insufficient permissions",
      "message": "Workspace is not active"
    }
    "#);
    let now = stage.world.resources.now();
    let deleted = Workspace { deleted_at: Some(now), version: 3, ..workspace };
    stage.world.store().update_workspace(&deleted).await.unwrap();
    let answer = stage.send(&message()).await;
    assert_eq!((answer.status.as_u16(), answer.str("/code")), (404, "INVALID_WEBHOOK".to_owned()));
}

#[tokio::test]
async fn over_the_limit_of_an_hour_nothing_is_done() {
    let stage = Stage::new().await;
    let change = IncomingWebhookChange { rate_limit: Some(2), ..IncomingWebhookChange::default() };
    let workspace_id = stage.business.workspace.id;
    stage.administration.update(&stage.permit(), workspace_id, stage.webhook.id, change).await.unwrap();
    stage.world.wait(600);
    for left in ["1", "0"] {
        let answer = stage.send(&message()).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("x-ratelimit-remaining"), Some(left));
    }
    for body in [message(), json!({})] {
        let answer = stage.send(&body).await;
        insta::allow_duplicates! { assert_snapshot!(answer, @r#"
        429 {
          "code": "RATE_LIMIT_EXCEEDED",
          "error": "Rate limit exceeded",
          "message": "Rate limit of 2 requests per hour exceeded"
        }
        "#); }
        assert_eq!(answer.header("x-ratelimit-remaining"), Some("0"));
        assert_eq!(answer.header("retry-after"), Some("3000"));
    }
    assert_eq!(stage.messages().await, 2);
    stage.world.wait(3_000);
    assert_eq!(stage.send(&message()).await.status, 200);
}

#[tokio::test]
async fn other_methods_and_paths_answer_in_the_dialect_s_shape() {
    let stage = Stage::new().await;
    let answer = stage.answer(Call::get(PATH)).await;
    assert_eq!((answer.status.as_u16(), answer.str("/code")), (405, "METHOD_NOT_ALLOWED".to_owned()));
}
