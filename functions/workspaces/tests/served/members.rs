//! Members: listing, inviting, changing, removing.

use insta::assert_snapshot;
use serde_json::json;
use switchboard_testkit::Call;

use crate::support::{Office, Owner, all};

#[tokio::test]
async fn the_founder_is_the_first_member() {
    let office = Office::new().await;
    let ada = office.ada().await;
    assert_snapshot!(ada.members().await, @r#"
    200 [
      {
        "email": "ada@example.com",
        "id": "019b76da-a800-72ef-8d16-b32dc99eefe8",
        "joined_at": "2026-01-01T00:00:00Z",
        "role": "OWNER",
        "status": "active",
        "user_id": "019b76da-a800-72ef-8cd6-7aa4a7a79c8a"
      }
    ]
    "#);
}

#[tokio::test]
async fn somebody_with_an_account_is_active_at_once() {
    let office = Office::new().await;
    let ada = office.ada().await;
    office.person("Bob@example.com").await;
    office.world.wait(60);
    let added = ada.add("bob@example.com", "MEMBER").await;
    assert_snapshot!(added, @r#"
    200 {
      "email": "Bob@example.com",
      "id": "019b76db-9260-714a-8af1-458ad9fe17e7",
      "joined_at": "2026-01-01T00:01:00Z",
      "role": "MEMBER",
      "status": "active",
      "user_id": "019b76da-a800-72ef-8d29-e615a6e739d4"
    }
    "#);
}

#[tokio::test]
async fn invitations_of_one_person_at_the_same_time_make_one_person() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let mut paths = Vec::new();
    for name in ["One", "Two", "Three"] {
        let workspace = office.create(&ada.token, json!({"name": name})).await;
        paths.push(format!("/api/workspaces/{}/members", workspace.str("/id")));
    }
    let body = json!({"user_email": "bob@example.com", "role": "MEMBER"});
    let invite = |path: &str| ada.send_as(&ada.token, Call::post(path).json(&body));

    let (a, b, c) = tokio::join!(invite(&paths[0]), invite(&paths[1]), invite(&paths[2]));

    assert_eq!(a.status, 200, "{a}");
    assert_eq!(a.str("/user_id"), b.str("/user_id"));
    assert_eq!(b.str("/user_id"), c.str("/user_id"));
}

#[tokio::test]
async fn nobody_is_a_member_twice() {
    let office = Office::new().await;
    let ada = office.ada().await;
    ada.add("bob@example.com", "MEMBER").await;
    let again = ada.add("bob@example.com", "ADMIN").await;
    assert_snapshot!(again, @r#"
    409 {
      "detail": "User is already a member of this workspace"
    }
    "#);
    assert_eq!(ada.add("ada@example.com", "MEMBER").await.status, 409);
}

#[tokio::test]
async fn every_wrong_field_of_a_new_member_is_named() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let members = || Call::post(ada.at("/members"));
    let answers = [
        ada.add("bob", "BOSS").await,
        ada.send_as(&ada.token, members().json(&json!({"user_email": "bob@example.com"}))).await,
        ada.send_as(&ada.token, members().json(&json!({"user_email": 1, "role": "MEMBER"}))).await,
    ];
    assert_snapshot!(all(&answers), @r#"
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "user_email"
          ],
          "msg": "Invalid email format",
          "type": "value_error"
        },
        {
          "loc": [
            "body",
            "role"
          ],
          "msg": "Input should be 'OWNER', 'ADMIN', 'MEMBER', 'AGENT' or 'GUEST'",
          "type": "enum"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "role"
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
            "user_email"
          ],
          "msg": "Input should be a string",
          "type": "type_error"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn managers_change_roles() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let (_, bob) = ada.colleague("bob@example.com", "MEMBER").await;
    let changed = ada.change_as(&ada.token, &bob, "ADMIN").await;
    assert_snapshot!(changed, @r#"
    200 {
      "email": "bob@example.com",
      "id": "019b76da-a800-72ef-8d34-f707235132c7",
      "joined_at": "2026-01-01T00:00:00Z",
      "role": "ADMIN",
      "status": "active",
      "user_id": "019b76da-a800-72ef-8d29-e615a6e739d4"
    }
    "#);
    assert_eq!(ada.members().await.json()[1], changed.json());
    assert_eq!(ada.change_as(&ada.token, &bob, "ADMIN").await.status, 200, "a change to the same role");
}

#[tokio::test]
async fn only_an_owner_makes_changes_or_removes_an_owner() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let founder = founder(&ada).await;
    let (admin, _) = ada.colleague("admin@example.com", "ADMIN").await;
    let (_, bob) = ada.colleague("bob@example.com", "MEMBER").await;
    let answers = [
        ada.add_as(&admin, "carol@example.com", "OWNER").await,
        ada.change_as(&admin, &bob, "OWNER").await,
        ada.change_as(&admin, &founder, "MEMBER").await,
        ada.remove_as(&admin, &founder).await,
    ];
    assert_snapshot!(all(&answers), @r#"
    403 {
      "detail": "Insufficient permissions. OWNER role required"
    }
    403 {
      "detail": "Insufficient permissions. OWNER role required"
    }
    403 {
      "detail": "Insufficient permissions. OWNER role required"
    }
    403 {
      "detail": "Insufficient permissions. OWNER role required"
    }
    "#);
    assert_eq!(ada.change_as(&ada.token, &bob, "OWNER").await.json()["role"], "OWNER");
}

#[tokio::test]
async fn members_and_agents_manage_nobody() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let (member, member_id) = ada.colleague("member@example.com", "MEMBER").await;
    let (agent, agent_id) = ada.colleague("agent@example.com", "AGENT").await;
    let answers = [
        ada.add_as(&member, "carol@example.com", "AGENT").await,
        ada.change_as(&member, &member_id, "ADMIN").await,
        ada.remove_as(&member, &agent_id).await,
        ada.remove_as(&agent, &member_id).await,
    ];
    assert!(answers.iter().all(|answer| answer.status == 403));
    assert_snapshot!(answers[2], @r#"
    403 {
      "detail": "Insufficient permissions. OWNER or ADMIN role required"
    }
    "#);
}

#[tokio::test]
async fn everybody_may_leave() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let (agent, agent_id) = ada.colleague("agent@example.com", "AGENT").await;

    let left = ada.remove_as(&agent, &agent_id).await;

    assert_eq!((left.status.as_u16(), left.body.as_slice()), (204, &b""[..]));
    assert_eq!(ada.send_as(&agent, Call::get(&ada.path)).await.status, 404);
    assert_eq!(ada.send_as(&agent, Call::get("/api/workspaces")).await.json(), json!([]));
    assert_eq!(ada.members().await.json().as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn whoever_was_removed_can_be_added_again() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let (_, bob) = ada.colleague("bob@example.com", "MEMBER").await;
    assert_eq!(ada.remove_as(&ada.token, &bob).await.status, 204);
    let again = ada.add("bob@example.com", "AGENT").await;
    assert_eq!((again.status.as_u16(), again.str("/status").as_str()), (200, "active"));
    assert_ne!(again.str("/id"), bob);
}

#[tokio::test]
async fn the_last_owner_can_not_leave_or_step_down() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let founder = founder(&ada).await;
    let answers =
        [ada.remove_as(&ada.token, &founder).await, ada.change_as(&ada.token, &founder, "ADMIN").await];
    assert_snapshot!(all(&answers), @r#"
    400 {
      "detail": "A workspace must keep at least one OWNER"
    }
    400 {
      "detail": "A workspace must keep at least one OWNER"
    }
    "#);
}

#[tokio::test]
async fn of_two_owners_who_leave_at_once_one_stays() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let founder = founder(&ada).await;
    let (bob, bob_id) = ada.colleague("bob@example.com", "OWNER").await;

    let (first, second) = tokio::join!(ada.remove_as(&ada.token, &founder), ada.remove_as(&bob, &bob_id));

    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 400]);
}

