//! Every fault of the README's tables, read from the README.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::support::{NUMBER, WABA, World, readme_rows, text};

/// What a slow answer takes at least; on a busy machine an ordinary one takes a fraction of it.
const SLOW: Duration = Duration::from_millis(1500);

#[tokio::test]
async fn codes_refuse_and_fail_as_the_readme_says() {
    let world = World::new().await;
    let rows = readme_rows("### Codes");
    assert!(rows.len() > 60);
    for row in &rows {
        let [code, http, _, refused, later] = row.as_slice() else { panic!("{row:?}") };
        let response = world.send(&text(refused, &format!("now-{code}"))).await.unwrap();
        assert_eq!(response.status().as_str(), http, "{code}");
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["error"]["code"].to_string(), *code);
        assert!(body["error"]["fbtrace_id"].is_string());
        assert_eq!(world.accepted(&format!("now-{code}")).await, 0);

        let data = format!("later-{code}");
        assert_eq!(world.send(&text(later, &data)).await.unwrap().status(), 200);
        let expected = [format!("failed:{code}")];
        world.inbox.until(&data, |inbox| inbox.statuses(&data) == expected).await;
    }
    let stats = world.look("/_sim/stats").await;
    assert_eq!(stats["total"]["refused"].as_object().unwrap().len(), rows.len());
}

#[tokio::test]
async fn transient_codes_end_after_their_count() {
    let world = World::new().await;
    for row in readme_rows("### Codes") {
        let code: u32 = row[0].parse().unwrap();
        let (now, later) = (format!("+155522{code:07}"), format!("+155531{code:07}"));
        let mut answers = Vec::new();
        for _ in 0..3 {
            answers.push(world.send(&text(&now, "transient")).await.unwrap().status().to_string());
        }
        assert!(answers[..2].iter().all(|status| status.starts_with(&row[1])), "{code}: {answers:?}");
        assert!(answers[2].starts_with("200"), "{code}: {answers:?}");

        let data = format!("later-{code}");
        world.send(&text(&later, &data)).await.unwrap();
        let failed = format!("failed:{code}");
        world.inbox.until(&data, |inbox| inbox.statuses(&data) == [failed.as_str()]).await;
        world.send(&text(&later, &data)).await.unwrap();
        let all = [failed.as_str(), "sent", "delivered", "read"];
        world.inbox.until(&data, |inbox| inbox.statuses(&data) == all).await;
    }
}

/// What a sender sees, in the README's word for it.
async fn answer(world: &World, to: &str, data: &str) -> &'static str {
    let started = Instant::now();
    let sent = world.send(&text(to, data)).await;
    let Ok(response) = sent else { return "lost" };
    let status_came_first = !world.inbox.statuses(data).is_empty();
    if response.status() != 200 {
        let is_page = response.text().await.unwrap().starts_with("<!DOCTYPE html>");
        return if is_page { "page" } else { "refused" };
    }
    let Ok(body) = serde_json::from_str::<Value>(&response.text().await.unwrap()) else { return "broken" };
    let contact = &body["contacts"][0];
    assert!(body["messages"][0]["id"].as_str().unwrap().starts_with("wamid."));
    if body["messages"][0]["message_status"] == "held_for_quality_assessment" {
        return "held";
    }
    if started.elapsed() >= SLOW {
        return "slow";
    }
    if contact["input"].as_str().unwrap().trim_start_matches('+') != contact["wa_id"] {
        return "renamed";
    }
    if status_came_first { "early" } else { "ok" }
}

/// Delays long enough that no status precedes its answer by chance.
async fn calm() -> Arc<World> {
    let world = World::new().await;
    let delays = json!({"sent": 1000, "delivered": 1010, "read": 1020});
    world.control("/_sim/config", json!({ "delays": delays })).await;
    Arc::new(world)
}

fn statuses(cell: &str) -> Vec<&str> {
    if cell == "none" { vec![] } else { cell.split(' ').collect() }
}

