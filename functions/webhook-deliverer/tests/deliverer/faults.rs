//! Receivers that fail, send elsewhere or want no more; workers that die.

use std::time::Duration;

use switchboard_model::delivery::{DeliveryKey, DeliveryState, Outcome};
use switchboard_model::webhook::{DisabledReason, EndpointChange, EndpointStatus, SignatureFormat};
use switchboard_service::deliveries::Job;

use crate::receiver::{Receiver, answer};
use crate::stage::Stage;

#[tokio::test]
async fn a_delivery_is_given_up_after_all_attempts_of_the_schedule() {
    let stage = Stage::new().await;
    let receiver = Receiver::new(|_, _| Some(answer(503, "", "busy"))).await;
    let (endpoint, _) = stage.webhook(&receiver.url, SignatureFormat::Node).await;
    let event = stage.event(1);

    let mut follows = stage.tell(&event).await;
    let mut waits = Vec::new();
    while !follows.is_empty() {
        waits.extend(stage.wait(&follows));
        follows = stage.follow(follows).await;
    }

    let documented = [5, 60, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
    assert_eq!(waits.len(), documented.len());
    for (wait, documented) in waits.into_iter().zip(documented) {
        assert!((documented * 79 / 100..=documented * 121 / 100).contains(&wait), "{wait} for {documented}");
    }
    let delivery = stage.delivery(&event, &endpoint).await;
    assert_eq!((delivery.state, delivery.attempts_made), (DeliveryState::Failed, 11));
    assert_eq!(receiver.requests().len(), 11);
    let attempt = delivery.attempts.last().unwrap();
    assert_eq!((attempt.status, attempt.answer.as_deref()), (Some(503), Some("busy")));
    // Three days of failures are not yet five.
    assert_eq!(stage.endpoint(&endpoint).await.status, EndpointStatus::Active);
}

#[tokio::test]
async fn a_webhook_that_fails_for_five_days_is_disabled() {
    let stage = Stage::new().await;
    let receiver = Receiver::with_status(500).await;
    let (endpoint, _) = stage.webhook(&receiver.url, SignatureFormat::Node).await;
    for day in 0..5 {
        stage.tell(&stage.event(day)).await;
        assert_eq!(stage.endpoint(&endpoint).await.status, EndpointStatus::Active, "after {day} days");
        stage.world.wait(86_400);
    }
    stage.tell(&stage.event(5)).await;

    let endpoint = stage.endpoint(&endpoint).await;
    assert_eq!(endpoint.status, EndpointStatus::Disabled);
    assert_eq!(endpoint.disabled.unwrap().reason, DisabledReason::Failing);
}

#[tokio::test]
async fn two_failures_with_days_of_silence_between_them_do_not_disable_a_webhook() {
    let stage = Stage::new().await;
    let receiver = Receiver::with_status(500).await;
    let (endpoint, _) = stage.webhook(&receiver.url, SignatureFormat::Node).await;
    stage.tell(&stage.event(1)).await;

    stage.world.wait(6 * 86_400);
    stage.tell(&stage.event(2)).await;

    assert_eq!(receiver.requests().len(), 2);
    assert_eq!(stage.endpoint(&endpoint).await.status, EndpointStatus::Active);
}

#[tokio::test]
async fn a_webhook_that_is_active_again_gets_its_next_event_of_a_process_that_found_it_disabled() {
    let stage = Stage::new().await;
    let receiver = Receiver::with_status(200).await;
    let (endpoint, _) = stage.webhook(&receiver.url, SignatureFormat::Auto).await;
    let (first, second) = (stage.event(1), stage.event(2));
    let due = stage.work(Job::Event(first.clone())).await;
    stage.change(&endpoint, status(EndpointStatus::Disabled)).await;
    for due in due {
        assert_eq!(stage.work(due.job).await, []);
    }
    assert_eq!(stage.delivery(&first, &endpoint).await.state, DeliveryState::Failed);

    stage.change(&endpoint, status(EndpointStatus::Active)).await;
    assert_eq!(stage.tell(&second).await, []);

    assert_eq!(stage.delivery(&second, &endpoint).await.state, DeliveryState::Delivered);
}

fn status(status: EndpointStatus) -> EndpointChange {
    EndpointChange { status: Some(status), ..EndpointChange::default() }
}

#[tokio::test]
async fn who_answers_with_410_is_disabled_and_its_deliveries_are_given_up() {
    let stage = Stage::new().await;
    let receiver = Receiver::with_status(410).await;
    let (endpoint, _) = stage.webhook(&receiver.url, SignatureFormat::Auto).await;
    let (first, second) = (stage.event(1), stage.event(2));
    let mut due = stage.work(Job::Event(first.clone())).await;
    due.extend(stage.work(Job::Event(second.clone())).await);

    for due in due {
        // Each in a process of its own: one process remembers for some seconds what it read of a webhook.
        let deliveries = stage.another_process();
        assert_eq!(Box::pin(deliveries.work(due.job)).await.unwrap(), []);
    }

    assert_eq!(receiver.requests().len(), 1);
    assert_eq!(stage.endpoint(&endpoint).await.disabled.unwrap().reason, DisabledReason::Gone);
    assert!(stage.world.store().watched(endpoint.workspace_id).await.unwrap().is_empty());
    for event in [&first, &second] {
        assert_eq!(stage.delivery(event, &endpoint).await.state, DeliveryState::Failed);
    }
    assert_eq!(stage.work(Job::Event(stage.event(3))).await, []);
}

#[tokio::test]
async fn a_redirect_is_a_failure_and_a_longer_wait_that_is_asked_for_is_kept() {
    let stage = Stage::new().await;
    let target = Receiver::with_status(200).await;
    let location = format!("location: {}\r\n", target.url);
    let redirecting = Receiver::new(move |_, _| Some(answer(302, &location, ""))).await;
    let limiting = Receiver::new(|_, _| Some(answer(429, "retry-after: 90\r\n", ""))).await;
    let (first, _) = stage.webhook(&redirecting.url, SignatureFormat::Auto).await;
    let (second, _) = stage.webhook(&limiting.url, SignatureFormat::Auto).await;
    let event = stage.event(1);

    let follows = stage.tell(&event).await;

    let mut waits = stage.wait(&follows);
    waits.sort_unstable();
    assert!((4..=6).contains(&waits[0]) && waits[1] == 90, "{waits:?}");
    assert_eq!(target.requests().len(), 0);
    let attempts = stage.delivery(&event, &first).await.attempts;
    assert_eq!((attempts[0].outcome, attempts[0].status), (Outcome::Refused, Some(302)));
    assert_eq!(stage.delivery(&event, &second).await.attempts[0].status, Some(429));
}

#[tokio::test]
async fn a_job_that_is_delivered_twice_is_done_once() {
    let stage = Stage::new().await;
    let receiver = Receiver::with_status(200).await;
    stage.webhook(&receiver.url, SignatureFormat::Auto).await;
    let event = stage.event(1);

    let first = stage.work(Job::Event(event.clone())).await;
    let again = stage.work(Job::Event(event)).await;
    assert_eq!(first, again);
    stage.work_at_once(first.into_iter().chain(again).collect()).await;

    assert_eq!(receiver.requests().len(), 1);
}

#[tokio::test]
async fn an_attempt_whose_worker_died_is_made_again_and_one_that_was_recorded_goes_on() {
    let stage = Stage::new().await;
    let receiver = Receiver::new(|number, _| Some(answer(if number == 0 { 500 } else { 200 }, "", ""))).await;
    let (endpoint, _) = stage.webhook(&receiver.url, SignatureFormat::Auto).await;
    let event = stage.event(1);
    let [due] = <[_; 1]>::try_from(stage.work(Job::Event(event.clone())).await).unwrap();
    let key = DeliveryKey::Event { endpoint_id: endpoint.id, event_id: event.id.clone() };
    let now = stage.world.resources.now();
    // Claimed by somebody who dies.
    stage.world.store().claim_delivery(&key, 1, now, now + Duration::from_secs(40)).await.unwrap();

    let later = stage.work(due.job.clone()).await;
    assert_eq!((stage.wait(&later), receiver.requests().len()), (vec![41], 0));
    let follows = stage.follow(later).await;
    assert_eq!(receiver.requests().len(), 1);

    // What follows was not queued: the same job comes again, and leads to the same.
    assert_eq!(stage.work(due.job).await, follows);
    assert_eq!(stage.follow(follows).await, []);
    assert_eq!(receiver.requests().len(), 2);
    assert_eq!(stage.delivery(&event, &endpoint).await.state, DeliveryState::Delivered);
}

#[tokio::test]
async fn a_webhook_that_is_deleted_gets_nothing_more() {
    let stage = Stage::new().await;
    let receiver = Receiver::with_status(200).await;
    let (endpoint, _) = stage.webhook(&receiver.url, SignatureFormat::Auto).await;
    let event = stage.event(1);
    let due = stage.work(Job::Event(event.clone())).await;

    stage.webhooks.delete(&stage.permit(), endpoint.workspace_id, endpoint.id).await.unwrap();
    for due in due {
        assert_eq!(stage.work(due.job).await, []);
    }

    assert_eq!(receiver.requests().len(), 0);
    assert_eq!(stage.delivery(&event, &endpoint).await.state, DeliveryState::Failed);
}
