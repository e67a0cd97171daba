//! Making, listing and getting workspaces.

use insta::assert_snapshot;
use serde_json::json;
use switchboard_testkit::Call;

use crate::support::{Office, all, path_of};

#[tokio::test]
async fn a_new_workspace_is_answered_in_full() {
    let office = Office::new().await;
    let ada = office.ada().await;
    assert_snapshot!(ada.workspace, @r#"
    201 {
      "api_key": "wsk_p5dTeNt0DiBrcX5gLyU0udI2f4AMZI2jBSDDZLXHRwU",
      "created_at": "2026-01-01T00:00:00Z",
      "created_by": "019b76da-a800-72ef-8cd6-7aa4a7a79c8a",
      "id": "019b76da-a800-72ef-8cf0-f3058a55412f",
      "name": "My Company",
      "plan": "free",
      "settings": {},
      "slug": "my-company",
      "status": "active",
      "updated_at": "2026-01-01T00:00:00Z",
      "webhook_secret": "whsec_2HzeF4dqxRXPJj5Rd2+3Xyn4KEioLv2g6R6HyS0lveE="
    }
    "#);
}

#[tokio::test]
async fn a_workspace_reads_back_as_it_was_made() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let found = ada.get().await;
    assert_eq!(found.status, 200);
    assert_eq!(found.json(), ada.workspace.json());
}

#[tokio::test]
async fn a_slug_gets_a_number_and_then_a_random_end_where_it_is_taken() {
    let office = Office::new().await;
    let ada = office.person("ada@example.com").await;
    let mut slugs = Vec::new();
    for _ in 0..22 {
        slugs.push(office.create(&ada, json!({"name": "My Company!"})).await.str("/slug"));
    }
    assert_eq!(slugs[..3], ["my-company", "my-company-2", "my-company-3"]);
    assert_eq!(slugs[19], "my-company-20");
    assert!(slugs[20..].iter().all(|slug| slug.len() == "my-company-".len() + 8), "{slugs:?}");
    assert_ne!(slugs[20], slugs[21]);
}

#[tokio::test]
async fn workspaces_made_at_once_get_slugs_of_their_own() {
    let office = Office::new().await;
    let ada = office.person("ada@example.com").await;
    let create = || office.create(&ada, json!({"name": "Rush"}));
    let (a, b, c, d) = tokio::join!(create(), create(), create(), create());
    let mut slugs = [a, b, c, d].map(|answer| answer.str("/slug"));
    slugs.sort();
    assert!(slugs.windows(2).all(|pair| pair[0] != pair[1]), "{slugs:?}");
}

#[tokio::test]
async fn every_wrong_field_of_a_new_workspace_is_named() {
    let office = Office::new().await;
    let ada = office.person("ada@example.com").await;
    let answers = [
        office.create(&ada, json!({"name": " ", "plan": "gold"})).await,
        office.create(&ada, json!({"name": "x".repeat(101)})).await,
        office.create(&ada, json!({"plan": "free"})).await,
        office.create(&ada, json!({"name": null})).await,
        Call::post("/api/workspaces").bearer(&ada).body("{").to(&office.router).await,
    ];
    assert_snapshot!(all(&answers), @r#"
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
            "plan"
          ],
          "msg": "Input should be 'free', 'pro' or 'enterprise'",
          "type": "enum"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "name"
          ],
          "msg": "String should have at most 100 characters",
          "type": "string_too_long"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "name"
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
            "body",
            "name"
          ],
          "msg": "Input should be a string",
          "type": "type_error"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "body"
          ],
          "msg": "JSON decode error: EOF while parsing an object at line 1 column 1",
          "type": "json_invalid"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn the_list_has_the_callers_own_workspaces_with_their_role() {
    let office = Office::new().await;
    let ada = office.ada().await;
    office.world.wait(1);
    let bob = office.person("bob@example.com").await;
    let other = office.create(&bob, json!({"name": "Bob's", "plan": "pro"})).await;
    let body = json!({"user_email": "ada@example.com", "role": "AGENT"});
    Call::post(format!("{}/members", path_of(&other))).bearer(&bob).json(&body).to(&office.router).await;

    assert_snapshot!(ada.list().await, @r#"
    200 [
      {
        "created_at": "2026-01-01T00:00:00Z",
        "id": "019b76da-a800-72ef-8cf0-f3058a55412f",
        "name": "My Company",
        "plan": "free",
        "slug": "my-company",
        "status": "active",
        "user_role": "OWNER"
      },
      {
        "created_at": "2026-01-01T00:00:01Z",
        "id": "019b76da-abe8-70ad-b308-95169ae7554b",
        "name": "Bob's",
        "plan": "pro",
        "slug": "bob-s",
        "status": "active",
        "user_role": "AGENT"
      }
    ]
    "#);
    let bobs = Call::get("/api/workspaces").bearer(&bob).to(&office.router).await;
    assert_eq!(bobs.json().as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn somebody_without_workspaces_has_an_empty_list() {
    let office = Office::new().await;
    let ada = office.person("ada@example.com").await;
    let list = Call::get("/api/workspaces").bearer(&ada).to(&office.router).await;
    assert_snapshot!(list, @"200 []");
}
