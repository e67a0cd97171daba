//! Times to start.

use serde_json::json;

use crate::support::{Stage, told};

#[tokio::test]
async fn a_time_can_be_set_changed_and_taken_away() {
    let stage = Stage::new().await;
    let id = stage.created(&stage.complete()).await;

    let scheduled =
        stage.patch(&id, json!({"status": "scheduled", "scheduled_at": "2026-07-01T09:00:00Z"})).await;
    assert_eq!(told(&scheduled), "200 scheduled");
    assert_eq!(stage.stored(&id).await.timer, 1);
    stage.patch(&id, json!({"scheduled_at": "2026-07-01T09:00:00Z"})).await;
    assert_eq!(stage.stored(&id).await.timer, 1, "the same time keeps its timer");
    let edited =
        stage.patch(&id, json!({"scheduled_at": "2026-07-02T09:00:00", "timezone": "Asia/Tokyo"})).await;
    assert_eq!(edited.json()["scheduled_at"], "2026-07-02T00:00:00Z");
    assert_eq!(stage.stored(&id).await.timer, 2);

    let taken = stage.patch(&id, json!({"scheduled_at": null})).await;
    assert_eq!((told(&taken), &taken.json()["scheduled_at"]), ("200 draft".to_owned(), &json!(null)));
}

#[tokio::test]
async fn a_time_must_be_one_and_lie_ahead() {
    let stage = Stage::new().await;
    let id = stage.created(&stage.complete()).await;
    let changes = [
        json!({"scheduled_at": "2025-12-31T23:59:59Z"}),
        json!({"scheduled_at": "2028-01-01T00:00:00Z"}),
        json!({"scheduled_at": "tomorrow"}),
        json!({"scheduled_at": "2026-07-01T09:00:00"}),
        json!({"scheduled_at": "2026-07-01T09:00:00", "timezone": "Mars/Olympus"}),
        json!({"timezone": "Europe/Berlin"}),
    ];
    let mut refusals = Vec::new();
    for change in changes {
        refusals.push(told(&stage.patch(&id, change).await));
    }
    insta::assert_snapshot!(refusals.join("\n"), @r#"
    422 [{"loc":["body","scheduled_at"],"msg":"should be in the future","type":"out_of_range"}]
    422 [{"loc":["body","scheduled_at"],"msg":"should be within a year","type":"out_of_range"}]
    422 [{"loc":["body","scheduled_at"],"msg":"should be a time such as '2026-01-31T09:00:00Z', or a local time with a timezone beside it","type":"value_error"}]
    422 [{"loc":["body","scheduled_at"],"msg":"should have an offset such as 'Z', or a timezone beside it","type":"value_error"}]
    422 [{"loc":["body","timezone"],"msg":"should be an IANA time zone such as 'Europe/Berlin'","type":"value_error"}]
    422 [{"loc":["body","scheduled_at"],"msg":"Field required","type":"missing"}]
    "#);
    assert_eq!(stage.stored(&id).await.timer, 0);
}

#[tokio::test]
async fn what_is_not_put_together_gets_no_time() {
    let stage = Stage::new().await;
    let id = stage.created(&stage.draft()).await;
    let refused = stage.patch(&id, json!({"scheduled_at": "2026-07-01T09:00:00Z"})).await;
    assert_eq!(told(&refused), "409 Campaign can't be started: it has no template");
    let mut body = stage.draft();
    body["scheduled_at"] = json!("2026-07-01T09:00:00Z");
    assert_eq!(told(&stage.create(&body).await), "409 Campaign can't be started: it has no template");
}
