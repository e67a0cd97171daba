//! Every field of every answer.

use serde_json::json;
use switchboard_model::audit::AuditFilter;
use switchboard_testkit::Call;

use crate::stage::Stage;

#[tokio::test]
async fn a_webhook_is_made_with_a_secret_that_only_this_answer_shows() {
    let stage = Stage::new().await;
    let body = json!({
        "url": "https://example.com/hook", "description": " Orders ", "events": ["whatsapp.message.received"],
        "signature_format": "python",
    });

    let made = stage.create(&body).await;

    insta::assert_snapshot!(made, @r#"
    201 {
      "created_at": "2026-01-01T00:00:00Z",
      "description": "Orders",
      "disabled_at": null,
      "disabled_reason": null,
      "events": [
        "whatsapp.message.received"
      ],
      "id": "019b76da-a800-72ef-8d29-e615a6e739d4",
      "secret": "whsec_vfCqYzs6oOOAVVvtNtpbkYItX+O1iFqAbfaZFY4cwaQ=",
      "signature_format": "python",
      "status": "active",
      "updated_at": "2026-01-01T00:00:00Z",
      "url": "https://example.com/hook",
      "workspace_id": "019b76da-a800-72ef-8cf0-f3058a55412f"
    }
    "#);
    insta::assert_snapshot!(made.cost(), @"5 calls, 4 round trips, 1 read units, 7 write units");
    let path = stage.path(&format!("/{}", made.str("/id")));
    let shown = stage.call(Call::get(path)).await;
    insta::assert_snapshot!(shown, @r#"
    200 {
      "created_at": "2026-01-01T00:00:00Z",
      "description": "Orders",
      "disabled_at": null,
      "disabled_reason": null,
      "events": [
        "whatsapp.message.received"
      ],
      "id": "019b76da-a800-72ef-8d29-e615a6e739d4",
      "secret": "whsec_…waQ=",
      "signature_format": "python",
      "status": "active",
      "updated_at": "2026-01-01T00:00:00Z",
      "url": "https://example.com/hook",
      "workspace_id": "019b76da-a800-72ef-8cf0-f3058a55412f"
    }
    "#);
    insta::assert_snapshot!(shown.cost(), @"3 calls, 1 round trips, 1 read units, 1 write units");
}

#[tokio::test]
async fn webhooks_are_listed_by_age_in_pages() {
    let stage = Stage::new().await;
    let empty = stage.call(Call::get(stage.path(""))).await;
    insta::assert_snapshot!(empty, @r#"
    200 {
      "data": [],
      "limit": 20,
      "offset": 0,
      "total": 0
    }
    "#);
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(stage.webhook().await);
    }

    let page = async |query: &str| {
        let answer = stage.call(Call::get(stage.path(query))).await.json();
        let ids: Vec<_> = answer["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| stage.path(&format!("/{}", item["id"].as_str().unwrap())))
            .collect();
        (ids, answer["total"].clone())
    };
    assert_eq!(page("").await, (ids.clone(), json!(3)));
    assert_eq!(page("?limit=2").await, (ids[..2].to_vec(), json!(3)));
    assert_eq!(page("?limit=2&offset=2").await, (ids[2..].to_vec(), json!(3)));
    let list = stage.call(Call::get(stage.path(""))).await;
    insta::assert_snapshot!(list.cost(), @"3 calls, 1 round trips, 1 read units, 1 write units");
}

#[tokio::test]
async fn a_webhook_is_changed_and_deleted() {
    let stage = Stage::new().await;
    let path = stage.webhook().await;
    let change = json!({
        "url": "https://example.com/other", "description": "Members", "events": ["webhook.disabled"],
        "signature_format": "raw", "status": "disabled",
    });

    let changed = stage.call(Call::patch(&path).json(&change)).await;
    insta::assert_snapshot!(changed, @r#"
    200 {
      "created_at": "2026-01-01T00:00:00Z",
      "description": "Members",
      "disabled_at": null,
      "disabled_reason": null,
      "events": [
        "webhook.disabled"
      ],
      "id": "019b76da-a800-72ef-8d29-e615a6e739d4",
      "secret": "whsec_…waQ=",
      "signature_format": "raw",
      "status": "disabled",
      "updated_at": "2026-01-01T00:00:00Z",
      "url": "https://example.com/other",
      "workspace_id": "019b76da-a800-72ef-8cf0-f3058a55412f"
    }
    "#);
    insta::assert_snapshot!(changed.cost(), @"5 calls, 4 round trips, 1 read units, 8 write units");
    assert!(stage.world.store().watched(stage.business.workspace.id).await.unwrap().is_empty());
    let revived = stage.call(Call::patch(&path).json(&json!({"status": "active", "description": ""}))).await;
    assert_eq!(
        (revived.str("/status"), revived.json()["description"].clone()),
        ("active".to_owned(), json!(null))
    );

    let deleted = stage.call(Call::delete(&path)).await;
    assert_eq!((deleted.status.as_u16(), deleted.text()), (204, String::new()));
    insta::assert_snapshot!(deleted.cost(), @"4 calls, 3 round trips, 1 read units, 7 write units");
    insta::assert_snapshot!(stage.call(Call::get(path)).await, @r#"
    404 {
      "detail": "Webhook not found"
    }
    "#);
}

#[tokio::test]
async fn a_secret_is_rotated() {
    let stage = Stage::new().await;
    let made = stage.create(&json!({"url": "https://example.com/", "events": ["member.added"]})).await;
    let path = stage.path(&format!("/{}/secret/rotate", made.str("/id")));

    let rotated = stage.call(Call::post(&path)).await;

    assert_eq!(rotated.status, 200);
    assert_ne!(rotated.str("/secret"), made.str("/secret"));
    assert!(rotated.str("/secret").starts_with("whsec_") && !rotated.str("/secret").contains('…'));
    insta::assert_snapshot!(rotated.cost(), @"6 calls, 5 round trips, 1 read units, 5 write units");
    let at_once = stage.call(Call::post(path).json(&json!({"overlap_seconds": 0}))).await;
    assert_eq!(at_once.status, 200);
}

#[tokio::test]
async fn each_change_stands_in_the_audit_log() {
    let stage = Stage::new().await;
    let made = stage
        .create(&json!({"url": "https://example.com/hook?key=s3cret", "events": ["member.added"]}))
        .await;
    let path = stage.path(&format!("/{}", made.str("/id")));
    stage.call(Call::patch(&path).json(&json!({"status": "disabled"}))).await;
    stage.call(Call::post(format!("{path}/secret/rotate")).json(&json!({}))).await;
    stage.call(Call::delete(&path)).await;

    let store = stage.world.store();
    let told = store.audit_entries(stage.business.workspace.id, &AuditFilter::default(), None, 10).await;

    let told = told.unwrap().unwrap().entries;
    let actions: Vec<_> = told.iter().map(|entry| entry.action.clone()).collect();
    let expected =
        ["deleted", "rotated", "updated", "created"].map(|what| format!("webhook_endpoint.{what}"));
    assert_eq!(actions, expected);
    // An address may have a secret in its query.
    assert!(told.iter().all(|entry| entry.metadata["url"] == "https://example.com/hook"), "{told:?}");
}
