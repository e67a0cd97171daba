//! The four actions.

use insta::assert_snapshot;
use serde_json::json;
use switchboard_dialect_workspace::webhooks::IncomingIn;
use switchboard_model::access::Role;
use switchboard_model::channel::ChannelKind;
use switchboard_model::channel_message::AuthorKind;
use switchboard_model::id::spelling::prefixed;
use switchboard_model::incoming_webhook::IncomingAction;
use switchboard_testkit::Schema;

use crate::stage::{Stage, signed_by};

#[tokio::test]
async fn a_message_is_sent_by_the_webhook_s_name() {
    let stage = Stage::new().await;
    let channel = prefixed::spell("channel_", stage.channel.id);
    let body = json!({
        "action": "send_message",
        "data": {"channelId": channel, "content": "Deployment to production completed successfully! 🚀"},
    });

    let sent = stage.send(&body).await;

    assert_snapshot!(sent, @r#"
    200 {
      "action": "send_message",
      "result": {
        "messageId": "msg_01kdvdna005vsnc38z0vawm53q"
      },
      "success": true
    }
    "#);
    let id = prefixed::parse("msg_", &sent.str("/result/messageId")).unwrap();
    let message = stage.world.store().channel_message(stage.channel.id, id).await.unwrap().unwrap();
    assert_eq!(message.content, "Deployment to production completed successfully! 🚀");
    assert_eq!(
        (message.kind.to_string().as_str(), message.author.kind),
        ("integration", AuthorKind::IncomingWebhook)
    );
    assert_eq!(message.author.name, "GitHub Deployments");
    assert_eq!(
        stage.log().await,
        [
            "webhook.send_message of message by incoming_webhook",
            "incoming_webhook.created of incoming_webhook by user",
        ]
    );
    assert_eq!(sent.header("x-ratelimit-limit"), Some("1000"));
    assert_eq!(sent.header("x-ratelimit-remaining"), Some("999"));
    assert_eq!(sent.header("x-ratelimit-reset"), Some("1767229200"));
    assert_snapshot!(sent.cost(), @"6 calls, 4 round trips, 1 read units, 9 write units");
    assert_snapshot!(stage.send(&body).await.cost(), @"4 calls, 3 round trips, 1 read units, 9 write units");
}

#[tokio::test]
async fn a_channel_is_found_by_its_exact_name_or_is_the_webhook_s_own() {
    let stage = Stage::new().await;
    let named = json!({"action": "send_message", "data": {"channelId": "general", "content": "x"}});
    assert_eq!(stage.send(&named).await.status, 200);
    let (own, secret) = stage.webhook([IncomingAction::SendMessage].into(), Some(stage.channel.id)).await;
    for data in [json!({"content": "x"}), json!({"channelId": null, "content": "x"})] {
        let body = json!({"action": "send_message", "data": data}).to_string();
        let answer = stage.answer(signed_by(&own, &secret, &body)).await;
        assert_eq!(answer.status, 200, "{answer}");
    }
    assert_eq!(stage.messages().await, 3);
}

#[tokio::test]
async fn a_channel_is_made() {
    let stage = Stage::new().await;
    let data = json!({"name": "incident-2025-01", "description": "January 2025 incident response", "type": "private"});
    let made = stage.send(&json!({"action": "create_channel", "data": data})).await;

    assert_snapshot!(made, @r#"
    200 {
      "action": "create_channel",
      "result": {
        "channelId": "channel_01kdvdna005vsnc38z0vawm53q"
      },
      "success": true
    }
    "#);
    let id = prefixed::parse("channel_", &made.str("/result/channelId")).unwrap();
    let channels = stage.world.store().channels(stage.business.workspace.id).await.unwrap();
    let (channel, _) = channels.into_iter().find(|(channel, _)| channel.id == id).unwrap();
    assert_eq!((channel.name.as_str(), channel.kind), ("incident-2025-01", ChannelKind::Private));
    assert_eq!(channel.description.as_deref(), Some("January 2025 incident response"));
    assert_eq!(stage.log().await[0], "webhook.create_channel of channel by incoming_webhook");
}

#[tokio::test]
async fn a_department_is_made() {
    let stage = Stage::new().await;
    let data = json!({"name": "Customer Success", "description": "Customer success team"});
    let made = stage.send(&json!({"action": "create_department", "data": data})).await;

    assert_snapshot!(made, @r#"
    200 {
      "action": "create_department",
      "result": {
        "departmentId": "dept_01kdvdna005vsnc38z0vawm53q"
      },
      "success": true
    }
    "#);
    let departments = stage.world.store().departments(stage.business.workspace.id).await.unwrap();
    assert_eq!(prefixed::spell("dept_", departments[0].id), made.str("/result/departmentId"));
    assert_eq!(departments[0].name, "Customer Success");
    assert_eq!(departments[0].description.as_deref(), Some("Customer success team"));
    assert_eq!(stage.log().await[0], "webhook.create_department of department by incoming_webhook");
}

#[tokio::test]
async fn a_member_is_added() {
    let stage = Stage::new().await;
    let data = json!({"email": "contractor@example.com", "role": "guest"});
    let added = stage.send(&json!({"action": "add_member", "data": data})).await;

    assert_snapshot!(added, @r#"
    200 {
      "action": "add_member",
      "result": {
        "memberId": "member_01kdvdna005vsnj94gyex36h6n"
      },
      "success": true
    }
    "#);
    let members = stage.world.store().members(stage.business.workspace.id).await.unwrap();
    let member = members.iter().find(|member| member.email.as_str() == "contractor@example.com").unwrap();
    assert_eq!(prefixed::spell("member_", member.id), added.str("/result/memberId"));
    assert_eq!(member.role, Role::Guest);
    assert_eq!(stage.log().await[0], "webhook.add_member of member by incoming_webhook");
    let again =
        stage.send(&json!({"action": "add_member", "data": {"email": "contractor@example.com"}})).await;
    assert_snapshot!(again, @r#"
    409 {
      "code": "ALREADY_MEMBER",
      "error": "User is already a member of this workspace"
    }
    "#);
}

#[tokio::test]
async fn what_may_be_left_out_may_be_null_and_what_is_not_known_is_passed_over() {
    let stage = Stage::new().await;
    for body in [
        json!({"action": "create_channel", "data": {"name": "a", "description": null, "type": null, "icon": "x"}, "id": 1}),
        json!({"action": "create_department", "data": {"name": "b", "description": null}}),
        json!({"action": "add_member", "data": {"email": "a@example.com", "role": null}}),
    ] {
        let answer = stage.send(&body).await;
        assert_eq!(answer.status, 200, "{body}: {answer}");
    }
    let members = stage.world.store().members(stage.business.workspace.id).await.unwrap();
    assert!(
        members.iter().any(|member| member.email.as_str() == "a@example.com" && member.role == Role::Member)
    );
}

#[tokio::test]
async fn the_document_says_of_each_action_what_it_takes() {
    let (stage, schema) = (Stage::new().await, Schema::of::<IncomingIn>());
    for body in [
        json!({"action": "send_message", "data": {"channelId": "general", "content": "x"}}),
        json!({"action": "create_channel", "data": {"name": "a", "type": "private"}}),
        json!({"action": "create_department", "data": {"name": "b", "description": "c"}}),
        json!({"action": "add_member", "data": {"email": "a@example.com", "role": "guest"}}),
    ] {
        assert_eq!(stage.send(&body).await.status, 200, "{body}");
        assert_eq!(schema.check(&body), Ok(()), "{body}");
    }
    for body in [
        json!({"action": "send_message", "data": {"name": "x"}}),
        json!({"action": "add_member", "data": {"name": "x"}}),
        json!({"action": "nonsense", "data": {"content": "x"}}),
        json!({"send_message": {"content": "x"}}),
    ] {
        assert_eq!(stage.send(&body).await.status, 400, "{body}");
        assert!(schema.check(&body).is_err(), "{body}");
    }
}

#[tokio::test]
async fn uses_are_counted_and_those_with_a_wrong_signature_are_not() {
    let stage = Stage::new().await;
    stage.world.wait(60);
    let body = json!({"action": "create_department", "data": {"name": "x"}});
    stage.send(&body).await;
    stage.world.wait(60);
    stage.send(&json!({"action": "nonsense"})).await;
    stage.answer(signed_by(&stage.webhook, "another secret", &body.to_string())).await;
    let workspace_id = stage.business.workspace.id;
    let (_, usage) = stage.administration.get(&stage.permit(), workspace_id, stage.webhook.id).await.unwrap();
    assert_eq!(usage.total, 2);
    assert_eq!(usage.last_used_at.unwrap().to_string(), "2026-01-01T00:02:00Z");
}
