//! Receivers that hang or are busy: what others wait for, and for how long.

use switchboard_model::delivery::DeliveryState;
use switchboard_model::webhook::{EndpointChange, SignatureFormat};
use switchboard_service::deliveries::{Due, Job};
use tokio::task::JoinSet;

use crate::receiver::{Receiver, answer};
use crate::stage::Stage;

#[tokio::test]
async fn who_hangs_is_spared_and_tried_by_one_attempt_after_a_while() {
    let stage = Stage::new().await;
    let receiver = Receiver::new(|number, _| (number >= 3).then(|| answer(200, "", ""))).await;
    let (endpoint, _) = stage.webhook(&receiver.url, SignatureFormat::Auto).await;
    for number in 1..=3 {
        stage.tell(&stage.event(number)).await;
    }
    assert_eq!(receiver.requests().len(), 3);

    let event = stage.event(4);
    let follows = stage.tell(&event).await;

    assert_eq!(receiver.requests().len(), 3);
    assert_eq!(stage.delivery(&event, &endpoint).await.attempts_made, 0);
    let waits = stage.wait(&follows);
    assert!((14..=30).contains(&waits[0]), "{waits:?}");
    assert_eq!(stage.follow(follows).await, []);
    assert_eq!(receiver.requests().len(), 4);
    assert_eq!(stage.delivery(&event, &endpoint).await.state, DeliveryState::Delivered);
}

#[tokio::test]
async fn those_who_wait_for_a_webhook_that_is_spared_come_back_throughout_the_pause_after_it() {
    let stage = Stage::new().await;
    let receiver = Receiver::new(|_, _| None).await;
    stage.webhook(&receiver.url, SignatureFormat::Auto).await;
    for number in 1..=3 {
        stage.tell(&stage.event(number)).await;
    }

    let mut waits = Vec::new();
    for number in 4..=33 {
        let follows = stage.tell(&stage.event(number)).await;
        waits.extend(stage.wait(&follows));
    }

    waits.sort_unstable();
    assert!(waits.iter().all(|wait| (14..=30).contains(wait)), "{waits:?}");
    for fifth in [14..=17, 18..=20, 21..=23, 24..=26, 27..=30] {
        assert!(waits.iter().any(|wait| fifth.contains(wait)), "{fifth:?}: {waits:?}");
    }
}

#[tokio::test]
async fn attempts_of_one_process_do_not_run_after_a_webhook_that_hangs() {
    let stage = Stage::new().await;
    let receiver = Receiver::new(|_, _| None).await;
    stage.webhook(&receiver.url, SignatureFormat::Auto).await;
    let mut due = Vec::new();
    for number in 1..=8 {
        due.extend(stage.work(Job::Event(stage.event(number))).await);
    }

    stage.work_at_once(due).await;

    // One after the other, until three have not been answered.
    assert_eq!(receiver.requests().len(), 3);
}

#[tokio::test]
async fn attempts_of_many_processes_that_hang_at_once_are_enough_to_spare_a_webhook() {
    let stage = Stage::new().await;
    let receiver = Receiver::new(|_, _| None).await;
    let (endpoint, _) = stage.webhook(&receiver.url, SignatureFormat::Auto).await;
    let mut running = JoinSet::new();
    for number in 1..=3 {
        for due in stage.work(Job::Event(stage.event(number))).await {
            let process = stage.another_process();
            running.spawn(async move { Box::pin(process.work(due.job)).await.unwrap() });
        }
    }
    running.join_all().await;
    assert_eq!(receiver.requests().len(), 3);

    let event = stage.event(4);
    let follows = stage.tell(&event).await;

    assert_eq!((receiver.requests().len(), follows.len()), (3, 1));
    assert_eq!(stage.delivery(&event, &endpoint).await.attempts_made, 0);
}

