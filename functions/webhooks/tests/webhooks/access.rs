//! Who may manage webhooks.

use serde_json::json;
use switchboard_model::access::Role;
use switchboard_model::id::spelling::uuid;
use switchboard_testkit::Call;

use crate::stage::Stage;

/// How many of [`calls`] are not of one webhook.
const OF_ALL: usize = 2;

fn calls(stage: &Stage, path: &str) -> Vec<Call> {
    let event = "evt_01kdvj1n000000000000000000";
    let create = json!({"url": "https://example.com/", "events": ["member.added"]});
    vec![
        Call::get(stage.path("")),
        Call::post(stage.path("")).json(&create),
        Call::get(path),
        Call::patch(path).json(&json!({"status": "disabled"})),
        Call::delete(path),
        Call::post(format!("{path}/secret/rotate")),
        Call::post(format!("{path}/ping")),
        Call::post(format!("{path}/replay")).json(&json!({"since": "2026-01-01T00:00:00Z"})),
        Call::get(format!("{path}/deliveries")),
        Call::get(format!("{path}/deliveries/{event}")),
        Call::post(format!("{path}/deliveries/{event}/replay")),
    ]
}

#[tokio::test]
async fn members_and_agents_may_not_see_or_change_them() {
    let stage = Stage::new().await;
    let path = stage.webhook().await;
    for (role, email) in [(Role::Member, "m@example.com"), (Role::Agent, "a@example.com")] {
        let person = Box::pin(stage.business.add(&stage.world, email, role)).await;
        for call in calls(&stage, &path) {
            let answer = call.bearer(&person.token).to(&stage.router).await;
            assert_eq!(answer.status, 403, "{role}: {answer}");
        }
    }
}

#[tokio::test]
async fn strangers_find_nothing_and_nobody_is_asked_to_sign_in() {
    let stage = Stage::new().await;
    let path = stage.webhook().await;
    let stranger = Box::pin(stage.business.another(&stage.world)).await;
    for call in calls(&stage, &path) {
        let answer = call.bearer(&stranger.owner.token).to(&stage.router).await;
        assert_eq!(answer.status, 404, "{answer}");
    }
    for call in calls(&stage, &path) {
        assert_eq!(call.to(&stage.router).await.status, 401);
    }
    assert_eq!(stage.call(Call::get(path)).await.str("/status"), "active");
}

#[tokio::test]
async fn what_is_unknown_or_deleted_is_not_found() {
    let stage = Stage::new().await;
    let unknown = stage.path(&format!("/{}", uuid::spell(stage.world.resources.ids.next_id())));
    let deleted = stage.webhook().await;
    assert_eq!(stage.call(Call::delete(&deleted)).await.status, 204);
    for path in [unknown, deleted] {
        for call in calls(&stage, &path).into_iter().skip(OF_ALL) {
            let answer = stage.call(call).await;
            assert_eq!(
                (answer.status.as_u16(), answer.str("/detail")),
                (404, "Webhook not found".to_owned())
            );
        }
    }
}

#[tokio::test]
async fn admins_and_the_api_key_may() {
    let stage = Stage::new().await;
    let path = stage.webhook().await;
    let admin = Box::pin(stage.business.add(&stage.world, "admin@example.com", Role::Admin)).await;
    for token in [&admin.token, &stage.business.api_key] {
        let answer = Call::get(&path).bearer(token).to(&stage.router).await;
        assert_eq!(answer.status, 200, "{answer}");
    }
}
