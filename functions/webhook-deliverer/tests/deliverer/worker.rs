//! The worker at its queue.

use aws_sdk_sqs::types::{Message, MessageSystemAttributeName};
use serde_json::{Value, json};
use switchboard_model::webhook::SignatureFormat;
use switchboard_runtime::jobs::{from_message, to_message};
use switchboard_runtime::queue::Queue;
use switchboard_runtime::scheduler::{Scheduler, Target};
use switchboard_service::deliveries::{Due, Job};
use switchboard_testkit::LocalQueue;
use webhook_deliverer::Worker;

use crate::receiver::{Receiver, answer};
use crate::stage::Stage;

/// A worker and its queue.
struct AtQueue {
    worker: Worker,
    queue: LocalQueue,
}

impl AtQueue {
    async fn new(stage: &Stage) -> Self {
        let queue = stage.world.aws.create_queue("deliveries").await;
        let timers = stage.world.aws.create_timers(&queue).await;
        let target = Target {
            group: timers.group,
            queue_arn: timers.queue_arn,
            role_arn: "arn:aws:iam::000000000000:role/timers".to_owned(),
        };
        let exit = Queue::new(queue.client.clone(), queue.url.clone());
        let timers = Scheduler::new(timers.client, target);
        Self { worker: Worker::new(stage.deliveries.clone(), exit, timers), queue }
    }

    /// Hands the worker a batch; how many messages it gave back.
    async fn handle(&self, bodies: &[String]) -> usize {
        let record = |(at, body): (usize, &String)| {
            json!({
                "messageId": at.to_string(), "receiptHandle": "x", "body": body, "attributes": {},
                "messageAttributes": {}, "awsRegion": "us-east-1",
            })
        };
        let records: Vec<Value> = bodies.iter().enumerate().map(record).collect();
        let event = serde_json::from_value(json!({"Records": records})).unwrap();
        Box::pin(self.worker.handle(event)).await.batch_item_failures.len()
    }

    /// What is in the queue, for which a call waits 20 seconds at most.
    async fn receive(&self) -> Vec<Message> {
        let request = self.queue.client.receive_message().queue_url(&self.queue.url).wait_time_seconds(20);
        let request = request.message_system_attribute_names(MessageSystemAttributeName::All);
        request.send().await.unwrap().messages.unwrap_or_default()
    }
}

#[tokio::test]
async fn what_follows_from_a_job_is_queued_for_the_workspace() {
    let stage = Stage::new().await;
    let receiver = Receiver::with_status(200).await;
    stage.webhook(&receiver.url, SignatureFormat::Auto).await;
    let deliverer = AtQueue::new(&stage).await;
    let now = stage.world.resources.now();
    let due = Due { job: Job::Event(stage.event(1)), at: now };
    let message = to_message(&due, now).unwrap();
    assert_eq!(message.group, stage.business.workspace.id.to_string());

    assert_eq!(deliverer.handle(&[message.body]).await, 0);
    let [queued] = <[Message; 1]>::try_from(deliverer.receive().await).unwrap();
    let group =
        queued.attributes.as_ref().and_then(|all| all.get(&MessageSystemAttributeName::MessageGroupId));
    assert_eq!(group, Some(&stage.business.workspace.id.to_string()));
    let body = queued.body.unwrap();
    assert!(matches!(from_message(body.clone()).unwrap().job, Job::Attempt { attempt: 1, .. }));
    assert_eq!(deliverer.handle(&[body]).await, 0);

    assert_eq!(receiver.requests().len(), 1);
    assert_eq!(deliverer.handle(&["not a job".to_owned()]).await, 1);
}

#[tokio::test]
async fn what_is_due_in_an_hour_a_timer_puts_into_the_queue() {
    let stage = Stage::new().await;
    let receiver = Receiver::new(|_, _| Some(answer(429, "retry-after: 3600\r\n", ""))).await;
    stage.webhook(&receiver.url, SignatureFormat::Auto).await;
    let deliverer = AtQueue::new(&stage).await;
    let now = stage.world.resources.now();
    let [first] = <[Due; 1]>::try_from(stage.work(Job::Event(stage.event(1))).await).unwrap();
    let body = to_message(&first, now).unwrap().body;

    // The same message twice: what follows is handed on twice, and there is one timer.
    assert_eq!(deliverer.handle(std::slice::from_ref(&body)).await, 0);
    assert_eq!(deliverer.handle(&[body]).await, 0);

    assert_eq!(receiver.requests().len(), 1);
    // An hour after this test's time is long ago, so that the timer rings soon.
    let [rung] = <[Message; 1]>::try_from(deliverer.receive().await).unwrap();
    let due = from_message(rung.body.unwrap()).unwrap();
    assert!(matches!(due.job, Job::Attempt { attempt: 2, .. }));
    assert_eq!(due.at.as_second() - now.as_second(), 3_600);
}