#[tokio::test]
async fn a_webhook_with_another_address_is_not_spared_for_what_the_old_one_did() {
    let stage = Stage::new().await;
    let (hanging, healthy) = (Receiver::new(|_, _| None).await, Receiver::with_status(200).await);
    let (endpoint, _) = stage.webhook(&hanging.url, SignatureFormat::Auto).await;
    for number in 1..=3 {
        stage.tell(&stage.event(number)).await;
    }

    let url = Some(healthy.url.parse().unwrap());
    stage.change(&endpoint, EndpointChange { url, ..EndpointChange::default() }).await;
    let [due] = <[_; 1]>::try_from(stage.work(Job::Event(stage.event(4))).await).unwrap();

    assert_eq!(Box::pin(stage.another_process().work(due.job)).await.unwrap(), []);
    assert_eq!(healthy.requests().len(), 1);
}

#[tokio::test]
async fn those_who_have_been_waiting_for_long_come_back_over_as_long_a_time_again() {
    let stage = Stage::new().await;
    let receiver = Receiver::new(|_, _| None).await;
    stage.webhook(&receiver.url, SignatureFormat::Auto).await;
    for number in 1..=3 {
        stage.tell(&stage.event(number)).await;
    }
    let [due] = <[_; 1]>::try_from(stage.work(Job::Event(stage.event(4))).await).unwrap();
    let now = stage.world.resources.now().as_millisecond();
    let waits = async |minutes: i64| {
        let mut waits = Vec::new();
        for _ in 0..30 {
            let mut job = due.job.clone();
            let Job::Attempt { waiting_since, .. } = &mut job else { panic!("{job:?}") };
            *waiting_since = Some(now - minutes * 60_000);
            waits.extend(stage.wait(&stage.work(job).await));
        }
        waits.sort_unstable();
        waits
    };

    let (five, day) = (waits(5).await, waits(24 * 60).await);

    assert!(five[0] >= 15 && five[29] <= 315 && five[29] - five[0] > 180, "{five:?}");
    assert!(day[0] >= 15 && day[29] <= 615 && day[29] - day[0] > 360, "{day:?}");
    let follows = stage.work(due.job).await;
    assert!(
        matches!(follows[0].job, Job::Attempt { waiting_since: Some(since), .. } if since == now),
        "{follows:?}"
    );
}

#[tokio::test]
async fn a_webhook_that_asks_for_time_is_left_alone_by_all_its_events_for_as_long() {
    let stage = Stage::new().await;
    let receiver = Receiver::new(|number, _| {
        Some(if number == 0 { answer(429, "retry-after: 90\r\n", "") } else { answer(200, "", "") })
    })
    .await;
    stage.webhook(&receiver.url, SignatureFormat::Auto).await;
    stage.tell(&stage.event(1)).await;

    let follows = stage.tell(&stage.event(2)).await;
    assert_eq!(receiver.requests().len(), 1);
    let waits = stage.wait(&follows);
    assert!((90..=180).contains(&waits[0]), "{waits:?}");

    assert_eq!(stage.follow(follows).await, []);
    assert_eq!(receiver.requests().len(), 2);
}

#[tokio::test]
async fn a_webhook_that_is_always_busy_is_told_late_and_not_never() {
    let stage = Stage::new().await;
    let receiver = Receiver::new(|_, _| Some(answer(429, "retry-after: 2\r\n", ""))).await;
    let (endpoint, _) = stage.webhook(&receiver.url, SignatureFormat::Auto).await;
    let event = stage.event(1);
    let mut follows = stage.work(Job::Event(event.clone())).await;

    for number in 2..=60 {
        let [due] = <[Due; 1]>::try_from(follows).unwrap();
        stage.wait_until(due.at);
        // Whenever it may be asked again, another event comes first.
        stage.tell(&stage.event(number)).await;
        follows = stage.work(due.job).await;
        if stage.delivery(&event, &endpoint).await.attempts_made >= 3 {
            break;
        }
    }

    let delivery = stage.delivery(&event, &endpoint).await;
    assert_eq!(delivery.attempts_made, 3, "{delivery:?}");
}
