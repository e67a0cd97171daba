//! How receivers fare, on the local DynamoDB: what attempts find that are made at the same time.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

use std::time::Duration;

use switchboard_model::delivery::Outcome;
use switchboard_model::webhook::{Admission, Health, Receiver, Sign};
use switchboard_model::{Id, Timestamp};
use switchboard_store::Condition;
use switchboard_testkit::World;

static RECEIVER: Receiver = Receiver::Webhook(Id::NONE);

async fn health(world: &World) -> Health {
    world.store().endpoint_health(&RECEIVER, world.resources.now()).await.unwrap()
}

/// Keeps what came of an attempt that began at `began`, when the receiver's health was `before`; whether it was news.
async fn ended(world: &World, before: Health, outcome: Outcome, began: Timestamp) -> bool {
    let now = world.resources.now();
    let finding = before.finds(Sign { outcome, status: None, retry_after: None, python: false }, now);
    world.store().keep_finding(&RECEIVER, finding, began, now).await.unwrap().is_some()
}

#[tokio::test]
async fn attempts_that_hang_at_the_same_time_are_counted_until_the_receiver_is_spared() {
    let world = World::new().await;
    let (began, before) = (world.resources.now(), health(&world).await);
    world.wait(15);

    let mut news = Vec::new();
    for _ in 0..5 {
        news.push(ended(&world, before, Outcome::TimedOut, began).await);
    }

    assert_eq!(news, [true, true, true, false, false]);
    let (now, after) = (world.resources.now(), health(&world).await);
    assert_eq!((after.unanswered, after.failing_since), (3, Some(now.as_millisecond())));
    let pause = Duration::from_secs(15);
    assert_eq!(after.admits(now, Duration::ZERO), Admission::Spared { until: now + pause, pause });
}

#[tokio::test]
async fn a_failure_of_an_attempt_that_began_before_a_success_was_noted_does_not_count() {
    let world = World::new().await;
    let began = world.resources.now();
    ended(&world, health(&world).await, Outcome::Refused, began).await;
    let before = health(&world).await;
    world.wait(1);

    assert!(ended(&world, before, Outcome::Delivered, began).await);
    assert!(!ended(&world, before, Outcome::Refused, began).await);
    assert!(!ended(&world, before, Outcome::TimedOut, began).await);

    let after = health(&world).await;
    assert_eq!((after.failing_since, after.unanswered), (None, 0));
    assert!(ended(&world, after, Outcome::TimedOut, world.resources.now()).await);
    assert_eq!(health(&world).await.unanswered, 1);
}

#[tokio::test]
async fn what_is_forgotten_is_not_brought_back_by_an_attempt_that_began_before() {
    let world = World::new().await;
    let began = world.resources.now();
    ended(&world, health(&world).await, Outcome::TimedOut, began).await;
    let before = health(&world).await;
    world.wait(1);

    world.store().forget_health(&RECEIVER, world.resources.now()).await.unwrap();

    assert!(!ended(&world, before, Outcome::TimedOut, began).await);
    let well_at = world.resources.now().as_millisecond();
    assert_eq!(health(&world).await, Health { well_at, ..Health::default() });
}

#[tokio::test]
async fn of_a_receiver_that_is_well_nothing_is_written() {
    let world = World::new().await;
    let now = world.resources.now();
    assert!(!ended(&world, Health::default(), Outcome::Delivered, now).await);
    assert_eq!(health(&world).await, Health::default());
}

#[tokio::test]
async fn an_answer_ends_a_row_of_attempts_without_one_and_keeps_since_when_it_fails() {
    let world = World::new().await;
    let began = world.resources.now();
    ended(&world, health(&world).await, Outcome::TimedOut, began).await;
    world.wait(60);

    ended(&world, health(&world).await, Outcome::Refused, world.resources.now()).await;

    let after = health(&world).await;
    assert_eq!((after.unanswered, after.failing_since), (0, Some(began.as_millisecond())));
    assert_eq!(after.failed_at, world.resources.now().as_millisecond());
}

#[tokio::test]
async fn one_attempt_finds_out_whether_a_receiver_answers_again() {
    let world = World::new().await;
    let began = world.resources.now();
    for _ in 0..3 {
        ended(&world, health(&world).await, Outcome::TimedOut, began).await;
    }
    let spared = health(&world).await;
    world.wait(15);
    let now = world.resources.now();
    assert_eq!(spared.admits(now, Duration::ZERO), Admission::Probe);

    let probe = || world.store().probe_endpoint(&RECEIVER, spared.spared_until, Health::probed(now), now);
    probe().await.unwrap();
    let second = probe().await.unwrap_err();

    assert_eq!(second.condition(), Some(Condition::Contested));
    // It hangs as well: the receiver is spared for twice as long.
    assert!(ended(&world, spared, Outcome::TimedOut, now).await);
    let (until, pause) = (now + Duration::from_secs(30), Duration::from_secs(30));
    assert_eq!(health(&world).await.admits(now, Duration::ZERO), Admission::Spared { until, pause });
}

#[tokio::test]
async fn health_is_forgotten_after_a_month_and_counted_anew() {
    let world = World::new().await;
    let began = world.resources.now();
    for _ in 0..3 {
        ended(&world, health(&world).await, Outcome::TimedOut, began).await;
    }

    world.wait(31 * 86_400);

    assert_eq!(health(&world).await, Health::default());
    let now = world.resources.now();
    assert!(ended(&world, Health::default(), Outcome::TimedOut, now).await);
    assert_eq!(health(&world).await.failing_since, Some(now.as_millisecond()));
}