#[tokio::test]
async fn a_member_that_does_not_exist_is_not_found() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let nobody = ada.workspace.str("/created_by");
    let answers = [
        ada.change_as(&ada.token, &nobody, "ADMIN").await,
        ada.remove_as(&ada.token, &nobody).await,
        ada.remove_as(&ada.token, "550e8400-e29b-41d4-a716-446655440000").await,
        ada.remove_as(&ada.token, "bob").await,
    ];
    assert_snapshot!(all(&answers), @r#"
    404 {
      "detail": "Member not found"
    }
    404 {
      "detail": "Member not found"
    }
    404 {
      "detail": "Member not found"
    }
    422 {
      "detail": [
        {
          "loc": [
            "path",
            "member_id"
          ],
          "msg": "Input should be a valid UUID",
          "type": "value_error"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn members_of_one_workspace_are_not_found_in_another() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let (_, bob) = ada.colleague("bob@example.com", "MEMBER").await;
    let other = office.create(&ada.token, json!({"name": "Other"})).await;
    let path = format!("/api/workspaces/{}/members/{bob}", other.str("/id"));
    assert_eq!(ada.send_as(&ada.token, Call::delete(&path)).await.status, 404);
}

async fn founder(ada: &Owner<'_>) -> String {
    ada.members().await.str("/0/id")
}
