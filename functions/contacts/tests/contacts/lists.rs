//! `GET /api/contacts`

use insta::assert_snapshot;
use serde_json::json;
use switchboard_testkit::Call;

use crate::support::{Stage, names, together};

#[tokio::test]
async fn a_list_has_the_documented_shape() {
    let stage = Stage::new().await;
    stage.created("+1234567890", json!({"name": "John Doe", "tags": ["customer", "vip"]})).await;
    assert_snapshot!(stage.list("").await, @r#"
    200 {
      "data": [
        {
          "id": "019b76da-a800-72ef-8d29-e615a6e739d4",
          "name": "John Doe",
          "opted_in": true,
          "phone_number": "+1234567890",
          "tags": [
            "customer",
            "vip"
          ],
          "user_id": null,
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
async fn filters_can_be_combined() {
    let stage = Stage::new().await;
    for (number, name, tags) in [
        ("+15550000001", "John Doe", json!(["vip", "old"])),
        ("+15550000002", "Jane Doe", json!(["customer"])),
        ("+491701234567", "Zoë Smith", json!([])),
    ] {
        stage.created(number, json!({"name": name, "tags": tags})).await;
    }
    let mut lines = Vec::new();
    for query in [
        "",
        "&search=John",
        "&search=doe",
        "&search=%2B1555",
        "&search=0170%201234567",
        "&search=zoe",
        "&tags=vip,customer",
        "&tags=vip&search=doe",
        "&tags=&search=%20",
        "&opted_in=TRUE&tags=customer,none",
        "&opted_in=false",
        "&search=nobody",
    ] {
        let answer = stage.list(query).await;
        lines.push(format!("{query}: {} {}", answer.json()["total"], names(&answer).join(", ")));
    }
    assert_snapshot!(lines.join("\n"), @"
    : 3 Zoë Smith, Jane Doe, John Doe
    &search=John: 1 John Doe
    &search=doe: 2 Jane Doe, John Doe
    &search=%2B1555: 2 Jane Doe, John Doe
    &search=0170%201234567: 1 Zoë Smith
    &search=zoe: 1 Zoë Smith
    &tags=vip,customer: 2 Jane Doe, John Doe
    &tags=vip&search=doe: 1 John Doe
    &tags=&search=%20: 3 Zoë Smith, Jane Doe, John Doe
    &opted_in=TRUE&tags=customer,none: 1 Jane Doe
    &opted_in=false: 0 
    &search=nobody: 0
    ");
}

#[tokio::test]
async fn pages_follow_one_another_with_the_exact_total() {
    let stage = Stage::new().await;
    for at in 0..21 {
        stage.created(&format!("+1555000{at:04}"), json!({"name": at.to_string()})).await;
    }
    let expected: Vec<String> = (0..21).rev().map(|at| at.to_string()).collect();

    let first = stage.list("").await;
    let second = stage.list("&offset=20").await;
    let one = stage.list("&limit=1&offset=7").await;
    let beyond = stage.list("&offset=21").await;

    assert_eq!((names(&first), names(&second)), (expected[..20].to_vec(), expected[20..].to_vec()));
    assert_eq!((names(&one), names(&beyond)), (expected[7..8].to_vec(), Vec::new()));
    for answer in [first, second, one, beyond] {
        assert_eq!(answer.json()["total"], 21);
    }
}

#[tokio::test]
async fn wrong_queries_are_refused_by_place() {
    let stage = Stage::new().await;
    let tags: Vec<String> = (0..11).map(|at| at.to_string()).collect();
    let answers = [
        stage.send(Call::get("/api/contacts")).await,
        stage.list("&limit=0&offset=-1&opted_in=maybe").await,
        stage.list(&format!("&search={}", "x".repeat(101))).await,
        stage.list(&format!("&tags={}", tags.join(","))).await,
    ];
    assert_snapshot!(together(&answers), @r#"
    422 {"detail":[{"loc":["query","workspace_id"],"msg":"Field required","type":"missing"}]}
    422 {"detail":[{"loc":["query","opted_in"],"msg":"Input should be a valid boolean","type":"type_error"},{"loc":["query","limit"],"msg":"Input should be greater than or equal to 1","type":"out_of_range"},{"loc":["query","offset"],"msg":"Input should be greater than or equal to 0","type":"out_of_range"}]}
    422 {"detail":[{"loc":["query","search"],"msg":"String should have at most 100 characters","type":"string_too_long"}]}
    422 {"detail":[{"loc":["query","tags"],"msg":"At most 10 tags can be asked for at once","type":"string_too_long"}]}
    "#);
}
