//! `POST /api/templates/sync`

use insta::assert_snapshot;
use serde_json::{Value, json};
use switchboard_model::id::spelling::uuid;

use crate::support::{ACCOUNT, Stage};

fn body(text: &str) -> Value {
    json!([{"type": "BODY", "text": text}])
}

#[tokio::test]
async fn what_meta_has_is_taken_in_once() {
    let stage = Stage::new().await;
    let components = json!([
        {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["4::aW"]}},
        {"type": "BODY", "text": "Dear {{1}}, here is your picture of today.", "example": {"body_text": [["Ada"]]}},
        {"type": "BUTTONS", "buttons": [{"type": "FLOW", "text": "Go", "flow_id": "1", "flow_action": "navigate"}]},
    ]);
    stage.at_meta(ACCOUNT, "picture", components).await;

    let first = stage.sync(None).await;
    let second = stage.synced().await;

    assert_snapshot!(first, @r#"
    200 {
      "accounts": 1,
      "complete": true,
      "created": 1,
      "gone": 0,
      "unchanged": 0,
      "updated": 0
    }
    "#);
    assert_eq!((&second["created"], &second["unchanged"]), (&json!(0), &json!(1)));
    let listed = stage.list("").await.json();
    let mut found = stage.get(listed["data"][0]["id"].as_str().unwrap()).await.json();
    found["meta_template_id"].take();
    assert_snapshot!(format!("{found:#}"), @r#"
    {
      "business_id": "102290129340398",
      "category": "UTILITY",
      "components": {
        "body": {
          "example": [
            "Ada"
          ],
          "text": "Dear {{1}}, here is your picture of today."
        },
        "buttons": [
          {
            "flow_action": "navigate",
            "flow_id": "1",
            "text": "Go",
            "type": "FLOW"
          }
        ],
        "header": {
          "example": {
            "header_handle": [
              "4::aW"
            ]
          },
          "format": "IMAGE"
        }
      },
      "created_at": "2026-01-01T00:00:00Z",
      "id": "019b76da-a800-72ef-8d34-f707235132c7",
      "language": "en",
      "meta_template_id": null,
      "name": "picture",
      "phone_number_id": "019b76da-a800-72ef-8d29-e615a6e739d4",
      "quality": "UNKNOWN",
      "rejection_reason": null,
      "status": "APPROVED",
      "updated_at": "2026-01-01T00:00:00Z",
      "workspace_id": "019b76da-a800-72ef-8cf0-f3058a55412f"
    }
    "#);
}

#[tokio::test]
async fn what_changed_at_meta_is_taken_over_and_what_is_gone_is_marked() {
    let stage = Stage::new().await;
    let (approved, rejected, gone) =
        (stage.created("approved").await, stage.created("rejected").await, stage.created("gone").await);
    stage.meta_says(&approved, "APPROVED").await;
    stage.meta_says(&rejected, "REJECTED").await;
    stage.gone_at_meta("gone").await;

    let report = stage.synced().await;

    assert_eq!(
        report,
        json!({"accounts": 1, "created": 0, "updated": 2, "unchanged": 0, "gone": 1, "complete": true})
    );
    assert_eq!(stage.get(&approved).await.str("/status"), "APPROVED");
    let rejected = stage.get(&rejected).await;
    assert_eq!(
        (rejected.str("/status"), rejected.str("/rejection_reason")),
        ("REJECTED".into(), "SCAM".into())
    );
    assert_eq!(stage.get(&gone).await.str("/status"), "DELETED");
    assert_eq!(stage.synced().await["gone"], 0);
}

#[tokio::test]
async fn components_that_we_made_stay_as_the_client_wrote_them() {
    let stage = Stage::new().await;
    let id = stage.created("welcome").await;
    let before = stage.get(&id).await.json();
    stage.meta_says(&id, "APPROVED").await;
    stage.synced().await;
    assert_eq!(stage.get(&id).await.json()["components"], before["components"]);
}

#[tokio::test]
async fn all_pages_and_all_accounts_are_read() {
    let stage = Stage::new().await;
    for index in 0..101 {
        stage.at_meta(ACCOUNT, &format!("t{index}"), body(&format!("Number {index}"))).await;
    }
    stage.add_number("99", "9901", "EAAtest").await;
    let elsewhere = stage.add_number("98", "9801", "EAAtest").await;
    stage.at_meta("99", "other", body("Elsewhere")).await;
    stage.at_meta("98", "third", body("Elsewhere, too")).await;

    let one = stage.sync(Some(elsewhere.id)).await.json();
    let all = stage.synced().await;

    assert_eq!((&one["accounts"], &one["created"]), (&json!(1), &json!(1)));
    assert_eq!((&all["accounts"], &all["created"], &all["unchanged"]), (&json!(3), &json!(102), &json!(1)));
    assert_eq!(stage.list("").await.json()["total"], 103);
}

#[tokio::test]
async fn a_template_that_was_made_anew_elsewhere_is_the_same_here() {
    let stage = Stage::new().await;
    let id = stage.created("welcome").await;
    stage.gone_at_meta("welcome").await;
    let made = stage.at_meta(ACCOUNT, "welcome", body("Made anew")).await;

    stage.synced().await;

    let found = stage.get(&id).await;
    assert_eq!(
        (found.str("/meta_template_id"), found.str("/status")),
        (made["id"].as_str().unwrap().to_owned(), "APPROVED".to_owned())
    );
    assert_eq!(found.json()["components"], json!({"body": {"text": "Made anew"}}));
}

#[tokio::test]
async fn another_numbers_token_is_used_where_one_does_not_work() {
    let stage = Stage::new().await;
    stage.add_number("99", "9901", "EAAexpired").await;
    stage.at_meta("99", "other", body("Elsewhere")).await;
    let refused = stage.sync(None).await;
    stage.add_number("99", "9902", "EAAtest").await;

    let report = stage.synced().await;

    assert_snapshot!(refused, @r#"
    400 {
      "detail": "Meta rejected the request: Access token expired"
    }
    "#);
    assert_eq!(report["created"], 1);
}

#[tokio::test]
async fn an_account_that_fails_does_not_hold_up_others() {
    let stage = Stage::new().await;
    stage.add_number("98", "9801", "EAAexpired").await;
    stage.add_number("99", "9901", "EAAtest").await;
    stage.at_meta("99", "other", body("Elsewhere")).await;

    let answer = stage.sync(None).await;

    assert_eq!(answer.status, 400, "{answer}");
    assert_eq!(stage.list("").await.json()["total"], 1);
}

#[tokio::test]
async fn a_name_that_is_gone_at_meta_can_be_made_again() {
    let stage = Stage::new().await;
    let old = stage.created("welcome").await;
    stage.gone_at_meta("welcome").await;
    stage.synced().await;

    let new = stage.create(&stage.template("welcome")).await;

    assert_eq!(new.status, 201, "{new}");
    assert_eq!(stage.get(&old).await.status, 404);
    assert_eq!(stage.list("").await.json()["total"], 1);
}

#[tokio::test]
async fn a_number_without_an_account_has_nothing_to_sync() {
    let stage = Stage::new().await;
    let without = stage.sync(Some(stage.business.number.id)).await;
    let other = stage.business.another(&stage.world).await;
    let of_others = stage.sync(Some(other.number.id)).await;
    assert_eq!((without.status.as_u16(), of_others.status.as_u16()), (409, 404));
    let body = json!({"workspace_id": uuid::spell(other.workspace.id)});
    let call = switchboard_testkit::Call::post("/api/templates/sync").json(&body).bearer(&other.owner.token);
    assert_eq!(call.to(&stage.router).await.json()["accounts"], 0);
}
