//! Requests and answers of the document, field by field.

use serde_json::json;
use switchboard_model::id::spelling::uuid;
use switchboard_testkit::Call;

use crate::support::{Stage, told};

#[tokio::test]
async fn a_campaign_is_created_as_a_draft() {
    let stage = Stage::new().await;
    let mut body = stage.draft();
    body["template_id"] = json!(uuid::spell(stage.template.id));

    let answer = stage.create(&body).await;

    insta::assert_snapshot!(answer, @r#"
    201 {
      "audience": {
        "all": true,
        "contact_ids": [],
        "exclude_tags": [],
        "tags": []
      },
      "completed_at": null,
      "created_at": "2026-01-01T00:00:00Z",
      "delivered_count": 0,
      "failed_count": 0,
      "failure": null,
      "id": "019b76da-a800-72ef-8d34-f707235132c7",
      "name": "Summer Sale 2024",
      "paused": null,
      "pending_count": 0,
      "phone_number_id": "019b76da-a800-72ef-8d16-b32dc99eefe8",
      "planned": false,
      "read_count": 0,
      "scheduled_at": null,
      "sent_count": 0,
      "skipped": {},
      "skipped_count": 0,
      "started_at": null,
      "status": "draft",
      "template_id": "019b76da-a800-72ef-8d29-e615a6e739d4",
      "timezone": null,
      "total_contacts": 0,
      "updated_at": "2026-01-01T00:00:00Z",
      "variables": {},
      "workspace_id": "019b76da-a800-72ef-8cf0-f3058a55412f"
    }
    "#);
    insta::assert_snapshot!(answer.cost(), @"5 calls, 4 round trips, 2 read units, 11 write units");
    assert_eq!(stage.get(&answer.str("/id")).await.json(), answer.json());
}

#[tokio::test]
async fn audience_variables_and_time_are_kept() {
    let stage = Stage::new().await;
    let mut body = stage.complete();
    body["scheduled_at"] = json!("2026-07-01T09:00:00");
    body["timezone"] = json!("Europe/Berlin");

    let answer = stage.create(&body).await;

    let body = answer.json();
    assert_eq!((answer.status.as_u16(), &body["status"]), (201, &json!("scheduled")));
    let kept = json!([body["audience"], body["variables"], body["scheduled_at"], body["timezone"]]);
    insta::assert_snapshot!(format!("{kept:#}"), @r#"
    [
      {
        "all": false,
        "contact_ids": [],
        "exclude_tags": [
          "complained"
        ],
        "tags": [
          "vip"
        ]
      },
      {
        "body.1": {
          "fallback": "friend",
          "field": "name"
        },
        "body.2": {
          "value": "20%"
        },
        "body.3": {
          "attribute": "city",
          "fallback": "town"
        }
      },
      "2026-07-01T07:00:00Z",
      "Europe/Berlin"
    ]
    "#);
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one table")]
async fn what_is_wrong_with_a_campaign_is_told_at_once() {
    let stage = Stage::new().await;
    let mut body = stage.draft();
    body["name"] = json!(" ");
    body["audience"] = json!({"all": true, "tags": ["vip"]});
    body["variables"] = json!({
        "1": "", "Nobody": "x", "2": {"field": "age"}, "3": {"value": "x", "field": "name"}, "4": null,
        "header": {"link": "ftp://example.com"}, "header.2": {"location": {"latitude": 91, "longitude": 0}},
    });
    body["scheduled_at"] = json!("2026-07-01T09:00:00");

    insta::assert_snapshot!(stage.create(&body).await, @r#"
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "name"
          ],
          "msg": "String should have at least 1 character",
          "type": "string_too_short"
        },
        {
          "loc": [
            "body",
            "audience",
            "all"
          ],
          "msg": "should not stand beside tags or contact_ids",
          "type": "enum"
        },
        {
          "loc": [
            "body",
            "variables",
            "1"
          ],
          "msg": "String should have at least 1 character",
          "type": "string_too_short"
        },
        {
          "loc": [
            "body",
            "variables",
            "2"
          ],
          "msg": "field should be 'name' or 'phone_number'; for others use attribute",
          "type": "enum"
        },
        {
          "loc": [
            "body",
            "variables",
            "3"
          ],
          "msg": "should have one of value, field, attribute, media_id, link and location",
          "type": "value_error"
        },
        {
          "loc": [
            "body",
            "variables",
            "4"
          ],
          "msg": "Input should be a text or an object",
          "type": "type_error"
        },
        {
          "loc": [
            "body",
            "variables",
            "Nobody"
          ],
          "msg": "'Nobody' is not a placeholder: use names such as '1', 'body.1', 'header.1' or 'button.0.1'",
          "type": "value_error"
        },
        {
          "loc": [
            "body",
            "variables",
            "header"
          ],
          "msg": "link should begin with https:// or http://",
          "type": "value_error"
        },
        {
          "loc": [
            "body",
            "variables",
            "header.2"
          ],
          "msg": "latitude should be -90 to 90, longitude -180 to 180",
          "type": "out_of_range"
        },
        {
          "loc": [
            "body",
            "scheduled_at"
          ],
          "msg": "should have an offset such as 'Z', or a timezone beside it",
          "type": "value_error"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn numbers_and_templates_of_others_do_not_exist() {
    let stage = Stage::new().await;
    let other = stage.business.another(&stage.world).await;
    let mut foreign_number = stage.draft();
    foreign_number["phone_number_id"] = json!(uuid::spell(other.number.id));
    let mut no_template = stage.draft();
    no_template["template_id"] = json!(uuid::spell(other.workspace.id));
    let mut foreign_workspace = stage.draft();
    foreign_workspace["workspace_id"] = json!(uuid::spell(other.workspace.id));

    assert_eq!(told(&stage.create(&foreign_number).await), "404 Phone number not found");
    assert_eq!(told(&stage.create(&no_template).await), "404 Template not found");
    assert_eq!(told(&stage.create(&foreign_workspace).await), "404 Workspace not found");
}

#[tokio::test]
async fn the_list_shows_what_the_document_says() {
    let stage = Stage::new().await;
    stage.created(&stage.draft()).await;

    let answer = stage.list("").await;

    insta::assert_snapshot!(answer, @r#"
    200 {
      "data": [
        {
          "created_at": "2026-01-01T00:00:00Z",
          "delivered_count": 0,
          "failed_count": 0,
          "id": "019b76da-a800-72ef-8d34-f707235132c7",
          "name": "Summer Sale 2024",
          "pending_count": 0,
          "phone_number_id": "019b76da-a800-72ef-8d16-b32dc99eefe8",
          "read_count": 0,
          "scheduled_at": null,
          "sent_count": 0,
          "skipped_count": 0,
          "status": "draft",
          "template_id": null,
          "total_contacts": 0
        }
      ],
      "limit": 20,
      "offset": 0,
      "total": 1
    }
    "#);
    insta::assert_snapshot!(answer.cost(), @"5 calls, 2 round trips, 1 read units, 1 write units");
}

#[tokio::test]
async fn lists_are_paged_and_filtered_with_exact_totals() {
    let stage = Stage::new().await;
    let page = async |query: &str| {
        let body = stage.list(query).await.json();
        (body["data"].as_array().unwrap().len(), body["total"].as_u64().unwrap())
    };
    assert_eq!(page("").await, (0, 0));
    for expected in [1, 2, 3] {
        stage.created(&stage.draft()).await;
        assert_eq!(page("&limit=2").await, (expected.min(2), u64::try_from(expected).unwrap()));
    }
    assert_eq!(page("&limit=2&offset=2").await, (1, 3));
    assert_eq!(page("&status=draft&limit=1").await, (1, 3));
    assert_eq!(page("&status=completed").await, (0, 0));
    insta::assert_snapshot!(stage.list("&status=paused&limit=101").await, @r#"
    422 {
      "detail": [
        {
          "loc": [
            "query",
            "status"
          ],
          "msg": "Input should be 'draft', 'scheduled', 'sending', 'completed', 'failed' or 'cancelled'",
          "type": "enum"
        },
        {
          "loc": [
            "query",
            "limit"
          ],
          "msg": "Input should be less than or equal to 100",
          "type": "out_of_range"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn name_and_status_are_changed_as_the_document_says() {
    let stage = Stage::new().await;
    let id = stage.created(&stage.draft()).await;

    let answer = stage.patch(&id, json!({"name": "Updated Campaign Name", "status": "scheduled"})).await;

    let body = answer.json();
    assert_eq!(
        (answer.status.as_u16(), &body["name"], &body["status"]),
        (200, &json!("Updated Campaign Name"), &json!("scheduled"))
    );
    insta::assert_snapshot!(answer.cost(), @"4 calls, 3 round trips, 1 read units, 9 write units");
    assert_eq!(stage.patch(&id, json!({})).await.json(), answer.json());
    insta::assert_snapshot!(stage.patch(&id, json!({"status": "completed"})).await, @r#"
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "status"
          ],
          "msg": "Input should be 'scheduled'. Use POST /api/campaigns/{campaign_id}/start, /pause or /cancel to change the status otherwise",
          "type": "enum"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn a_deleted_campaign_is_gone() {
    let stage = Stage::new().await;
    let id = stage.created(&stage.draft()).await;

    let answer = stage.send(Call::delete(format!("/api/campaigns/{id}"))).await;

    assert_eq!((answer.status.as_u16(), answer.text()), (204, String::new()));
    insta::assert_snapshot!(answer.cost(), @"4 calls, 3 round trips, 1 read units, 9 write units");
    assert_eq!(told(&stage.get(&id).await), "404 Campaign not found");
    assert_eq!(stage.list("").await.json()["total"], 0);
    assert_eq!(told(&stage.act(&id, "start").await), "404 Campaign not found");
    insta::assert_snapshot!(stage.get("17").await, @r#"
    422 {
      "detail": [
        {
          "loc": [
            "path",
            "campaign_id"
          ],
          "msg": "Input should be a valid UUID",
          "type": "value_error"
        }
      ]
    }
    "#);
}
