//! Messages that Meta refuses again and again, or that never reach it.

use std::time::Duration;

use switchboard_model::message::{Refusals, Status};
use switchboard_service::sending::{Job, Step};
use switchboard_store::{MessageKey, Release};

use crate::stage::{Stage, picture};

/// How often the queue delivers a message (`maxReceiveCount` of the template).
const DELIVERIES: usize = 1_000;

impl Stage {
    /// Delivers a message whenever it is due, until it is done with; how often.
    async fn deliver_until_done(&self, key: &MessageKey) -> usize {
        let sending = self.sending();
        for delivery in 1..=DELIVERIES {
            let Step::Later(pause) = sending.send(key).await.unwrap() else { return delivery };
            self.world.clock.advance(pause);
        }
        panic!("the queue gives it up")
    }

    /// Notes that Meta refused a queued message before.
    async fn refused_before(&self, key: &MessageKey, refused: Refusals) {
        let (store, now) = (self.world.store(), self.world.resources.now());
        store.claim_message(key, now, Duration::ZERO).await.unwrap();
        let release = Release { slot: None, refused: Some(refused) };
        store.release_message(key, 1, release).await.unwrap();
    }
}

#[tokio::test]
async fn what_never_reaches_meta_fails_after_a_day_before_the_queue_gives_it_up() {
    let stage = Stage::unreachable().await;
    let text = stage.queue("15550001111", "Hello").await;

    let deliveries = stage.deliver_until_done(&text).await;

    assert!((100..DELIVERIES / 2).contains(&deliveries), "{deliveries}");
    let message = stage.message(&text).await;
    assert_eq!((message.progress.status, message.refusals), (Status::Failed, None));
    assert_eq!(message.progress.failure.unwrap().code, 131_000);
}

#[tokio::test]
async fn a_file_that_never_reaches_meta_fails_after_a_day_too() {
    let stage = Stage::unreachable().await;
    let media = stage.picture().await;
    let key = stage.queue_content("15550001111", picture(&media)).await;

    let deliveries = stage.deliver_until_done(&key).await;

    assert!(deliveries < DELIVERIES / 2, "{deliveries}");
    assert_eq!(stage.message(&key).await.progress.status, Status::Failed);
}

#[tokio::test]
async fn a_fault_of_ours_may_last_a_day() {
    let stage = Stage::new().await;
    let (sending, began_at) = (stage.sending(), stage.world.resources.now());
    let job = Job::Message(stage.queue("15550001111", "Hello").await);
    let mut pauses = Vec::new();

    while stage.world.resources.now() < began_at + Duration::from_hours(24) {
        pauses.push(sending.pause_after_fault(&job));
        stage.world.clock.advance(*pauses.last().unwrap());
    }

    assert!(pauses.len() < DELIVERIES / 2, "{}", pauses.len());
    let seconds: Vec<_> = pauses.iter().take(5).map(Duration::as_secs).collect();
    assert_eq!(seconds, [2, 2, 4, 8, 16]);
}

#[tokio::test]
async fn refusals_of_another_sort_do_not_use_up_the_tries_of_this_one() {
    let stage = Stage::new().await;
    // The first call is refused with 131000, which is retried three times at most.
    let key = stage.queue("1555210131000", "Hello").await;
    stage.refused_before(&key, Refusals { code: 131_016, count: 7 }).await;

    let refused = stage.deliver(&[&key]).await;
    let counted = stage.message(&key).await.refusals;
    stage.world.wait(10);
    let accepted = stage.deliver(&[&key]).await;

    assert_eq!((refused, counted), (1, Some(Refusals { code: 131_000, count: 1 })));
    assert_eq!((accepted, stage.message(&key).await.progress.status), (0, Status::Sent));
}

#[tokio::test]
async fn refusals_of_one_sort_end_when_their_tries_are_used_up() {
    let stage = Stage::new().await;
    let key = stage.queue("1555210131000", "Hello").await;
    stage.refused_before(&key, Refusals { code: 131_000, count: 3 }).await;

    stage.deliver(&[&key]).await;

    assert_eq!(stage.message(&key).await.progress.failure.unwrap().code, 131_000);
}

#[tokio::test]
async fn a_number_that_is_slowed_down_refuses_no_message() {
    let stage = Stage::new().await;
    let key = stage.queue("1555210130429", "Hello").await;
    let before = Refusals { code: 131_056, count: 2 };
    stage.refused_before(&key, before).await;

    let slowed_down = stage.deliver(&[&key]).await;

    assert_eq!((slowed_down, stage.message(&key).await.refusals), (1, Some(before)));
}