/// Waits for the statuses, and for those of a message sent afterwards, so that none more can be on its way.
async fn settle(world: &World, data: &str, expected: &[&str]) {
    world.inbox.until(data, |inbox| inbox.statuses(data) == expected).await;
    let after = format!("after-{data}");
    world.send(&text("+16505550199", &after)).await.unwrap();
    world.inbox.until(&after, |inbox| inbox.statuses(&after).len() == 3).await;
    assert_eq!(world.inbox.statuses(data), expected);
}

async fn check_behaviour(world: Arc<World>, row: Vec<String>) {
    let [to, expected, accepted, follow, _] = row.as_slice() else { panic!("{row:?}") };
    let data = format!("behaviour-{}", to.trim_start_matches('+'));
    assert_eq!(answer(&world, to, &data).await, expected, "{to}");
    settle(&world, &data, &statuses(follow)).await;
    assert_eq!(world.accepted(&data).await.to_string(), *accepted, "{to}");
}

#[tokio::test]
async fn behaviours_are_as_the_readme_says() {
    let world = calm().await;
    let rows = readme_rows("### Behaviours");
    assert_eq!(rows.len(), 17);
    let checks: JoinSet<()> = rows.into_iter().map(|row| check_behaviour(world.clone(), row)).collect();
    checks.join_all().await;
    let stats = world.look("/_sim/stats").await;
    assert_eq!(stats["numbers"][NUMBER]["lost_answers"], 3);
    assert_eq!(stats["numbers"][NUMBER]["refused"]["html"], 1);
}

async fn check_transient_behaviour(world: Arc<World>, row: Vec<String>) {
    let to = row[0].replace("+15559", "+155581");
    let data = format!("transient-{}", &to[1..]);
    assert_eq!(answer(&world, &to, &data).await, row[1], "{to}");
    let again = format!("again-{}", &to[1..]);
    assert_eq!(answer(&world, &to, &again).await, "ok", "{to}");
    let all = ["sent", "delivered", "read"];
    world.inbox.until(&again, |inbox| inbox.statuses(&again) == all).await;
}

#[tokio::test]
async fn transient_behaviours_end_after_their_count() {
    let world = calm().await;
    let rows = readme_rows("### Behaviours").into_iter();
    let checks: JoinSet<()> = rows.map(|row| check_transient_behaviour(world.clone(), row)).collect();
    checks.join_all().await;
}

/// The README's word for an answer to a token: status, code and subcode.
async fn outcome(called: reqwest::Result<reqwest::Response>, started: Instant) -> String {
    let Ok(response) = called else { return "lost".to_owned() };
    let status = response.status().as_u16();
    let body = response.text().await.unwrap();
    if status == 200 {
        return if started.elapsed() >= SLOW { "200 slow".to_owned() } else { "200".to_owned() };
    }
    let Ok(body) = serde_json::from_str::<Value>(&body) else { return format!("{status} html") };
    let code = &body["error"]["code"];
    match body["error"]["error_subcode"].as_u64() {
        Some(subcode) => format!("{status} {code}/{subcode}"),
        None => format!("{status} {code}"),
    }
}

#[tokio::test]
async fn tokens_are_as_the_readme_says() {
    let world = World::new().await;
    let config = graph_sim::Config::default();
    let app = format!("{}|{}", config.app_id, config.app_secret);
    for row in readme_rows("## Magic tokens") {
        let [prefix, send, templates, debug, _] = row.as_slice() else { panic!("{row:?}") };
        let token = format!("{prefix}Anything1");
        let started = Instant::now();
        let path = format!("/{NUMBER}/messages");
        let called = world.try_post(&path, &token, &text("+16505550123", "token")).await;
        assert_eq!(outcome(called, started).await, *send, "{prefix}");
        let started = Instant::now();
        let url = format!("{}/{WABA}/message_templates", world.base);
        let called = world.client.get(url).bearer_auth(&token).send().await;
        assert_eq!(outcome(called, started).await, *templates, "{prefix}");
        let url = format!("{}/debug_token?input_token={token}", world.base);
        let seen: Value = world.client.get(url).bearer_auth(&app).send().await.unwrap().json().await.unwrap();
        assert_eq!(seen["data"]["is_valid"], debug == "yes", "{prefix}");
    }
}
