//! A sender with its number, its queue and a simulator of Graph.

use std::time::Duration;

use aws_lambda_events::event::sqs::SqsEvent;
use bytes::Bytes;
use serde_json::{Value, json};
use switchboard_bucket::ObjectKey;
use switchboard_graph::callback::callback_data;
use switchboard_model::media::{ContentDigest, Media, MediaKind};
use switchboard_model::message::{Content, Message};
use switchboard_model::pace::Pace;
use switchboard_model::phone_number::PhoneNumber;
use switchboard_runtime::queue::Queue;
use switchboard_service::Sending;
use switchboard_service::sending::SendingSettings;
use switchboard_store::MessageKey;
use switchboard_testkit::{Business, GraphSimulator, LocalBucket, LocalQueue, World, queue};
use whatsapp_sender::Worker;

pub struct Stage {
    pub world: World,
    pub business: Business,
    bucket: LocalBucket,
    worker: Worker,
    sends: LocalQueue,
    simulator: GraphSimulator,
}

impl Stage {
    pub async fn new() -> Self {
        Self::with_token("EAAtest").await
    }

    pub async fn with_token(token: &str) -> Self {
        Self::at(GraphSimulator::start().await, token).await
    }

    /// Where Graph can't be reached.
    pub async fn unreachable() -> Self {
        Self::at(GraphSimulator::nowhere().await, "EAAtest").await
    }

    async fn at(simulator: GraphSimulator, token: &str) -> Self {
        let world = World::new().await;
        let mut business = Business::new(&world).await;
        business.change_number_token(&world, token).await;
        let sends = world.aws.create_queue("sends.fifo").await;
        let bucket = world.aws.create_bucket().await;
        let worker = Worker::new(
            sending(&world, &business, &bucket, &simulator),
            Queue::new(sends.client.clone(), sends.url.clone()),
        );
        Self { world, business, bucket, worker, sends, simulator }
    }

    /// What the worker sends by.
    pub fn sending(&self) -> Sending {
        sending(&self.world, &self.business, &self.bucket, &self.simulator)
    }

    /// With a worker that has no time for more than one message of a conversation.
    pub async fn hurried() -> Self {
        let Self { world, business, bucket, worker, sends, simulator } = Self::new().await;
        let worker = worker.within(Duration::ZERO);
        Self { world, business, bucket, worker, sends, simulator }
    }

    /// Puts messages of one conversation into the queue.
    pub async fn enqueue(&self, keys: &[&MessageKey]) {
        for key in keys {
            let body = serde_json::to_string(key).unwrap();
            let request = self.sends.client.send_message().queue_url(&self.sends.url).message_body(body);
            let request =
                request.message_group_id("conversation").message_deduplication_id(key.id.to_string());
            request.send().await.unwrap();
        }
    }

    /// Works through what the queue delivers, and takes off it what is done; how much of it comes again.
    pub async fn work(&self) -> usize {
        let (client, url) = (&self.sends.client, &self.sends.url);
        let request = client.receive_message().queue_url(url).max_number_of_messages(10);
        let messages = request.send().await.unwrap().messages.unwrap_or_default();
        let records: Vec<_> = messages
            .iter()
            .map(|message| {
                json!({
                    "messageId": message.message_id,
                    "receiptHandle": message.receipt_handle,
                    "body": message.body,
                    "attributes": {"MessageGroupId": "conversation"},
                })
            })
            .collect();
        let event: SqsEvent = serde_json::from_value(json!({"Records": records})).unwrap();
        let left = self.worker.handle(event).await.batch_item_failures;
        let left: Vec<_> = left.into_iter().map(|failure| failure.item_identifier).collect();
        for message in messages {
            if message.message_id.is_some_and(|id| !left.contains(&id)) {
                let handle = message.receipt_handle.unwrap();
                client.delete_message().queue_url(url).receipt_handle(handle).send().await.unwrap();
            }
        }
        left.len()
    }

    /// Stores a message that waits to be sent.
    pub async fn queue(&self, to: &str, text: &str) -> MessageKey {
        let message = self.business.says(&self.world, to, text).await;
        MessageKey::from(&message)
    }

    /// Hands the worker a batch; how many of it must be delivered again.
    pub async fn deliver(&self, keys: &[&MessageKey]) -> usize {
        let records = keys.iter().enumerate().map(|(at, key)| {
            let group = format!("{:?}", key.conversation.customer.as_str());
            record(at, &serde_json::to_string(key).unwrap(), &group)
        });
        self.handle(records.collect()).await
    }

    pub async fn deliver_body(&self, body: &str) -> usize {
        self.handle(vec![record(0, body, "group")]).await
    }

    async fn handle(&self, records: Vec<Value>) -> usize {
        let event: SqsEvent = serde_json::from_value(json!({"Records": records})).unwrap();
        self.worker.handle(event).await.batch_item_failures.len()
    }

    pub async fn message(&self, key: &MessageKey) -> Message {
        self.world.store().message(key).await.unwrap().unwrap()
    }

