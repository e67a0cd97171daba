//! Batches of the queue.

use meta_events::Worker;
use serde_json::{Value, json};
use switchboard_graph::webhook::Update;
use switchboard_runtime::parcel;
use switchboard_runtime::queue::Queue;
use switchboard_service::{MetaEvents, Resources};
use switchboard_store::{Store, TableNames};

use crate::stage::{Stage, message, status, update_of};

impl Stage {
    async fn worker(&self, resources: Resources) -> Worker {
        let queue = self.world.aws.create_queue("meta-events").await;
        Worker::new(MetaEvents::new(resources), Queue::new(queue.client, queue.url))
    }

    fn text(&self, id: &str, text: &str) -> Update {
        self.update("messages", &message(id, json!({"type": "text", "text": {"body": text}})))
    }
}

fn body(update: &Update) -> String {
    parcel::pack(serde_json::to_string(update).unwrap()).unwrap()
}

/// Hands a batch to the worker; the places of those that are to be delivered again.
async fn deliver(worker: &Worker, bodies: &[String]) -> Vec<usize> {
    let records: Vec<Value> = bodies
        .iter()
        .enumerate()
        .map(|(at, body)| {
            json!({"messageId": at.to_string(), "receiptHandle": "handle", "body": body,
            "attributes": {}, "messageAttributes": {}, "eventSource": "aws:sqs"})
        })
        .collect();
    let event = serde_json::from_value(json!({"Records": records})).unwrap();
    let left = worker.handle(event).await.batch_item_failures;
    left.into_iter().map(|failure| failure.item_identifier.parse().unwrap()).collect()
}

#[tokio::test]
async fn what_concerns_nobody_here_does_not_fail_its_batch() {
    let stage = Stage::new().await;
    let worker = stage.worker(stage.world.resources.clone()).await;
    let mut unknown = stage.business.number.clone();
    unknown.meta_id = "999".parse().unwrap();
    let batch = [
        update_of(&unknown, "messages", &message("wamid.A", json!({"type": "text"}))),
        stage.text("wamid.B", "hi"),
        stage.update("statuses", &status("wamid.C", "delivered", 1)),
        stage.update("statuses", &json!(null)),
        update_of(&unknown, "statuses", &status("wamid.D", "delivered", 1)),
    ];

    let left = deliver(&worker, &batch.each_ref().map(body)).await;

    assert!(left.is_empty(), "{left:?}");
    assert!(stage.message_by_wa_id("wamid.B").await.is_some());
}

#[tokio::test]
async fn what_can_not_be_read_is_left_to_the_dead_letters_and_costs_no_neighbour() {
    let stage = Stage::new().await;
    let worker = stage.worker(stage.world.resources.clone()).await;
    let batch = [
        "not JSON".to_owned(),
        body(&stage.text("wamid.A", "hi")),
        "{}".to_owned(),
        r#"{"gzip":"AAAA"}"#.to_owned(),
        body(&stage.text("wamid.B", "hi")),
        String::new(),
    ];

    let mut left = deliver(&worker, &batch).await;

    left.sort_unstable();
    assert_eq!(left, [0, 2, 3, 5]);
    assert!(
        stage.message_by_wa_id("wamid.A").await.is_some()
            && stage.message_by_wa_id("wamid.B").await.is_some()
    );
}

#[tokio::test]
async fn a_packed_event_is_unpacked() {
    let stage = Stage::new().await;
    let worker = stage.worker(stage.world.resources.clone()).await;
    let packed = body(&stage.text("wamid.A", &"ä".repeat(120_000)));
    assert!(packed.starts_with(r#"{"gzip":"#));

    let left = deliver(&worker, &[packed]).await;

    assert!(left.is_empty());
    assert!(stage.message_by_wa_id("wamid.A").await.is_some());
}

#[tokio::test]
async fn while_the_store_is_unavailable_everything_comes_again() {
    let stage = Stage::new().await;
    let names =
        TableNames { main: "gone".to_owned(), messages: "gone".to_owned(), ephemeral: "gone".to_owned() };
    let mut resources = stage.world.resources.clone();
    resources.store = Store::new(stage.world.aws.dynamodb(), names);
    let broken = stage.worker(resources).await;
    let whole = stage.worker(stage.world.resources.clone()).await;
    let batch =
        [body(&stage.text("wamid.A", "hi")), body(&stage.update("statuses", &status("wamid.B", "sent", 1)))];

    let mut left = deliver(&broken, &batch).await;
    let later = deliver(&whole, &batch).await;

    left.sort_unstable();
    assert_eq!((left, later.len()), (vec![0, 1], 0));
    assert!(stage.message_by_wa_id("wamid.A").await.is_some());
}
