//! Deliveries made anew, by workers that die.

use std::time::Duration;

use switchboard_model::delivery::{DeliveryKey, DeliveryState};
use switchboard_model::event::{Event, EventId};
use switchboard_model::webhook::{Endpoint, SignatureFormat};
use switchboard_service::Outbox;
use switchboard_service::deliveries::Job;
use switchboard_service::outbox::Work;
use switchboard_store::stream::Image;
use switchboard_store::{Replay, ReplayScope, keys};

use crate::receiver::Receiver;
use crate::stage::Stage;

/// A replay of what happened in the second that has begun.
fn replay(stage: &Stage, endpoint: &Endpoint, scope: ReplayScope) -> Job {
    let now = stage.world.resources.now();
    Job::Replay(Replay {
        id: stage.world.resources.ids.next_id(),
        workspace_id: endpoint.workspace_id,
        endpoint_id: endpoint.id,
        first: EventId::first_at(now),
        last: EventId::first_at(now + Duration::from_secs(1)),
        scope,
    })
}

fn key(event: &Event, endpoint: &Endpoint) -> DeliveryKey {
    DeliveryKey::Event { endpoint_id: endpoint.id, event_id: event.id.clone() }
}

/// What the outbox queues for the delivery of this event, as it is stored.
async fn queued(stage: &Stage, event: &Event, endpoint: &Endpoint) -> Option<Job> {
    let item = stage.world.aws.item(&keys::delivery(&key(event, endpoint))).await;
    let outbox = Outbox::new(stage.world.resources.clone());
    match outbox.work(Image::default(), item.into()).unwrap() {
        Some(Work::Deliver(job)) => Some(job),
        Some(other) => panic!("{other:?}"),
        None => None,
    }
}

#[tokio::test]
async fn what_a_webhook_missed_or_refused_is_queued_though_the_worker_dies_after_its_writes() {
    let stage = Stage::new().await;
    let receiver = Receiver::with_status(200).await;
    let (endpoint, _) = stage.webhook(&receiver.url, SignatureFormat::Auto).await;
    let [missed, failed, taken] = [1, 2, 3].map(|number| stage.event(number));
    let store = stage.world.store();
    store.keep_workspace_event(&missed).await.unwrap();
    stage.work(Job::Event(failed.clone())).await;
    store.give_up_delivery(&key(&failed, &endpoint)).await.unwrap();
    stage.tell(&taken).await;
    assert_eq!(receiver.requests().len(), 1);
    let job = replay(&stage, &endpoint, ReplayScope::Failed);

    // What the first worker answers with is lost.
    stage.work(job.clone()).await;
    assert_eq!(stage.another_process().work(job).await.unwrap(), []);

    for event in [&missed, &failed] {
        let job = queued(&stage, event, &endpoint).await.unwrap();
        assert_eq!(stage.work(job).await, []);
        assert_eq!(stage.delivery(event, &endpoint).await.state, DeliveryState::Delivered);
    }
    assert_eq!(queued(&stage, &taken, &endpoint).await, None);
    assert_eq!(receiver.requests().len(), 3);
}

#[tokio::test]
async fn what_was_delivered_is_delivered_again_where_all_is_asked_for() {
    let stage = Stage::new().await;
    let receiver = Receiver::with_status(200).await;
    let (endpoint, _) = stage.webhook(&receiver.url, SignatureFormat::Auto).await;
    let event = stage.event(1);
    stage.tell(&event).await;

    assert_eq!(stage.work(replay(&stage, &endpoint, ReplayScope::All)).await, []);

    let job = queued(&stage, &event, &endpoint).await.unwrap();
    assert!(matches!(job, Job::Attempt { attempt: 2, .. }));
    assert_eq!(stage.work(job).await, []);
    assert_eq!(receiver.requests().len(), 2);
}

#[tokio::test]
async fn a_long_replay_goes_on_step_by_step() {
    let stage = Stage::new().await;
    let receiver = Receiver::with_status(200).await;
    let (endpoint, _) = stage.webhook(&receiver.url, SignatureFormat::Auto).await;
    let events: Vec<_> = (0..60).map(|number| stage.event(number)).collect();
    for event in &events {
        stage.world.store().keep_workspace_event(event).await.unwrap();
    }

    let rest = stage.work(replay(&stage, &endpoint, ReplayScope::Failed)).await;

    assert!(matches!(rest[..], [ref due] if matches!(due.job, Job::Replay(_))), "{rest:?}");
    assert_eq!(stage.follow(rest).await, []);
    for event in &events {
        assert!(queued(&stage, event, &endpoint).await.is_some(), "{}", event.id);
    }
}
