//! Requests that a plan allows.

use insta::assert_snapshot;
use serde_json::json;
use switchboard_testkit::{Answer, Call};

use crate::support::{Office, Owner};

fn limit_of(answer: &Answer) -> Vec<(&'static str, Option<&str>)> {
    let names = ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "retry-after"];
    names.into_iter().map(|name| (name, answer.header(name))).collect()
}

async fn use_up(ada: &Owner<'_>, requests: usize) {
    for _ in 0..requests {
        assert_eq!(ada.members().await.status, 200);
    }
}

#[tokio::test]
async fn a_free_workspace_has_100_requests_an_hour() {
    let office = Office::new().await;
    office.world.wait(600);
    let ada = office.ada().await;

    let first = ada.members().await;
    use_up(&ada, 98).await;
    let last = ada.members().await;
    let over = ada.members().await;
    office.world.wait(3_000);
    let fresh = ada.members().await;

    let told = |answer: &Answer| format!("{} {:?}", answer.status.as_u16(), limit_of(answer));
    assert_snapshot!([&first, &last, &over, &fresh].map(told).join("\n"), @r#"
    200 [("x-ratelimit-limit", Some("100")), ("x-ratelimit-remaining", Some("99")), ("x-ratelimit-reset", Some("1767229200")), ("retry-after", None)]
    200 [("x-ratelimit-limit", Some("100")), ("x-ratelimit-remaining", Some("0")), ("x-ratelimit-reset", Some("1767229200")), ("retry-after", None)]
    429 [("x-ratelimit-limit", Some("100")), ("x-ratelimit-remaining", Some("0")), ("x-ratelimit-reset", Some("1767229200")), ("retry-after", Some("3000"))]
    200 [("x-ratelimit-limit", Some("100")), ("x-ratelimit-remaining", Some("99")), ("x-ratelimit-reset", Some("1767232800")), ("retry-after", None)]
    "#);
    assert_snapshot!(over, @r#"
    429 {
      "detail": "Rate limit exceeded. Please try again later."
    }
    "#);
}

#[tokio::test]
async fn the_limit_holds_for_the_api_key_too() {
    let office = Office::new().await;
    let ada = office.ada().await;
    use_up(&ada, 100).await;
    let key = ada.workspace.str("/api_key");
    assert_eq!(ada.send_as(&key, Call::get(&ada.path)).await.status, 429);
    assert_eq!(ada.send_as(&key, Call::get("/api/workspaces")).await.status, 429);
}

#[tokio::test]
async fn an_enterprise_workspace_has_no_limit_unless_it_sets_one() {
    let office = Office::new().await;
    office.world.wait(1_800);
    let ada = office.ada().await;
    let unlimited = ada.patch(json!({"plan": "enterprise"})).await;
    use_up(&ada, 105).await;
    let free = ada.get().await;

    office.world.wait(1_800);
    ada.patch(json!({"settings": {"rate_limits": {"requests_per_hour": 3}}})).await;
    let within = ada.get().await;
    ada.get().await;
    let over = ada.get().await;

    assert_eq!((unlimited.status.as_u16(), free.header("x-ratelimit-limit")), (200, None));
    assert_eq!(
        (within.header("x-ratelimit-limit"), within.header("x-ratelimit-remaining")),
        (Some("3"), Some("1"))
    );
    assert_eq!(over.status, 429);
}

#[tokio::test]
async fn what_a_stranger_asks_is_not_counted() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let eve = office.person("eve@example.com").await;
    let before = ada.members().await;

    for _ in 0..5 {
        let refused = ada.send_as(&eve, Call::get(&ada.path)).await;
        assert_eq!((refused.status.as_u16(), refused.header("x-ratelimit-remaining")), (404, None));
    }

    let after = ada.members().await;
    assert_eq!(before.header("x-ratelimit-remaining"), Some("99"));
    assert_eq!(after.header("x-ratelimit-remaining"), Some("98"));
}

#[tokio::test]
async fn every_answer_within_a_workspace_tells_of_the_limit() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let answers = [
        ada.get().await,
        ada.patch(json!({"name": "Other"})).await,
        ada.members().await,
        ada.add("bob@example.com", "MEMBER").await,
        ada.rotate("api-key").await,
        ada.rotate("webhook-secret").await,
        ada.add("bob@example.com", "MEMBER").await,
        ada.delete().await,
    ];
    for answer in answers {
        assert_eq!(answer.header("x-ratelimit-limit"), Some("100"), "{answer}");
    }
}
