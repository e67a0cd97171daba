//! `GET /api/phone-numbers`

use insta::assert_snapshot;
use serde_json::Value;
use switchboard_model::Id;
use switchboard_model::id::spelling::uuid;
use switchboard_model::phone_number::PhoneNumberStatus;
use switchboard_testkit::{Answer, Call};

use crate::support::{META_ID, Numbers, together};

async fn some(count: usize) -> (Numbers, Vec<String>) {
    let numbers = Numbers::new().await;
    let mut ids = vec![numbers.registered(META_ID).await];
    for at in 1..count {
        let mut number = numbers.stored(&ids[0]).await;
        number.id = numbers.world.resources.ids.next_id();
        number.meta_id = format!("{at}").parse().unwrap();
        numbers.world.store().create_phone_number(&number).await.unwrap();
        ids.push(uuid::spell(number.id));
    }
    (numbers, ids)
}

fn ids(answer: &Answer) -> Vec<String> {
    let data = answer.json()["data"].as_array().unwrap().clone();
    data.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_list_has_the_documented_shape() {
    let (numbers, _) = some(1).await;
    assert_snapshot!(numbers.list("").await, @r#"
    200 {
      "data": [
        {
          "display_name": "Simulated Business 192",
          "id": "019b76da-a800-72ef-8d16-b32dc99eefe8",
          "message_limit": 1000,
          "phone_number": "+16503046192",
          "quality_rating": "GREEN",
          "status": "active",
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
async fn a_workspace_without_numbers_has_an_empty_list() {
    let numbers = Numbers::new().await;
    assert_snapshot!(numbers.list("").await, @r#"
    200 {
      "data": [],
      "limit": 20,
      "offset": 0,
      "total": 0
    }
    "#);
}

#[tokio::test]
async fn pages_follow_one_another_by_age_with_the_exact_total() {
    let (numbers, all) = some(22).await;

    let first = numbers.list("").await;
    let full = numbers.list("&limit=22").await;
    let last = numbers.list("&limit=21&offset=21").await;
    let beyond = numbers.list("&limit=1&offset=22").await;

    assert_eq!((ids(&first), ids(&full), ids(&last)), (all[..20].to_vec(), all.clone(), all[21..].to_vec()));
    assert!(ids(&beyond).is_empty());
    for answer in [first, full, last, beyond] {
        assert_eq!(answer.json()["total"], 22);
    }
}

#[tokio::test]
async fn a_list_can_be_of_one_status() {
    let (numbers, all) = some(3).await;
    numbers.store(&all[1], |number| number.status = PhoneNumberStatus::Disabled).await;

    let active = numbers.list("&status=active&limit=1").await;
    let disabled = numbers.list("&status=disabled").await;
    let pending = numbers.list("&status=pending").await;

    assert_eq!((ids(&active), &active.json()["total"]), (vec![all[0].clone()], &Value::from(2)));
    assert_eq!(ids(&disabled), all[1..2]);
    assert_eq!(pending.json()["total"], 0);
}

#[tokio::test]
async fn wrong_queries_are_refused_by_place() {
    let numbers = Numbers::new().await;
    let answers = [
        numbers.send(Call::get("/api/phone-numbers")).await,
        numbers.send(Call::get("/api/phone-numbers?workspace_id=workspace-uuid")).await,
        numbers.list("&status=gone&limit=0&offset=-1").await,
        numbers.list("&limit=101").await,
        numbers.list("&limit=ten").await,
    ];
    assert_snapshot!(together(&answers), @r#"
    422 {
      "detail": [
        {
          "loc": [
            "query",
            "workspace_id"
          ],
          "msg": "Field required",
          "type": "missing"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "query",
            "workspace_id"
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
            "query",
            "status"
          ],
          "msg": "Input should be 'pending', 'active' or 'disabled'",
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
            "offset"
          ],
          "msg": "Input should be greater than or equal to 0",
          "type": "out_of_range"
        }
      ]
    }
    422 {
      "detail": [
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
    422 {
      "detail": [
        {
          "loc": [
            "query",
            "limit"
          ],
          "msg": "Input should be a valid integer",
          "type": "type_error"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn the_list_of_a_workspace_that_is_not_there_is_not_found() {
    let numbers = Numbers::new().await;
    let unknown = uuid::spell(Id::from_bits(7).unwrap());
    let spelled_wrong = "00000000-0000-7000-8000-000000000000";

    let unknown = numbers.send(Call::get(format!("/api/phone-numbers?workspace_id={unknown}"))).await;
    let wrong = numbers.send(Call::get(format!("/api/phone-numbers?workspace_id={spelled_wrong}"))).await;

    assert_snapshot!(unknown, @r#"
    404 {
      "detail": "Workspace not found"
    }
    "#);
    assert_eq!(wrong.to_string(), unknown.to_string());
}

#[tokio::test]
async fn a_list_takes_two_round_trips() {
    let (numbers, _) = some(3).await;
    let answer = numbers.list("").await;
    assert!(answer.reading.round_trips <= 2, "{:?}", answer.reading);
    assert_snapshot!(crate::support::cost(&answer), @"4 calls, 1 read units, 1 write units");
}
