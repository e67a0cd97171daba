//! Statuses that come before Meta's id of their message is recorded, with the sender that records it.

use std::time::Duration;

use serde_json::{Value, json};
use switchboard_graph::callback::callback_data;
use switchboard_model::message::{Progress, Status};
use switchboard_service::meta_events::Handled;
use switchboard_service::sending::{SendingSettings, Step};
use switchboard_service::{MetaEvents, Resources, Sending};
use switchboard_store::{MessageKey, Store};
use switchboard_testkit::{GraphSimulator, LocalAws, LocalBucket, Turnstile};

use crate::stage::{CUSTOMER, Stage, status};

/// The stage with a sender, and the simulator in Graph's place.
struct Crossing {
    stage: Stage,
    simulator: GraphSimulator,
    bucket: LocalBucket,
}

impl Crossing {
    async fn new() -> Self {
        let stage = Stage::new().await;
        let bucket = stage.world.aws.create_bucket().await;
        Self { stage, simulator: GraphSimulator::start().await, bucket }
    }

    fn through(&self, aws: &LocalAws) -> Resources {
        let mut resources = self.stage.world.resources.clone();
        resources.store = Store::new(aws.dynamodb(), self.stage.world.aws.table_names());
        resources
    }

    /// The sender, whose calls of the store go through `aws`.
    fn sender(&self, aws: &LocalAws) -> Sending {
        let settings = SendingSettings { reconcile_delay: Duration::from_mins(5), per_second: 80.0 };
        let (graph, sealer) = (self.simulator.graph(), self.stage.business.sealer.clone());
        Sending::new(self.through(aws), graph, sealer, self.bucket.bucket.clone(), settings)
    }

    /// A message that waits to be sent.
    async fn queued(&self) -> MessageKey {
        MessageKey::from(&self.stage.business.says(&self.stage.world, CUSTOMER, "Good morning").await)
    }

    /// What Meta calls a message; `None` where it does not have it yet.
    async fn wa_id(&self, key: &MessageKey) -> Option<String> {
        let sent = callback_data(key.id, 1);
        let accepted = self.simulator.accepted(CUSTOMER).await;
        let message = accepted.iter().find(|message| message["callback_data"] == json!(sent))?;
        message["wamid"].as_str().map(str::to_owned)
    }

    /// Lets Graph keep its next answer to itself.
    async fn hold_answer(&self) {
        self.simulator.post("hold", &json!({})).await;
    }

    /// Waits until Graph has accepted a message and keeps the answer to itself; what Meta calls the message.
    async fn held_answer(&self) -> String {
        loop {
            if let Some(wa_id) = self.simulator.get("held").await["held"][0]["wamid"].as_str() {
                return wa_id.to_owned();
            }
            tokio::task::yield_now().await;
        }
    }

    async fn release_answer(&self) -> Value {
        self.simulator.post("release", &json!({})).await
    }

    /// Sends a message whose statuses come while Graph's answer is on its way. How they were handled, and how many
    /// wait when the answer arrives.
    async fn send_after(&self, key: &MessageKey, statuses: &[(&str, i64)]) -> (Vec<Handled>, usize) {
        self.hold_answer().await;
        let sender = self.sender(&self.stage.world.aws);
        let told = async {
            let wa_id = self.held_answer().await;
            let mut handled = Vec::new();
            for (name, seconds) in statuses {
                handled.push(self.stage.report(&status(&wa_id, name, *seconds)).await);
            }
            let waiting = self.waiting(&wa_id).await;
            self.release_answer().await;
            (handled, waiting)
        };
        let (sent, told) = futures::join!(sender.send(key), told);
        assert_eq!(sent.unwrap(), Step::Done);
        told
    }

    async fn progress(&self, key: &MessageKey) -> Progress {
        self.stage.store().message(key).await.unwrap().unwrap().progress
    }

    async fn waiting(&self, wa_message_id: &str) -> usize {
        self.stage.store().orphans(wa_message_id).await.unwrap().len()
    }
}

