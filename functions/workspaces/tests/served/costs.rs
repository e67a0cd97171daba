//! What each operation costs, once the function is warm.

use insta::assert_snapshot;
use serde_json::json;
use switchboard_testkit::Call;

use crate::support::Office;

#[tokio::test]
async fn creating_a_workspace() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let answer = office.create(&ada.token, json!({"name": "Other"})).await;
    assert_snapshot!(answer.cost(), @"3 calls, 2 round trips, 1 read units, 14 write units");
}

#[tokio::test]
async fn creating_a_workspace_whose_slug_is_taken() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let answer = office.create(&ada.token, json!({"name": "My Company"})).await;
    assert_snapshot!(answer.cost(), @"5 calls, 4 round trips, 1 read units, 14 write units");
}

#[tokio::test]
async fn listing_workspaces() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let answer = ada.list().await;
    assert_snapshot!(answer.cost(), @"3 calls, 2 round trips, 1 read units, 0 write units");
}

#[tokio::test]
async fn listing_the_workspace_of_an_api_key() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let answer = ada.send_as(&ada.workspace.str("/api_key"), Call::get("/api/workspaces")).await;
    assert_snapshot!(answer.cost(), @"3 calls, 2 round trips, 1 read units, 1 write units");
}

#[tokio::test]
async fn getting_a_workspace() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let answer = ada.get().await;
    assert_snapshot!(answer.cost(), @"3 calls, 2 round trips, 0 read units, 1 write units");
}

#[tokio::test]
async fn updating_a_workspace() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let answer = ada.patch(json!({"name": "Other"})).await;
    assert_snapshot!(answer.cost(), @"4 calls, 2 round trips, 0 read units, 5 write units");
}

#[tokio::test]
async fn deleting_a_workspace() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let answer = ada.delete().await;
    assert_snapshot!(answer.cost(), @"4 calls, 3 round trips, 1 read units, 11 write units");
}

#[tokio::test]
async fn rotating_an_api_key() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let answer = ada.rotate("api-key").await;
    assert_snapshot!(answer.cost(), @"5 calls, 4 round trips, 0 read units, 9 write units");
}

#[tokio::test]
async fn rotating_a_webhook_secret() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let answer = ada.rotate("webhook-secret").await;
    assert_snapshot!(answer.cost(), @"5 calls, 4 round trips, 0 read units, 5 write units");
}

#[tokio::test]
async fn listing_members() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let answer = ada.members().await;
    assert_snapshot!(answer.cost(), @"3 calls, 2 round trips, 1 read units, 1 write units");
}

#[tokio::test]
async fn inviting_a_member() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let answer = ada.add("bob@example.com", "MEMBER").await;
    assert_snapshot!(answer.cost(), @"5 calls, 4 round trips, 2 read units, 15 write units");
}

#[tokio::test]
async fn getting_a_workspace_as_somebody_who_sees_no_secrets() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let (agent, _) = ada.colleague("agent@example.com", "AGENT").await;
    let answer = ada.send_as(&agent, Call::get(&ada.path)).await;
    assert_snapshot!(answer.cost(), @"2 calls, 1 round trips, 0 read units, 1 write units");
}

#[tokio::test]
async fn adding_a_member_who_has_an_account() {
    let office = Office::new().await;
    let ada = office.ada().await;
    office.person("bob@example.com").await;
    let answer = ada.add("bob@example.com", "MEMBER").await;
    assert_snapshot!(answer.cost(), @"5 calls, 4 round trips, 2 read units, 11 write units");
}

#[tokio::test]
async fn changing_a_role() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let (_, bob) = ada.colleague("bob@example.com", "MEMBER").await;
    let answer = ada.change_as(&ada.token, &bob, "ADMIN").await;
    assert_snapshot!(answer.cost(), @"4 calls, 3 round trips, 1 read units, 5 write units");
}

#[tokio::test]
async fn removing_a_member() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let (_, bob) = ada.colleague("bob@example.com", "MEMBER").await;
    let answer = ada.remove_as(&ada.token, &bob).await;
    assert_snapshot!(answer.cost(), @"4 calls, 3 round trips, 1 read units, 9 write units");
}
