//! What is refused.

use futures::future::join_all;
use serde_json::json;
use switchboard_model::audit::AuditFilter;
use switchboard_testkit::Call;

use crate::stage::Stage;

#[tokio::test]
async fn addresses_inside_and_other_nonsense_are_refused() {
    let stage = Stage::new().await;
    for url in ["http://127.0.0.1/", "http://169.254.169.254/", "http://[::1]:8000/", "http://2130706433/"] {
        let answer = stage.create(&json!({"url": url, "events": ["member.added"]})).await;
        assert_eq!(answer.status, 422, "{url}");
        assert_eq!(answer.json()["detail"][0]["loc"], json!(["body", "url"]), "{url}");
    }
    let body = json!({
        "url": "ftp://example.com", "description": "x".repeat(501), "events": ["webhook.ping"],
        "signature_format": "java",
    });
    insta::assert_snapshot!(stage.create(&body).await, @r#"
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "url"
          ],
          "msg": "Input should be an http or https URL",
          "type": "value_error"
        },
        {
          "loc": [
            "body",
            "description"
          ],
          "msg": "String should have at most 500 characters",
          "type": "string_too_long"
        },
        {
          "loc": [
            "body",
            "events"
          ],
          "msg": "Items should be of 'message.created', 'message.updated', 'channel.created', 'department.created', 'member.added', 'campaign.completed', 'whatsapp.message.received', 'whatsapp.message.status', 'webhook.disabled'",
          "type": "enum"
        },
        {
          "loc": [
            "body",
            "signature_format"
          ],
          "msg": "Input should be 'auto', 'node', 'python' or 'raw'",
          "type": "enum"
        }
      ]
    }
    "#);
    insta::assert_snapshot!(stage.create(&json!({"url": "https://example.com/", "events": []})).await, @r#"
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "events"
          ],
          "msg": "List should have at least 1 item",
          "type": "string_too_short"
        }
      ]
    }
    "#);
    insta::assert_snapshot!(stage.create(&json!({})).await, @r#"
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "url"
          ],
          "msg": "Field required",
          "type": "missing"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn changes_are_checked_as_well() {
    let stage = Stage::new().await;
    let path = stage.webhook().await;
    let body = json!({"url": "", "events": ["x"], "status": "gone"});
    insta::assert_snapshot!(stage.call(Call::patch(&path).json(&body)).await, @r#"
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "url"
          ],
          "msg": "String should have at least 1 character",
          "type": "string_too_short"
        },
        {
          "loc": [
            "body",
            "events"
          ],
          "msg": "Items should be of 'message.created', 'message.updated', 'channel.created', 'department.created', 'member.added', 'campaign.completed', 'whatsapp.message.received', 'whatsapp.message.status', 'webhook.disabled'",
          "type": "enum"
        },
        {
          "loc": [
            "body",
            "status"
          ],
          "msg": "Input should be 'active' or 'disabled'",
          "type": "enum"
        }
      ]
    }
    "#);
    let inside = stage.call(Call::patch(&path).json(&json!({"url": "http://10.0.0.1/"}))).await;
    assert_eq!(inside.status, 422);
    for seconds in [-1, 604_801] {
        let call = Call::post(format!("{path}/secret/rotate")).json(&json!({"overlap_seconds": seconds}));
        let answer = stage.call(call).await;
        insta::allow_duplicates! { insta::assert_snapshot!(answer, @r#"
        422 {
          "detail": [
            {
              "loc": [
                "body",
                "overlap_seconds"
              ],
              "msg": "Input should be a number of seconds from 0 to 604800",
              "type": "out_of_range"
            }
          ]
        }
        "#); }
    }
}

#[tokio::test]
async fn replays_and_queries_are_checked_as_well() {
    let stage = Stage::new().await;
    let path = stage.webhook().await;
    let call = Call::post(format!("{path}/replay")).json(&json!({"since": "yesterday", "scope": "some"}));
    insta::assert_snapshot!(stage.call(call).await, @r#"
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "since"
          ],
          "msg": "Input should be a time such as 2026-01-01T00:00:00Z",
          "type": "value_error"
        },
        {
          "loc": [
            "body",
            "scope"
          ],
          "msg": "Input should be 'failed' or 'all'",
          "type": "enum"
        }
      ]
    }
    "#);
    let call = Call::get(format!("{path}/deliveries?status=lost&limit=0&cursor=x"));
    insta::assert_snapshot!(stage.call(call).await, @r#"
    422 {
      "detail": [
        {
          "loc": [
            "query",
            "status"
          ],
          "msg": "Input should be 'pending', 'delivered' or 'failed'",
          "type": "enum"
        },
        {
          "loc": [
            "query",
            "limit"
          ],
          "msg": "Input should be greater than or equal to 1",
          "type": "out_of_range"
        },
        {
          "loc": [
            "query",
            "cursor"
          ],
          "msg": "Input should be a cursor of this list",
          "type": "value_error"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn a_workspace_has_50_webhooks_at_most() {
    let stage = Stage::new().await;
    for _ in 0..50 {
        stage.webhook().await;
    }
    let body = json!({"url": "https://example.com/hook", "events": ["member.added"]});
    insta::assert_snapshot!(stage.create(&body).await, @r#"
    409 {
      "detail": "A workspace can have at most 50 webhooks"
    }
    "#);
}

#[tokio::test]
async fn who_asks_too_often_is_told_to_wait() {
    let stage = Stage::new().await;
    let path = stage.webhook().await;
    let limited = stage.world.store().access(stage.business.workspace.id, None, None).await.unwrap();
    let mut workspace = limited.workspace.unwrap();
    workspace.settings = json!({"rate_limits": {"requests_per_hour": 1}});
    workspace.version += 1;
    stage.world.store().update_workspace(&workspace).await.unwrap();
    stage.call(Call::get(&path)).await;

    for call in [
        Call::get(&path),
        Call::post(stage.path("")).json(&json!({"url": "https://example.com/", "events": ["member.added"]})),
        Call::post(format!("{path}/ping")),
        Call::delete(&path),
    ] {
        let answer = stage.call(call).await;
        insta::allow_duplicates! { insta::assert_snapshot!(answer, @r#"
        429 {
          "detail": "Rate limit exceeded. Please try again later."
        }
        "#); }
    }
}

#[tokio::test]
async fn of_changes_that_come_at_once_each_is_made_or_refused() {
    let stage = Stage::new().await;
    let path = stage.webhook().await;
    let change =
        |number: u32| stage.call(Call::patch(&path).json(&json!({"description": format!("{number}")})));

    let answers = join_all((0..24).map(change)).await;

    let (made, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
    assert!(!made.is_empty());
    insta::assert_snapshot!(refused.first().unwrap(), @r#"
    409 {
      "detail": "The resource was changed by another request. Please try again."
    }
    "#);
    assert!(refused.iter().all(|answer| answer.status == 409));
    let store = stage.world.store();
    let told = store.audit_entries(stage.business.workspace.id, &AuditFilter::default(), None, 100).await;
    let told = told.unwrap().unwrap().entries;
    let updates = told.iter().filter(|entry| entry.action == "webhook_endpoint.updated").count();
    assert_eq!(updates, made.len());
}
