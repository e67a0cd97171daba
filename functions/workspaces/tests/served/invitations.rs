//! Invitations: who comes in by them, and who does not.

use insta::assert_snapshot;
use serde_json::json;
use switchboard_testkit::Call;

use crate::support::{Office, all, path_of};

#[tokio::test]
async fn somebody_unknown_is_invited_and_comes_in_by_signing_up_with_the_token() {
    let office = Office::new().await;
    let ada = office.ada().await;

    let invited = ada.add("bob@example.com", "AGENT").await;
    let token = office.invited("bob@example.com", &invited).await;

    assert_eq!((invited.status.as_u16(), invited.str("/status").as_str()), (200, "invited"));
    assert!(invited.str("/invitation_token").starts_with("swi_"));
    let members = ada.members().await.json();
    assert_eq!(members[1]["id"], invited.json()["id"]);
    assert_eq!(members[1]["user_id"], invited.json()["user_id"]);
    assert_eq!(members[1]["status"], "active");
    assert_eq!(members[1].get("invitation_token"), None);
    let seen = ada.send_as(&token, Call::get("/api/workspaces")).await;
    assert_eq!(seen.json()[0]["user_role"], "AGENT");
}

#[tokio::test]
async fn whoever_manages_nothing_comes_into_all_workspaces_by_signing_up() {
    let office = Office::new().await;
    let ada = office.ada().await;
    ada.add("bob@example.com", "AGENT").await;
    let other = office.create(&ada.token, json!({"name": "Other"})).await;
    let body = json!({"user_email": "BOB@example.com", "role": "MEMBER"});
    ada.send_as(&ada.token, Call::post(format!("{}/members", path_of(&other))).json(&body)).await;

    let token = office.person("bob@example.com").await;

    assert_eq!(ada.members().await.json()[1]["status"], "active");
    let seen = ada.send_as(&token, Call::get("/api/workspaces")).await.json();
    let mut roles: Vec<_> = seen.as_array().unwrap().iter().map(|one| one["user_role"].clone()).collect();
    roles.sort_by_key(ToString::to_string);
    assert_eq!(roles, ["AGENT", "MEMBER"]);
}

#[tokio::test]
async fn an_account_of_the_same_address_manages_nothing_without_the_token() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let invited = ada.add("bob@example.com", "ADMIN").await;

    let token = office.person("bob@example.com").await;

    assert_eq!(ada.members().await.json()[1]["status"], "invited");
    assert_eq!(ada.send_as(&token, Call::get("/api/workspaces")).await.json(), json!([]));
    assert_eq!(ada.send_as(&token, Call::get(&ada.path)).await.status, 404);
    assert_eq!(ada.add_as(&token, "eve@example.com", "OWNER").await.status, 404);
    let accepted = ada.accept_as(&token, &invited.str("/invitation_token")).await;
    assert_eq!((accepted.status.as_u16(), accepted.str("/id")), (200, invited.str("/id")));
    assert_eq!(accepted.json(), ada.members().await.json()[1]);
    assert_eq!(ada.send_as(&token, Call::get(&ada.path)).await.status, 200);
}

#[tokio::test]
async fn taking_up_an_invitation_may_be_repeated() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let invited = ada.add("bob@example.com", "ADMIN").await;
    let token = office.person("bob@example.com").await;

    let first = ada.accept_as(&token, &invited.str("/invitation_token")).await;
    let second = ada.accept_as(&token, &invited.str("/invitation_token")).await;

    assert_eq!((first.status.as_u16(), first.json()), (200, second.json()));
}

#[tokio::test]
async fn what_is_not_ones_own_invitation_is_not_found() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let invited = ada.add("bob@example.com", "ADMIN").await.str("/invitation_token");
    let others = ada.add("carol@example.com", "OWNER").await.str("/invitation_token");
    let (bob, eve) = (office.person("bob@example.com").await, office.person("eve@example.com").await);
    let elsewhere = office.create(&ada.token, json!({"name": "Other"})).await;
    let path = format!("{}/members/accept", path_of(&elsewhere));
    let call = |token: &str| Call::post(&path).json(&json!({"invitation_token": token}));

    let answers = [
        ada.accept_as(&bob, "swi_nonsense").await,
        ada.accept_as(&bob, &others).await,
        ada.accept_as(&eve, &invited).await,
        ada.send_as(&bob, call(&invited)).await,
        ada.accept_as(&ada.workspace.str("/api_key"), &invited).await,
    ];

    assert!(answers.iter().all(|answer| answer.status == 404), "{}", all(&answers));
    assert_snapshot!(answers[0], @r#"
    404 {
      "detail": "Invitation not found"
    }
    "#);
}

