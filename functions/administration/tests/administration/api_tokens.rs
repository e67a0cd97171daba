//! API tokens.

use insta::assert_snapshot;
use serde_json::json;
use switchboard_model::access::Role;
use switchboard_model::api_token::{SendMessages, TokenPermit};
use switchboard_service::TokenGate;
use switchboard_store::Wanted;
use switchboard_testkit::Call;

use crate::support::{Office, all};

/// Whether a program may send with this token.
async fn works(office: &Office, token: &str) -> bool {
    let permit = TokenPermit::<SendMessages>::presented(token).unwrap();
    TokenGate::new(office.world.resources.clone()).enter(&permit, &Wanted::default()).await.is_ok()
}

#[tokio::test]
async fn a_new_token_is_told_in_full() {
    let office = Office::new().await;
    let body = json!({
        "name": " Deployments ",
        "permissions": ["send:messages", "read:channels", "send:messages"],
        "rate_limit": 5_000,
        "expires_at": "2026-04-01T00:00:00Z",
    });
    let answer = office.create(body).await;
    assert_snapshot!(answer, @r#"
    201 {
      "created_at": "2026-01-01T00:00:00Z",
      "created_by": "019b76da-a800-72ef-8cd6-7aa4a7a79c8a",
      "expires_at": "2026-04-01T00:00:00Z",
      "id": "019b76da-a800-72ef-8d29-e615a6e739d4",
      "last_used_at": null,
      "name": "Deployments",
      "permissions": [
        "read:channels",
        "send:messages"
      ],
      "rate_limit": 5000,
      "token": "wst_0b061cf0000bbccfe91e87c92d25bde1bdf0aa633b3aa0e380555bed36da5b91",
      "usage_count": 0
    }
    "#);
    assert!(works(&office, &answer.str("/token")).await);
}

#[tokio::test]
async fn the_list_shows_ends_of_tokens_and_how_they_were_used() {
    let office = Office::new().await;
    let first = office.deployments().await;
    office.world.wait(1);
    office.create(json!({"name": "All", "permissions": ["*"], "rate_limit": null, "expires_at": null})).await;
    for _ in 0..3 {
        office.world.wait(1_000);
        assert!(works(&office, &first.str("/token")).await);
    }

    let listed = office.tokens().await;

    assert!(!listed.to_string().contains(&first.str("/token")), "{listed}");
    assert_snapshot!(listed, @r#"
    200 [
      {
        "created_at": "2026-01-01T00:00:00Z",
        "created_by": "019b76da-a800-72ef-8cd6-7aa4a7a79c8a",
        "expires_at": null,
        "id": "019b76da-a800-72ef-8d29-e615a6e739d4",
        "last_used_at": "2026-01-01T00:50:01Z",
        "name": "Deployments",
        "permissions": [
          "send:messages"
        ],
        "rate_limit": 1000,
        "token": "wst_************************36da5b91",
        "usage_count": 3
      },
      {
        "created_at": "2026-01-01T00:00:01Z",
        "created_by": "019b76da-a800-72ef-8cd6-7aa4a7a79c8a",
        "expires_at": null,
        "id": "019b76da-abe8-7a71-b07d-00949ec12796",
        "last_used_at": null,
        "name": "All",
        "permissions": [
          "*"
        ],
        "rate_limit": 1000,
        "token": "wst_************************45c1947a",
        "usage_count": 0
      }
    ]
    "#);
}

#[tokio::test]
async fn only_who_may_give_a_role_gets_a_new_token_that_acts_with_it() {
    let office = Office::new().await;
    let id = office.deployments().await.str("/id");
    let admin = office.business.add(&office.world, "admin@example.com", Role::Admin).await.token;
    let path = office.at(&format!("/api-tokens/{id}/rotate"));

    let by_admin = Call::post(path.clone()).bearer(&admin).to(&office.router).await;
    let by_key = Call::post(path.clone()).bearer(&office.business.api_key).to(&office.router).await;

    assert_snapshot!(all(&[by_admin, by_key]), @r#"
    403 {
      "detail": "Insufficient permissions. OWNER role required"
    }
    403 {
      "detail": "Insufficient permissions. OWNER role required"
    }
    "#);
    assert_eq!(office.as_owner(Call::post(path)).await.status, 200);
    let own = Call::post(office.at("/api-tokens")).json(&json!({"name": "Own", "permissions": ["*"]}));
    let own = own.bearer(&admin).to(&office.router).await.str("/id");
    let path = office.at(&format!("/api-tokens/{own}/rotate"));
    assert_eq!(Call::post(path).bearer(&admin).to(&office.router).await.status, 200);
}

#[tokio::test]
async fn a_rotated_token_ends_at_once_and_keeps_the_rest() {
    let office = Office::new().await;
    let token = office.deployments().await;
    works(&office, &token.str("/token")).await;
    let path = office.at(&format!("/api-tokens/{}/rotate", token.str("/id")));
    let rotated = office.as_owner(Call::post(path)).await;
    assert_snapshot!(rotated, @r#"
    200 {
      "created_at": "2026-01-01T00:00:00Z",
      "created_by": "019b76da-a800-72ef-8cd6-7aa4a7a79c8a",
      "expires_at": null,
      "id": "019b76da-a800-72ef-8d29-e615a6e739d4",
      "last_used_at": "2026-01-01T00:00:00Z",
      "name": "Deployments",
      "permissions": [
        "send:messages"
      ],
      "rate_limit": 1000,
      "token": "wst_0b061cf0000bbccf23dd9e1f687ddc692eb7c239c856da6036cd2e0045c1947a",
      "usage_count": 1
    }
    "#);
    assert!(!works(&office, &token.str("/token")).await);
    assert!(works(&office, &rotated.str("/token")).await);
    assert_eq!(office.tokens().await.json().as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_deleted_token_ends_at_once() {
    let office = Office::new().await;
    let token = office.deployments().await;
    let path = office.at(&format!("/api-tokens/{}", token.str("/id")));
    assert_eq!(office.as_owner(Call::delete(path.clone())).await.status, 204);
    assert!(!works(&office, &token.str("/token")).await);
    assert_snapshot!(office.tokens().await, @"200 []");
    assert_snapshot!(office.as_owner(Call::delete(path)).await, @r#"
    404 {
      "detail": "API token not found"
    }
    "#);
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    let office = Office::new().await;
    let answers = [
        office
            .create(json!({"name": "", "permissions": [], "rate_limit": 99, "expires_at": "tomorrow"}))
            .await,
        office.create(json!({"name": "x", "permissions": ["read:teams"], "rate_limit": 100_001})).await,
        office.create(json!({})).await,
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
            "permissions"
          ],
          "msg": "List should have at least 1 permission",
          "type": "string_too_short"
        },
        {
          "loc": [
            "body",
            "rate_limit"
          ],
          "msg": "Input should be a whole number from 100 to 100000",
          "type": "out_of_range"
        },
        {
          "loc": [
            "body",
            "expires_at"
          ],
          "msg": "Input should be a time in ISO 8601 with a zone",
          "type": "value_error"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "permissions"
          ],
          "msg": "Input should be 'read:members', 'write:members', 'read:channels', 'write:channels', 'send:messages', 'read:departments', 'write:departments' or '*'",
          "type": "enum"
        },
        {
          "loc": [
            "body",
            "rate_limit"
          ],
          "msg": "Input should be a whole number from 100 to 100000",
          "type": "out_of_range"
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
    "#);
}

#[tokio::test]
async fn a_token_ends_in_the_future() {
    let office = Office::new().await;
    let ending =
        async |at: &str| office.create(json!({"name": "x", "permissions": ["*"], "expires_at": at})).await;
    assert_snapshot!(ending("2026-01-01T00:00:00Z").await, @r#"
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "expires_at"
          ],
          "msg": "Input should be in the future",
          "type": "out_of_range"
        }
      ]
    }
    "#);
    assert_eq!(ending("2026-01-01T01:00:01+01:00").await.status, 201);
}

#[tokio::test]
async fn owners_and_admins_see_to_tokens_and_strangers_find_none() {
    let office = Office::new().await;
    let other = office.business.another(&office.world).await.owner.token;
    let admin = office.business.add(&office.world, "admin@example.com", Role::Admin).await.token;
    let token = Call::post(office.at("/api-tokens")).json(&json!({"name": "Own", "permissions": ["*"]}));
    let token = token.bearer(&admin).to(&office.router).await.str("/id");
    let member = office.business.add(&office.world, "member@example.com", Role::Member).await.token;
    let calls = || {
        [
            Call::get(office.at("/api-tokens")),
            Call::post(office.at("/api-tokens")).json(&json!({"name": "x", "permissions": ["*"]})),
            Call::post(office.at(&format!("/api-tokens/{token}/rotate"))),
            Call::get(office.at("/audit-logs")),
            Call::delete(office.at(&format!("/api-tokens/{token}"))),
        ]
    };
    for (caller, expected) in [(&other, 404), (&member, 403)] {
        for call in calls() {
            assert_eq!(call.bearer(caller).to(&office.router).await.status, expected);
        }
    }
    for call in calls() {
        assert!(call.bearer(&admin).to(&office.router).await.status.is_success());
    }
    for call in calls() {
        assert_eq!(call.to(&office.router).await.status, 401);
    }
}

#[tokio::test]
async fn a_workspace_has_100_tokens_at_most() {
    let office = Office::new().await;
    for _ in 0..100 {
        assert_eq!(office.deployments().await.status, 201);
    }
    assert_snapshot!(office.deployments().await, @r#"
    409 {
      "detail": "A workspace can have at most 100 API tokens"
    }
    "#);
}

#[tokio::test]
async fn what_each_operation_costs() {
    let office = Office::new().await;
    let token = office.deployments().await;
    assert_snapshot!(token.cost(), @"3 calls, 2 round trips, 0 read units, 11 write units");
    assert_snapshot!(office.tokens().await.cost(), @"4 calls, 3 round trips, 1 read units, 1 write units");
    let path = office.at(&format!("/api-tokens/{}", token.str("/id")));
    assert_snapshot!(office.as_owner(Call::post(format!("{path}/rotate"))).await.cost(), @"5 calls, 4 round trips, 2 read units, 9 write units");
    assert_snapshot!(office.as_owner(Call::delete(path)).await.cost(), @"5 calls, 4 round trips, 2 read units, 9 write units");
    assert_snapshot!(office.log("").await.cost(), @"3 calls, 2 round trips, 1 read units, 1 write units");
}
