//! The list of conversations.

use insta::assert_snapshot;
use serde_json::json;
use switchboard_model::id::spelling::uuid;

use crate::stage::{ADA, BOB, Stage, all, nobody};

#[tokio::test]
async fn an_inbox_is_empty_at_first() {
    let stage = Stage::new().await;
    assert_snapshot!(stage.call(stage.list("")).await, @r#"
    200 {
      "data": [],
      "limit": 20,
      "offset": 0,
      "total": 0
    }
    "#);
}

#[tokio::test]
async fn a_conversation_shows_its_window_its_unread_messages_and_its_last_one() {
    let stage = Stage::new().await;
    stage.hears(ADA, "Good morning").await;
    assert_snapshot!(stage.call(stage.list("")).await, @r#"
    200 {
      "data": [
        {
          "assignee": null,
          "created_at": "2026-01-01T00:00:01Z",
          "customer": "+15550000001",
          "id": "019b76da-abe8-71c7-aead-92cfa4eda631",
          "last_inbound_at": "2026-01-01T00:00:01Z",
          "last_message": {
            "created_at": "2026-01-01T00:00:01Z",
            "direction": "inbound",
            "id": "019b76da-abe8-71c7-ae9e-b8ba39e7100b",
            "text": "Good morning",
            "type": "text"
          },
          "phone_number": "+1234567890",
          "phone_number_id": "019b76da-a800-72ef-8d16-b32dc99eefe8",
          "profile_name": null,
          "unread_count": 1,
          "window_expires_at": "2026-01-02T00:00:01Z",
          "workspace_id": "019b76da-a800-72ef-8cf0-f3058a55412f"
        }
      ],
      "limit": 20,
      "offset": 0,
      "total": 1
    }
    "#);
}

#[tokio::test]
async fn the_last_message_of_either_side_decides_the_order() {
    let stage = Stage::new().await;
    stage.hears(ADA, "hi").await;
    stage.hears(BOB, "hi").await;
    assert_eq!(stage.customers("").await.0, ["+15550000002", "+15550000001"]);

    stage.says(ADA, "Hello Ada").await;

    assert_eq!(stage.customers("").await, (vec!["+15550000001".to_owned(), "+15550000002".to_owned()], 2));
}

#[tokio::test]
async fn pages_have_the_total_of_the_whole_list() {
    let stage = Stage::new().await;
    for at in 0..3 {
        stage.hears(&format!("1555000000{at}"), "hi").await;
    }
    let customers = |numbers: &[u32]| numbers.iter().map(|at| format!("+1555000000{at}")).collect::<Vec<_>>();

    assert_eq!(stage.customers("&limit=2").await, (customers(&[2, 1]), 3));
    assert_eq!(stage.customers("&limit=2&offset=1").await, (customers(&[1, 0]), 3));
    assert_eq!(stage.customers("&limit=2&offset=2").await, (customers(&[0]), 3));
    assert_eq!(stage.customers("&limit=3").await, (customers(&[2, 1, 0]), 3));
    assert_eq!(stage.customers("&offset=3").await, (vec![], 3));
    assert_eq!(stage.customers("&offset=99999999999999999999").await, (vec![], 3));
}

#[tokio::test]
async fn filters_narrow_the_list_and_its_total() {
    let stage = Stage::new().await;
    let ada = stage.hears(ADA, "hi").await;
    stage.says(BOB, "Hello Bob").await;
    let owner = uuid::spell(stage.business.owner.user_id);
    let id = stage.conversation_of(&ada).await;
    stage.call(Stage::update(&id, &json!({"assignee": owner}))).await;
    let number = uuid::spell(stage.business.number.id);
    let (ada, bob) = ("+15550000001".to_owned(), "+15550000002".to_owned());

    assert_eq!(stage.customers("&unread=true").await, (vec![ada.clone()], 1));
    assert_eq!(stage.customers("&unread=false").await, (vec![bob.clone()], 1));
    assert_eq!(stage.customers(&format!("&assignee={owner}")).await, (vec![ada.clone()], 1));
    assert_eq!(stage.customers(&format!("&phone_number_id={number}&limit=1")).await, (vec![bob], 2));
    assert_eq!(stage.customers(&format!("&phone_number_id={number}&limit=1&offset=1")).await, (vec![ada], 2));
    assert_eq!(stage.customers(&format!("&phone_number_id={}", nobody())).await, (vec![], 0));
    let foreign = "550e8400-e29b-41d4-a716-446655440000";
    assert_eq!(stage.customers(&format!("&assignee={foreign}&unread=true")).await, (vec![], 0));
}

#[tokio::test]
async fn what_is_no_filter_is_refused() {
    let stage = Stage::new().await;
    let answers = [
        stage.call(stage.list("&unread=maybe&limit=0")).await,
        stage.call(stage.list("&assignee=ada")).await,
        stage.call(crate::stage::Stage::get("not-a-uuid")).await,
    ];
    assert_snapshot!(all(&answers), @r#"
    422 {
      "detail": [
        {
          "loc": [
            "query",
            "unread"
          ],
          "msg": "Input should be 'true' or 'false'",
          "type": "type_error"
        },
        {
          "loc": [
            "query",
            "limit"
          ],
          "msg": "Input should be greater than or equal to 1",
          "type": "out_of_range"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "query",
            "assignee"
          ],
          "msg": "Input should be a valid UUID",
          "type": "value_error"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "path",
            "conversation_id"
          ],
          "msg": "Input should be a valid UUID",
          "type": "value_error"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn a_page_takes_two_sequential_round_trips() {
    let stage = Stage::new().await;
    stage.hears(ADA, "hi").await;
    let answer = stage.call(stage.list("")).await;
    assert_snapshot!(answer.cost(), @"8 calls, 2 round trips, 5 read units, 1 write units");
    assert_snapshot!(stage.call(stage.list("&unread=true")).await.cost(), @"7 calls, 2 round trips, 4 read units, 1 write units");
}

#[tokio::test]
async fn strangers_find_nothing() {
    let stage = Stage::new().await;
    let message = stage.hears(ADA, "hi").await;
    let id = stage.conversation_of(&message).await;
    let stranger = stage.business.another(&stage.world).await;
    for token in [&stranger.owner.token, &stranger.api_key] {
        let list = stage.call_as(token, stage.list("")).await;
        assert_eq!((list.status.as_u16(), list.str("/detail")), (404, "Workspace not found".to_owned()));
        let calls = [
            Stage::get(&id),
            Stage::messages(&id, ""),
            Stage::update(&id, &json!({"assignee": null})),
            Stage::read(&id),
        ];
        for call in calls {
            let answer = stage.call_as(token, call).await;
            assert_eq!(
                (answer.status.as_u16(), answer.str("/detail")),
                (404, "Conversation not found".to_owned())
            );
        }
    }
}