    pub async fn number(&self) -> PhoneNumber {
        self.world.store().phone_number(self.business.number.id).await.unwrap().unwrap()
    }

    pub async fn change_number(&self, change: impl FnOnce(&mut PhoneNumber)) {
        let mut number = self.number().await;
        change(&mut number);
        number.version += 1;
        self.world.store().update_phone_number(&number).await.unwrap();
    }

    /// How often Graph really accepted the message.
    pub async fn times_accepted(&self, key: &MessageKey) -> u64 {
        let any_attempt = callback_data(key.id, 0);
        let id = any_attempt.split(':').next().unwrap();
        self.simulator.get(&format!("accepted/{id}?prefix=true")).await["accepted"].as_u64().unwrap()
    }

    pub async fn accepted_texts(&self, to: &str) -> Vec<String> {
        let messages = self.simulator.accepted(to).await;
        messages
            .iter()
            .map(|message| message["payload"]["text"]["body"].as_str().unwrap().to_owned())
            .collect()
    }

    /// What Graph accepted for a recipient, in order.
    pub async fn accepted(&self, to: &str) -> Vec<Value> {
        self.simulator.accepted(to).await.iter().map(|message| message["payload"].clone()).collect()
    }

    /// Lets Graph forget a file.
    pub async fn delete_at_meta(&self, id: &str) {
        let request =
            self.simulator.client.delete(format!("{}/v25.0/{id}", self.simulator.url)).bearer_auth("EAAtest");
        request.send().await.unwrap().error_for_status().unwrap();
    }

    /// Stores a picture of the workspace.
    pub async fn picture(&self) -> Media {
        let now = self.world.resources.now();
        let content = b"\x89PNG\r\n\x1a\n picture".as_slice();
        let media = Media {
            id: self.world.resources.ids.next_id(),
            workspace_id: self.business.workspace.id,
            kind: MediaKind::Image,
            file_name: "picture.png".to_owned(),
            file_size: u64::try_from(content.len()).unwrap(),
            mime_type: "image/png".to_owned(),
            sha256: ContentDigest::of(content),
            uploaded_by: None,
            received_in: None,
            created_at: now,
            updated_at: now,
            deleted_at: None,
        };
        let key = ObjectKey::media(media.workspace_id, media.id);
        self.bucket.bucket.put(&key, Bytes::from_static(content), "image/png").await.unwrap();
        self.world.store().create_media(&media).await.unwrap();
        media
    }

    /// Stores a message with this content that waits to be sent.
    pub async fn queue_content(&self, to: &str, content: Content) -> MessageKey {
        let model = self.business.says(&self.world, to, "model").await;
        let message = Message { id: self.world.resources.ids.next_id(), content, ..model };
        queue(&self.world, &message).await;
        MessageKey::from(&message)
    }

    /// Lets time pass, here and in the limits of Meta, which stand still otherwise.
    pub async fn pass(&self, time: Duration) {
        self.world.clock.advance(time);
        self.sim("clock", json!({"advance_ms": u64::try_from(time.as_millis()).unwrap()})).await;
    }

    /// Lets time pass until a moment, in Unix microseconds, unless it is over.
    pub async fn pass_until(&self, moment: i64) {
        let left = moment - self.world.resources.now().as_microsecond();
        self.pass(Duration::from_millis(u64::try_from(left).unwrap_or(0).div_ceil(1_000))).await;
    }

    /// The next moment that is free at the pace of the number, in Unix microseconds.
    pub async fn next_moment(&self) -> i64 {
        let beginning = Pace::default();
        self.world.store().pace(self.business.number.id, beginning).await.unwrap().pace.next_free_at
    }

    pub async fn stats(&self) -> Value {
        self.simulator.get("stats").await
    }

    /// Waits until the simulator holds an answer back, and says which message it is of.
    pub async fn held(&self) -> String {
        loop {
            if let Some(wamid) = self.simulator.get("held").await["held"][0]["wamid"].as_str() {
                return wamid.to_owned();
            }
            tokio::task::yield_now().await;
        }
    }

    pub async fn sim(&self, path: &str, body: Value) -> Value {
        self.simulator.post(path, &body).await
    }
}

/// A message with this picture.
pub fn picture(media: &Media) -> Content {
    let caption = Some("Look".to_owned());
    Content::Media { kind: MediaKind::Image, media_id: media.id, caption, file_name: None }
}

fn sending(world: &World, business: &Business, bucket: &LocalBucket, simulator: &GraphSimulator) -> Sending {
    let (resources, sealer) = (world.resources.clone(), business.sealer.clone());
    let settings = SendingSettings { reconcile_delay: Duration::from_mins(5), per_second: 80.0 };
    Sending::new(resources, simulator.graph(), sealer, bucket.bucket.clone(), settings)
}

fn record(at: usize, body: &str, group: &str) -> Value {
    json!({
        "messageId": at.to_string(),
        "receiptHandle": "none",
        "body": body,
        "attributes": {"MessageGroupId": group},
    })
}
