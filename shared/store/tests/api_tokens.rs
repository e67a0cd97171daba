//! API tokens and how their use is counted: patterns K1 to K5.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

use std::time::Duration;

use switchboard_model::access::Role;
use switchboard_model::api_token::{ApiToken, Grant, TokenUsage};
use switchboard_model::{Id, Timestamp};
use switchboard_testkit::{Business, World};

const MINUTE: Duration = Duration::from_mins(1);

fn token(world: &World, workspace_id: Id) -> ApiToken {
    let now = world.resources.now();
    ApiToken {
        id: world.resources.ids.next_id(),
        workspace_id,
        name: "Deployments".to_owned(),
        digest: format!("digest-{}", world.resources.ids.next_id()),
        tail: "901234ab".to_owned(),
        grants: vec![Grant::SendMessages],
        rate_limit: 1_000,
        expires_at: Some(now + 600 * MINUTE),
        role: Role::Admin,
        created_by: None,
        created_at: now,
        usage: TokenUsage { total: 0, last_used_at: None, window_began_at: now, in_window: 0 },
    }
}

fn usage(found: Option<ApiToken>) -> (u64, u32, Timestamp) {
    let usage = found.unwrap().usage;
    (usage.total, usage.in_window, usage.window_began_at)
}

#[tokio::test]
async fn a_use_is_counted_and_answered_with_the_token() {
    let world = World::new().await;
    let business = Business::new(&world).await;
    let token = token(&world, business.workspace.id);
    let (store, now) = (world.store(), world.resources.now());
    store.create_api_token(&token).await.unwrap();

    let found = store.use_api_token(&token.digest, now + MINUTE).await.unwrap().unwrap();

    let expected = TokenUsage { total: 1, last_used_at: Some(now + MINUTE), in_window: 1, ..token.usage };
    assert_eq!(found, ApiToken { usage: expected, ..token.clone() });
    assert_eq!(store.api_token(token.workspace_id, token.id).await.unwrap(), Some(found));
    assert_eq!(store.use_api_token("digest-unknown", now).await.unwrap(), None);
    assert_eq!(store.api_token(Id::from_bits(1).unwrap(), token.id).await.unwrap(), None);
}

#[tokio::test]
async fn a_window_begins_with_the_first_use_after_the_last_has_ended() {
    let world = World::new().await;
    let business = Business::new(&world).await;
    let token = token(&world, business.workspace.id);
    let (store, start) = (world.store(), world.resources.now());
    store.create_api_token(&token).await.unwrap();
    let used = async |minutes: u32| {
        let at = start + minutes * MINUTE;
        usage(store.use_api_token(&token.digest, at).await.unwrap())
    };

    assert_eq!(used(10).await, (1, 1, start));
    assert_eq!(used(59).await, (2, 2, start));
    assert_eq!(used(60).await, (3, 1, start + 60 * MINUTE));
    assert_eq!(used(61).await, (4, 2, start + 60 * MINUTE));
    assert_eq!(used(300).await, (5, 1, start + 300 * MINUTE));
}

#[tokio::test]
async fn uses_at_the_same_time_are_all_counted_in_one_window() {
    let world = World::new().await;
    let business = Business::new(&world).await;
    let token = token(&world, business.workspace.id);
    let (store, late) = (world.store(), world.resources.now() + 90 * MINUTE);
    store.create_api_token(&token).await.unwrap();

    let uses = (0..20).map(|_| store.use_api_token(&token.digest, late));
    let mut counts: Vec<_> =
        futures::future::try_join_all(uses).await.unwrap().into_iter().map(|found| usage(found).1).collect();

    counts.sort_unstable();
    assert_eq!(counts, (1..=20).collect::<Vec<_>>());
}
