//! An outbox and its exits.

use aws_lambda_events::event::dynamodb::Event;
use outbox::{Exits, Worker};
use serde_dynamo::Item;
use serde_json::{Value, json};
use switchboard_dialect_whatsapp::webhooks::EventSchema;
use switchboard_model::conversation::{ConversationKey, Customer};
use switchboard_model::event::{self, EventType, Watched};
use switchboard_model::message::{Content, Direction, Message, Progress};
use switchboard_model::phone_number::PhoneNumber;
use switchboard_runtime::jobs::from_message;
use switchboard_runtime::queue::Queue;
use switchboard_runtime::scheduler::{Scheduler, Target};
use switchboard_service::Outbox;
use switchboard_service::deliveries::Job;
use switchboard_store::keys::{self, Key};
use switchboard_store::{MessageKey, Store, TableNames};
use switchboard_testkit::{Business, LocalQueue, LocalTimers, Schema, World};

/// An outbox with what it hands on to.
pub struct Stage {
    pub world: World,
    pub names: TableNames,
    pub business: Business,
    pub worker: Worker,
    pub sends: LocalQueue,
    pub imports: LocalQueue,
    pub media_jobs: LocalQueue,
    pub steps: LocalQueue,
    pub timers: LocalTimers,
    pub deliveries: LocalQueue,
}

impl Stage {
    pub async fn new() -> Self {
        let world = World::new().await;
        let business = Business::new(&world).await;
        let sends = world.aws.create_queue("sends.fifo").await;
        let imports = world.aws.create_queue("contact-imports").await;
        let media_jobs = world.aws.create_queue("media-jobs").await;
        let steps = world.aws.create_queue("steps").await;
        let timers = world.aws.create_timers(&steps).await;
        let target = Target {
            group: timers.group.clone(),
            queue_arn: timers.queue_arn.clone(),
            role_arn: "arn:aws:iam::000000000000:role/timers".to_owned(),
        };
        let deliveries = world.aws.create_queue("deliveries").await;
        let queue = |queue: &LocalQueue| Queue::new(queue.client.clone(), queue.url.clone());
        let exits = Exits {
            sends: queue(&sends),
            contact_imports: queue(&imports),
            media_jobs: queue(&media_jobs),
            campaign_steps: queue(&steps),
            campaign_timers: Scheduler::new(timers.client.clone(), target),
            webhook_deliveries: queue(&deliveries),
        };
        let worker = Worker::new(Outbox::new(world.resources.clone()), exits);
        Self {
            names: world.aws.table_names(),
            world,
            business,
            worker,
            sends,
            imports,
            media_jobs,
            steps,
            timers,
            deliveries,
        }
    }

    pub async fn queue(&self, to: &str) -> MessageKey {
        let message = self.business.says(&self.world, to, "Hello").await;
        MessageKey::from(&message)
    }

    pub async fn change_number(&self, change: impl FnOnce(&mut PhoneNumber)) -> (Value, Value) {
        let key = keys::phone_number(self.business.number.id);
        let old = self.image(&key).await;
        let mut number = self.world.store().phone_number(self.business.number.id).await.unwrap().unwrap();
        change(&mut number);
        number.version += 1;
        self.world.store().update_phone_number(&number).await.unwrap();
        (old, self.image(&key).await)
    }

    pub async fn message_image(&self, key: &MessageKey) -> Value {
        self.image(&keys::message(&key.conversation, key.id)).await
    }

    /// An item as a stream shows it.
    pub async fn image(&self, key: &Key) -> Value {
        let request = self.world.aws.dynamodb().get_item().table_name(self.names.of(key.table));
        let request =
            [("pk", &key.pk), ("sk", &key.sk)].into_iter().fold(request, |request, (name, value)| {
                request.key(name, switchboard_store::dynamodb::types::AttributeValue::S(value.clone()))
            });
        let item = request.consistent_read(true).send().await.unwrap().item.unwrap();
        serde_json::to_value(Item::from(item)).unwrap()
    }

    /// Hands the worker these changes; whether it took them.
    pub async fn follow(&self, changes: Vec<(Value, Value)>) -> bool {
        let records = changes.into_iter().enumerate().map(|(at, (old, new))| {
            json!({
                "awsRegion": "us-east-1",
                "eventID": at.to_string(),
                "eventName": "MODIFY",
                "dynamodb": {"SequenceNumber": at.to_string(), "SizeBytes": 1, "OldImage": old, "NewImage": new},
            })
        });
        let event: Event = serde_json::from_value(json!({"Records": records.collect::<Vec<_>>()})).unwrap();
        self.worker.handle(event).await.is_ok()
    }

    pub async fn queued(&self) -> Vec<MessageKey> {
        let bodies = self.sends.take().await;
        bodies.iter().map(|body| serde_json::from_str(body).unwrap()).collect()
    }

    /// Hands the worker a change; the jobs that it queued for the deliverer.
    pub async fn jobs(&self, old: Value, new: Value) -> Vec<Job> {
        assert!(self.follow(vec![(old, new)]).await);
        let bodies = self.deliveries.take().await;
        bodies.into_iter().map(|body| from_message(body).unwrap().job).collect()
    }

    /// The tables of a workspace whose webhooks are told of these.
    pub fn watched_by<const N: usize>(&self, events: [EventType; N]) -> Store {
        self.world.store().watched_by(&Watched::from_iter(events))
    }

    /// A message that has not moved yet.
    pub fn message(&self, direction: Direction, customer: &str) -> Message {
        let content = match direction {
            Direction::Outbound => Content::Text { text: "Hello".to_owned() },
            Direction::Inbound => Content::Received {
                kind: "text".to_owned(),
                text: Some("Hello".to_owned()),
                raw: json!({}),
                attachment: None,
            },
        };
        Message {
            id: self.world.resources.ids.next_id(),
            workspace_id: self.business.workspace.id,
            conversation: ConversationKey {
                phone_number_id: self.business.number.id,
                customer: Customer::from_whatsapp(customer).unwrap(),
            },
            wa_message_id: Some("wamid.1".to_owned()),
            direction,
            business_number: "+1234567890".to_owned(),
            content,
            sent_by: None,
            created_at: self.world.resources.now(),
            progress: Progress::default(),
            attempt: None,
            refusals: None,
            slot: None,
            campaign: None,
        }
    }
}

/// What an event says, which is as the document says.
pub fn documented(event: &event::Event) -> Value {
    let body = serde_json::from_str(&event.body).unwrap();
    assert_eq!(Schema::of::<EventSchema>().check(&body), Ok(()), "{body:#}");
    body
}

/// The image of an item that is not there.
pub fn nothing() -> Value {
    json!({})
}
