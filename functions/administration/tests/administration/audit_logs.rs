//! The audit log.

use insta::assert_snapshot;
use serde_json::Value;
use switchboard_model::id::spelling::uuid;
use switchboard_testkit::Call;

use crate::support::{Office, all};

#[tokio::test]
async fn the_log_has_the_newest_first() {
    let office = Office::new().await;
    assert_snapshot!(office.log("").await, @r#"
    200 {
      "data": [],
      "next_cursor": null
    }
    "#);
    let token = office.deployments().await.str("/id");
    office.world.wait(1);
    let path = office.at(&format!("/api-tokens/{token}"));
    let key = &office.business.api_key;
    Call::delete(path).bearer(key).to(&office.router).await;
    assert_snapshot!(office.log("").await, @r#"
    200 {
      "data": [
        {
          "action": "api_token.deleted",
          "actor": {
            "id": null,
            "type": "api_key"
          },
          "created_at": "2026-01-01T00:00:01Z",
          "id": "019b76da-abe8-77b7-923f-64457bb702a5",
          "metadata": {
            "name": "Deployments"
          },
          "resource": "api_token",
          "resource_id": "019b76da-a800-72ef-8d29-e615a6e739d4"
        },
        {
          "action": "api_token.created",
          "actor": {
            "id": "019b76da-a800-72ef-8cd6-7aa4a7a79c8a",
            "type": "user"
          },
          "created_at": "2026-01-01T00:00:00Z",
          "id": "019b76da-a800-72ef-8d34-f707235132c7",
          "metadata": {
            "name": "Deployments",
            "permissions": [
              "send:messages"
            ]
          },
          "resource": "api_token",
          "resource_id": "019b76da-a800-72ef-8d29-e615a6e739d4"
        }
      ],
      "next_cursor": null
    }
    "#);
}

#[tokio::test]
async fn the_log_is_filtered_by_actor_action_resource_and_time() {
    let office = Office::new().await;
    let first = office.deployments().await.str("/id");
    office.world.wait(60);
    let second = office.deployments().await.str("/id");
    let key = &office.business.api_key;
    Call::delete(office.at(&format!("/api-tokens/{first}"))).bearer(key).to(&office.router).await;
    let owner = uuid::spell(office.business.owner.user_id);
    let found = async |query: String| {
        let log = office.log(&query).await.json();
        let entries = log["data"].as_array().unwrap().clone();
        let told = |entry: &Value| {
            let which = if entry["resource_id"] == first.as_str() { "first" } else { "second" };
            format!("{} {which}", entry["action"].as_str().unwrap())
        };
        entries.iter().map(told).collect::<Vec<_>>().join(", ")
    };
    let all = "api_token.deleted first, api_token.created second, api_token.created first";
    assert_eq!(found(String::new()).await, all);
    assert_eq!(found("?resource=api_token".to_owned()).await, all);
    assert_eq!(found("?resource=member".to_owned()).await, "");
    assert_eq!(
        found(format!("?actor_id={owner}")).await,
        "api_token.created second, api_token.created first"
    );
    assert_eq!(found("?actor_type=api_key".to_owned()).await, "api_token.deleted first");
    assert_eq!(
        found("?actor_type=user".to_owned()).await,
        "api_token.created second, api_token.created first"
    );
    assert_eq!(found("?action=api_token.deleted".to_owned()).await, "api_token.deleted first");
    assert_eq!(found(format!("?resource_id={second}")).await, "api_token.created second");
    assert_eq!(found("?until=2026-01-01T00:01:00Z".to_owned()).await, "api_token.created first");
    let late = "api_token.deleted first, api_token.created second";
    assert_eq!(found("?from=2026-01-01T00:01:00Z".to_owned()).await, late);
}

#[tokio::test]
async fn the_log_goes_on_where_a_page_ends() {
    let office = Office::new().await;
    for _ in 0..5 {
        office.deployments().await;
    }
    for (limit, expected) in [(4, 2), (5, 1), (6, 1), (2, 3), (1, 5)] {
        let (mut seen, mut pages, mut cursor) = (Vec::new(), 0, String::new());
        loop {
            let page = office.log(&format!("?limit={limit}{cursor}")).await.json();
            seen.extend(page["data"].as_array().unwrap().clone());
            pages += 1;
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!((seen.len(), pages), (5, expected), "{limit}");
        assert_eq!(Value::Array(seen), office.log("").await.json()["data"]);
    }
}

#[tokio::test]
async fn a_cursor_is_of_one_list() {
    let office = Office::new().await;
    for _ in 0..2 {
        office.deployments().await;
    }
    let next = office.log("?limit=1").await.str("/next_cursor");
    let answers = [
        office.log(&format!("?cursor={next}&resource=member")).await,
        office.log("?cursor=x").await,
        office.log("?limit=0&actor_id=me&actor_type=robot&action=A%20B&from=yesterday").await,
    ];
    assert_snapshot!(all(&answers), @r#"
    422 {
      "detail": [
        {
          "loc": [
            "query",
            "cursor"
          ],
          "msg": "Input should be the next_cursor of the same list",
          "type": "value_error"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "query",
            "cursor"
          ],
          "msg": "Input should be the next_cursor of the same list",
          "type": "value_error"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "query",
            "actor_id"
          ],
          "msg": "Input should be a valid UUID",
          "type": "value_error"
        },
        {
          "loc": [
            "query",
            "actor_type"
          ],
          "msg": "Input should be 'user', 'api_key', 'api_token' or 'incoming_webhook'",
          "type": "enum"
        },
        {
          "loc": [
            "query",
            "action"
          ],
          "msg": "Input should be a name such as channel or channel.created",
          "type": "value_error"
        },
        {
          "loc": [
            "query",
            "from"
          ],
          "msg": "Input should be a time in ISO 8601 with a zone",
          "type": "value_error"
        },
        {
          "loc": [
            "query",
            "limit"
          ],
          "msg": "Input should be a whole number from 1 to 100",
          "type": "out_of_range"
        }
      ]
    }
    "#);
}
