//! The worker at its queue.

use serde_json::{Value, json};
use switchboard_model::webhook::SignatureFormat;
use switchboard_runtime::jobs::{from_message, to_message};
use switchboard_runtime::queue::Queue;
use switchboard_service::deliveries::{Due, Job};
use webhook_deliverer::Worker;

use crate::receiver::Receiver;
use crate::stage::Stage;

async fn handle(worker: &Worker, bodies: &[String]) -> usize {
    let records: Vec<Value> = bodies
        .iter()
        .enumerate()
        .map(|(at, body)| json!({"messageId": at.to_string(), "receiptHandle": "x", "body": body, "attributes": {}, "messageAttributes": {}, "awsRegion": "us-east-1"}))
        .collect();
    let event = serde_json::from_value(json!({"Records": records})).unwrap();
    Box::pin(worker.handle(event)).await.batch_item_failures.len()
}

#[tokio::test]
async fn what_follows_from_a_job_is_queued_for_the_workspace() {
    let stage = Stage::new().await;
    let receiver = Receiver::with_status(200).await;
    stage.webhook(&receiver.url, SignatureFormat::Auto).await;
    let queue = stage.world.aws.create_queue("deliveries").await;
    let worker = Worker::new(stage.deliveries.clone(), Queue::new(queue.client.clone(), queue.url.clone()));
    let now = stage.world.resources.now();
    let due = Due { job: Job::Event(stage.event(1)), at: now };
    let message = to_message(&due, now).unwrap();
    assert_eq!(message.group, stage.business.workspace.id.to_string());

    assert_eq!(handle(&worker, &[message.body]).await, 0);
    let queued = queue.take().await;
    assert!(matches!(from_message(queued[0].clone()).unwrap().job, Job::Attempt { attempt: 1, .. }));
    assert_eq!(handle(&worker, &queued).await, 0);

    assert_eq!((receiver.requests().len(), queue.take().await.len()), (1, 0));
    assert_eq!(handle(&worker, &["not a job".to_owned()]).await, 1);
}
