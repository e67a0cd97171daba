//! Sending messages.

use insta::assert_snapshot;
use serde_json::{Value, json};
use switchboard_model::api_token::{ApiToken, Grant};
use switchboard_model::audit::AuditFilter;
use switchboard_testkit::{Call, refusals};

use crate::support::{Office, all};

#[tokio::test]
async fn a_message_is_answered_in_full() {
    let office = Office::new().await;
    let body = json!({
        "channelId": office.channel_id(),
        "content": "Hello from the API!",
        "messageType": "integration",
        "metadata": {"source": "my-app", "priority": "high", "tags": ["automated", "deployment"]},
        "attachments": [{
            "name": "report.pdf",
            "type": "application/pdf",
            "url": "https://example.com/files/report.pdf",
            "size": 1_024_000,
        }],
    });
    assert_snapshot!(office.send(body).await, @r#"
    201 {
      "message": {
        "attachments": [
          {
            "name": "report.pdf",
            "size": 1024000,
            "type": "application/pdf",
            "url": "https://example.com/files/report.pdf"
          }
        ],
        "channelId": "channel_01kdvdna005vsmtfe1s3a4scef",
        "content": "Hello from the API!",
        "createdAt": "2026-01-01T00:00:00Z",
        "id": "msg_01kdvdna005vsn0nz59f6pcam9",
        "messageType": "integration",
        "metadata": {
          "priority": "high",
          "source": "my-app",
          "tags": [
            "automated",
            "deployment"
          ]
        },
        "user": {
          "avatar": null,
          "email": "api@my-company-0p1gwy000qf6f.invalid",
          "id": "user_01kdvdna005vsmmyc5d6wwwx9m",
          "name": "API Bot"
        }
      },
      "success": true
    }
    "#);
}

#[tokio::test]
async fn an_interactive_message_is_answered_with_its_actions() {
    let office = Office::new().await;
    assert_snapshot!(office.ask(json!({"expiresAt": "2026-01-02T00:00:00Z"})).await, @r#"
    201 {
      "message": {
        "actions": [
          {
            "actionId": "approve",
            "disabled": false,
            "id": "action_01kdvdna005vsn0nz59f6pcam9",
            "label": "Approve",
            "order": 0,
            "style": "primary",
            "value": "approved"
          },
          {
            "actionId": "reject",
            "disabled": false,
            "id": "action_01kdvdna005vsnc38z0vawm53q",
            "label": "Reject",
            "order": 1,
            "style": "danger",
            "value": null
          }
        ],
        "attachments": [],
        "channelId": "channel_01kdvdna005vsmtfe1s3a4scef",
        "content": "Deploy?",
        "createdAt": "2026-01-01T00:00:00Z",
        "expiresAt": "2026-01-02T00:00:00Z",
        "id": "msg_01kdvdna005vsnj94gyex36h6n",
        "messageType": "interactive",
        "metadata": {
          "callbackUrl": "https://your-app.com/api/deployment/callback",
          "deploymentId": "deploy_789",
          "environment": "production"
        },
        "user": {
          "avatar": null,
          "email": "api@my-company-0p1gwy000qf6f.invalid",
          "id": "user_01kdvdna005vsmmyc5d6wwwx9m",
          "name": "API Bot"
        }
      },
      "success": true
    }
    "#);
}

#[tokio::test]
async fn a_channel_is_found_by_its_exact_name_too() {
    let office = Office::new().await;
    let by_name = office.send(json!({"channelId": "general", "content": "x"})).await;
    assert_eq!(by_name.str("/message/channelId"), office.channel_id());
    for name in ["General", "genera", "channel_123", "channel_01m7sx5wyrjvng11se0qt1cfmx"] {
        let answer = office.send(json!({"channelId": name, "content": "x"})).await;
        assert_eq!(answer.text(), r#"{"error":"Channel not found","code":"CHANNEL_NOT_FOUND"}"#, "{name}");
        assert_eq!(answer.status, 404);
    }
}

#[tokio::test]
async fn null_and_empty_are_as_good_as_nothing() {
    let office = Office::new().await;
    let body = json!({
        "channelId": "general",
        "content": "x",
        "messageType": null,
        "metadata": {},
        "attachments": null,
        "actions": null,
        "callbackUrl": null,
    });
    let answer = office.send(body).await;
    assert_eq!(answer.status, 201, "{answer}");
    assert_eq!(answer.str("/message/messageType"), "integration");
    assert_eq!(answer.json()["message"]["actions"], Value::Null);
}

#[tokio::test]
async fn messages_are_counted_at_once() {
    let office = Office::new().await;
    let send = || office.send(json!({"channelId": "general", "content": "x"}));
    let sent = futures::future::join_all((0..20).map(|_| send())).await;
    assert!(sent.iter().all(|answer| answer.status == 201));
    let channels = office.world.store().channels(office.business.workspace.id).await.unwrap();
    assert_eq!(channels[0].1, 20);
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    let office = Office::new().await;
    let answers = [
        office.send(json!({"channelId": "", "content": " ", "messageType": "shout", "metadata": []})).await,
        office.send(json!({"channelId": {"channelId": "approvals"}, "content": "x"})).await,
        office.send(json!({"channelId": "general", "content": "x".repeat(10_001)})).await,
        office
            .send(json!({"channelId": "general", "content": "x", "attachments": [
                {"name": "", "type": "pdf", "url": "file:///etc/passwd", "size": 1},
            ]}))
            .await,
        office
            .send(json!({"channelId": "general", "content": "x", "attachments": [
                {"name": "a", "type": "text/plain", "url": "https://example.com", "size": -1},
            ]}))
            .await,
        Call::post("/api/v1/messages").bearer(&office.token).to(&office.router).await,
    ];
    assert_snapshot!(all(&answers), @r#"
    400 {
      "code": "INVALID_REQUEST_BODY",
      "details": [
        {
          "field": "channelId",
          "message": "String should have at least 1 character"
        },
        {
          "field": "content",
          "message": "String should not be blank"
        },
        {
          "field": "messageType",
          "message": "Input should be 'text', 'integration', 'system' or 'interactive'"
        },
        {
          "field": "metadata",
          "message": "Input should be an object"
        }
      ],
      "error": "Invalid request body"
    }
    400 {
      "code": "INVALID_REQUEST_BODY",
      "details": [
        {
          "field": "channelId",
          "message": "Input should be a string"
        }
      ],
      "error": "Invalid request body"
    }
    400 {
      "code": "INVALID_REQUEST_BODY",
      "details": [
        {
          "field": "content",
          "message": "String should have at most 10000 characters"
        }
      ],
      "error": "Invalid request body"
    }
    400 {
      "code": "INVALID_REQUEST_BODY",
      "details": [
        {
          "field": "attachments.0.name",
          "message": "String should have at least 1 character"
        },
        {
          "field": "attachments.0.type",
          "message": "Input should be a media type such as application/pdf"
        },
        {
          "field": "attachments.0.url",
          "message": "Input should be a valid URL"
        }
      ],
      "error": "Invalid request body"
    }
    400 {
      "code": "INVALID_REQUEST_BODY",
      "details": [
        {
          "field": "attachments.0.size",
          "message": "invalid value: integer `-1`, expected u64"
        }
      ],
      "error": "Invalid request body"
    }
    400 {
      "code": "INVALID_REQUEST_BODY",
      "details": [
        {
          "field": "channelId",
          "message": "Field required"
        }
      ],
      "error": "Invalid request body"
    }
    "#);
}

#[tokio::test]
async fn what_is_wrong_with_an_interactive_message_is_named() {
    let office = Office::new().await;
    let six: Vec<_> = (0..6).map(|at| json!({"actionId": at.to_string(), "label": "x"})).collect();
    let plain = json!({"channelId": "general", "content": "x", "actions": [{"actionId": "a", "label": "A"}]});
    let answers = [
        office.ask(json!({"actions": null, "callbackUrl": null})).await,
        office.ask(json!({"actions": []})).await,
        office.ask(json!({"actions": six})).await,
        office
            .ask(json!({"actions": [
                {"actionId": "a", "label": ""},
                {"actionId": "a", "label": "B", "style": "warning"},
            ]}))
            .await,
        office.ask(json!({"callbackUrl": "ftp://example.com", "expiresAt": "tomorrow"})).await,
        office.send(plain).await,
    ];
    assert_snapshot!(all(&answers), @r#"
    400 {
      "code": "INVALID_REQUEST_BODY",
      "details": [
        {
          "field": "actions",
          "message": "Field required"
        },
        {
          "field": "callbackUrl",
          "message": "Field required"
        }
      ],
      "error": "Invalid request body"
    }
    400 {
      "code": "INVALID_REQUEST_BODY",
      "details": [
        {
          "field": "actions",
          "message": "List should have 1 to 5 actions"
        }
      ],
      "error": "Invalid request body"
    }
    400 {
      "code": "INVALID_REQUEST_BODY",
      "details": [
        {
          "field": "actions",
          "message": "List should have 1 to 5 actions"
        }
      ],
      "error": "Invalid request body"
    }
    400 {
      "code": "INVALID_REQUEST_BODY",
      "details": [
        {
          "field": "actions.0.label",
          "message": "String should have at least 1 character"
        },
        {
          "field": "actions.1.actionId",
          "message": "Each action needs an id of its own"
        },
        {
          "field": "actions.1.style",
          "message": "Input should be 'default', 'primary' or 'danger'"
        }
      ],
      "error": "Invalid request body"
    }
    400 {
      "code": "INVALID_REQUEST_BODY",
      "details": [
        {
          "field": "callbackUrl",
          "message": "Input should be a valid URL"
        },
        {
          "field": "expiresAt",
          "message": "Input should be a time in ISO 8601 with a zone"
        }
      ],
      "error": "Invalid request body"
    }
    400 {
      "code": "INVALID_REQUEST_BODY",
      "details": [
        {
          "field": "actions",
          "message": "Only of a message of the type 'interactive'"
        }
      ],
      "error": "Invalid request body"
    }
    "#);
}

#[tokio::test]
async fn refusals_come_in_their_order_and_those_of_a_known_token_count() {
    let office = Office::new().await;
    let narrow = |token: &mut ApiToken| (token.grants, token.rate_limit) = (vec![Grant::ReadMembers], 1);
    let narrow = office.business.api_token_like(&office.world, narrow).await;
    let ask = async |token: &str, body: &str| {
        let call = Call::post("/api/v1/messages").bearer(token).header("content-type", "application/json");
        call.body(body).to(&office.router).await
    };
    let missing = r#"{"channelId": "nowhere", "content": "x"}"#;

    let answers = [
        ask(&format!("{narrow}0"), "{").await,
        ask(&narrow, "{").await,
        ask(&narrow, "{").await,
        ask(&office.token, "{").await,
        ask(&office.token, missing).await,
    ];

    assert_snapshot!(refusals(&answers), @"
    401 INVALID_API_KEY -
    403 INSUFFICIENT_PERMISSIONS 0
    429 RATE_LIMIT_EXCEEDED 0
    400 INVALID_REQUEST_BODY 999
    404 CHANNEL_NOT_FOUND 998
    ");
    let tokens = office.world.store().api_tokens(office.business.workspace.id).await.unwrap();
    let uses: Vec<_> = tokens.iter().map(|token| token.usage.total).collect();
    assert_eq!(uses, [2, 2]);
}

#[tokio::test]
async fn a_token_needs_the_permission() {
    let office = Office::new().await;
    let other = office.business.api_token(&office.world, &[Grant::ReadChannels]).await;
    let answer = office.send_as(&other, json!({"channelId": "general", "content": "x"})).await;
    assert_snapshot!(answer, @r#"
    403 {
      "code": "INSUFFICIENT_PERMISSIONS",
      "error": "Insufficient permissions",
      "message": "This operation requires the permission send:messages"
    }
    "#);
}

#[tokio::test]
async fn channels_of_other_workspaces_are_not_found() {
    let office = Office::new().await;
    let other = office.business.another(&office.world).await;
    let stranger = other.api_token(&office.world, &[Grant::Everything]).await;
    for channel in [office.channel_id(), "general".to_owned()] {
        let answer = office.send_as(&stranger, json!({"channelId": channel, "content": "x"})).await;
        assert_eq!((answer.status.as_u16(), answer.str("/code").as_str()), (404, "CHANNEL_NOT_FOUND"));
    }
}

#[tokio::test]
async fn a_message_takes_two_round_trips() {
    let office = Office::new().await;
    let by_id = office.send(json!({"channelId": office.channel_id(), "content": "x"})).await;
    let by_name = office.send(json!({"channelId": "general", "content": "x"})).await;
    assert_snapshot!(by_id.cost(), @"3 calls, 2 round trips, 0 read units, 9 write units");
    assert_snapshot!(by_name.cost(), @"3 calls, 2 round trips, 0 read units, 9 write units");
}

#[tokio::test]
async fn who_sent_a_message_stands_in_the_audit_log() {
    let office = Office::new().await;
    let sent = office.send(json!({"channelId": "general", "content": "x"})).await;
    let store = office.world.store();
    let page =
        store.audit_entries(office.business.workspace.id, &AuditFilter::default(), None, 10).await.unwrap();
    let entry = &page.unwrap().entries[0];
    assert_eq!((entry.action.as_str(), entry.resource.as_str()), ("message.sent_via_api", "message"));
    assert_eq!(entry.metadata, json!({"type": "integration"}));
    assert!(sent.str("/message/id").starts_with("msg_"));
}