#[tokio::test]
async fn a_status_that_comes_first_waits_for_its_message() {
    let crossing = Crossing::new().await;
    let key = crossing.queued().await;

    let told = crossing.send_after(&key, &[("delivered", 5), ("sent", 1), ("delivered", 5)]).await;

    let progress = crossing.progress(&key).await;
    assert_eq!(told, (vec![Handled::Waiting; 3], 2));
    assert_eq!(progress.status, Status::Delivered);
    assert!(progress.delivered_at.is_some());
    assert_eq!(crossing.waiting(&crossing.wa_id(&key).await.unwrap()).await, 0);
}

#[tokio::test]
async fn a_failure_that_comes_first_keeps_its_reason() {
    let crossing = Crossing::new().await;
    let key = crossing.queued().await;

    crossing.send_after(&key, &[("failed", 5)]).await;

    let progress = crossing.progress(&key).await;
    assert_eq!((progress.status, progress.failure.unwrap().code), (Status::Failed, 131_026));
}

#[tokio::test]
async fn a_status_that_comes_after_the_record_does_not_wait() {
    let crossing = Crossing::new().await;
    let key = crossing.queued().await;

    crossing.sender(&crossing.stage.world.aws).send(&key).await.unwrap();
    let wa_id = crossing.wa_id(&key).await.unwrap();
    let handled = crossing.stage.report(&status(&wa_id, "delivered", 5)).await;

    assert_eq!((handled, crossing.waiting(&wa_id).await), (Handled::Reported, 0));
    assert_eq!(crossing.progress(&key).await.status, Status::Delivered);
}

#[tokio::test]
async fn a_status_before_any_call_of_the_sender_is_not_lost() {
    let crossing = Crossing::new().await;
    let mut met = 0;
    for calls in 0.. {
        let key = crossing.queued().await;
        let turnstile = Turnstile::after(calls, &crossing.stage.world.aws).await;
        let (sender, sent) = (crossing.sender(turnstile.aws()), key.clone());
        let mut sending = tokio::spawn(async move { sender.send(&sent).await });
        let is_held = tokio::select! {
            ended = &mut sending => { ended.unwrap().unwrap(); false }
            () = turnstile.holds() => true,
        };
        if !is_held {
            break;
        }

        // Before Graph is called there is nothing to tell.
        let wa_id = crossing.wa_id(&key).await;
        if let Some(wa_id) = &wa_id {
            crossing.stage.report(&status(wa_id, "delivered", 5)).await;
        }
        turnstile.open();
        sending.await.unwrap().unwrap();

        if let Some(wa_id) = wa_id {
            met += 1;
            assert_eq!(crossing.progress(&key).await.status, Status::Delivered, "after {calls} calls");
            assert_eq!(crossing.waiting(&wa_id).await, 0, "after {calls} calls");
        }
    }
    assert!(met >= 2, "the record of the id, the look for statuses: {met}");
}

#[tokio::test]
async fn a_sender_that_records_before_any_call_about_the_status_does_not_lose_it() {
    let crossing = Crossing::new().await;
    let mut met = 0;
    for calls in 0.. {
        let key = crossing.queued().await;
        crossing.hold_answer().await;
        let (sender, sent) = (crossing.sender(&crossing.stage.world.aws), key.clone());
        let sending = tokio::spawn(async move { sender.send(&sent).await });
        let wa_id = crossing.held_answer().await;
        let turnstile = Turnstile::after(calls, &crossing.stage.world.aws).await;
        let events = MetaEvents::new(crossing.through(turnstile.aws()));
        let update = crossing.stage.update("statuses", &status(&wa_id, "delivered", 5));
        let mut telling = tokio::spawn(async move { Box::pin(events.handle(&update)).await });
        let is_held = tokio::select! {
            ended = &mut telling => { ended.unwrap().unwrap(); false }
            () = turnstile.holds() => true,
        };

        crossing.release_answer().await;
        sending.await.unwrap().unwrap();
        turnstile.open();
        if is_held {
            telling.await.unwrap().unwrap();
        }

        assert_eq!(crossing.progress(&key).await.status, Status::Delivered, "after {calls} calls");
        assert_eq!(crossing.waiting(&wa_id).await, 0, "after {calls} calls");
        if !is_held {
            break;
        }
        met += 1;
    }
    assert!(met >= 3, "the look for the message, keeping the status, the second look: {met}");
}