#[tokio::test]
async fn whoever_is_to_manage_two_workspaces_is_one_person_and_comes_into_each_by_its_own_token() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let first = ada.add("bob@example.com", "ADMIN").await;
    let other = office.create(&ada.token, json!({"name": "Other"})).await;
    let path = format!("{}/members", path_of(&other));
    let body = json!({"user_email": "BOB@example.com", "role": "OWNER"});
    let second = ada.send_as(&ada.token, Call::post(&path).json(&body)).await;

    let bob = office.invited("bob@example.com", &first).await;

    assert_eq!(first.str("/user_id"), second.str("/user_id"));
    assert_eq!(ada.members().await.json()[1]["status"], "active");
    let others = ada.send_as(&ada.token, Call::get(&path)).await;
    assert_eq!(others.json()[1]["status"], "invited");
    let body = json!({"invitation_token": second.str("/invitation_token")});
    let accepted = ada.send_as(&bob, Call::post(format!("{path}/accept")).json(&body)).await;
    assert_eq!(accepted.json()["status"], "active");
}

#[tokio::test]
async fn whoever_signs_up_while_being_invited_is_in_or_has_a_token() {
    let office = Office::new().await;
    let ada = office.ada().await;
    ada.add("bob@example.com", "ADMIN").await;
    let other = office.create(&ada.token, json!({"name": "Other"})).await;
    let path = format!("{}/members", path_of(&other));
    let body = json!({"user_email": "bob@example.com", "role": "MEMBER"});

    let (added, bob) = tokio::join!(
        ada.send_as(&ada.token, Call::post(&path).json(&body)),
        office.person("bob@example.com"),
    );
    if added.json()["status"] == "invited" {
        let body = json!({"invitation_token": added.str("/invitation_token")});
        ada.send_as(&bob, Call::post(format!("{path}/accept")).json(&body)).await;
    }

    let members = ada.send_as(&ada.token, Call::get(&path)).await;
    assert_eq!(members.json()[1]["status"], "active");
}

#[tokio::test]
async fn another_invitation_takes_the_place_of_the_one_before() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let first = ada.add("bob@example.com", "ADMIN").await;
    let bob = office.person("bob@example.com").await;

    let second = ada.renew_as(&ada.token, &first.str("/id")).await;

    assert_eq!((second.status.as_u16(), second.str("/id")), (200, first.str("/id")));
    assert_eq!(ada.accept_as(&bob, &first.str("/invitation_token")).await.status, 404);
    assert_eq!(ada.accept_as(&bob, &second.str("/invitation_token")).await.status, 200);
    assert_snapshot!(ada.renew_as(&ada.token, &first.str("/id")).await, @r#"
    409 {
      "detail": "User is already a member of this workspace"
    }
    "#);
}

#[tokio::test]
async fn only_those_who_may_add_somebody_invite_them_anew() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let (admin, _) = ada.colleague("admin@example.com", "ADMIN").await;
    let (member, _) = ada.colleague("member@example.com", "MEMBER").await;
    let owner = ada.add("bob@example.com", "OWNER").await.str("/id");
    let agent = ada.add("carol@example.com", "AGENT").await.str("/id");

    let statuses = [
        ada.renew_as(&admin, &owner).await.status.as_u16(),
        ada.renew_as(&member, &agent).await.status.as_u16(),
        ada.renew_as(&admin, &agent).await.status.as_u16(),
        ada.renew_as(&admin, &ada.workspace.str("/created_by")).await.status.as_u16(),
    ];

    assert_eq!(statuses, [403, 403, 200, 404]);
}

#[tokio::test]
async fn what_invitations_cost() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let invited = ada.add("bob@example.com", "ADMIN").await;
    let bob = office.person("bob@example.com").await;

    let renewed = ada.renew_as(&ada.token, &invited.str("/id")).await;
    let accepted = ada.accept_as(&bob, &renewed.str("/invitation_token")).await;

    assert_snapshot!([renewed, accepted].map(|answer| answer.cost()).join("\n"), @"
    4 calls, 3 round trips, 1 read units, 5 write units
    2 calls, 2 round trips, 1 read units, 1 write units
    ");
}
