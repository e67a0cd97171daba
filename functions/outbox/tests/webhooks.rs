//! From changes of the tables to the queue of deliveries.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

use outbox::{Exits, Worker};
use serde_dynamo::Item;
use serde_json::{Value, json};
use switchboard_model::access::Role;
use switchboard_model::conversation::{ConversationChange, ConversationKey, Customer};
use switchboard_model::delivery::{DeliveryKey, NewDelivery, Source};
use switchboard_model::event::{EventType, Watched};
use switchboard_model::message::{Content, Direction, Message, Progress, Report, ReportKind};
use switchboard_model::webhook::{Disabled, DisabledReason, Endpoint, EndpointStatus, SignatureFormat};
use switchboard_model::workspace::{Member, MemberStatus, Workspace};
use switchboard_runtime::jobs::from_message;
use switchboard_runtime::queue::Queue;
use switchboard_service::Outbox;
use switchboard_service::deliveries::Job;
use switchboard_store::keys::{self, Key};
use switchboard_store::{MessageKey, Store, TableNames};
use switchboard_testkit::{Business, LocalQueue, World};

struct Stage {
    world: World,
    names: TableNames,
    business: Business,
    worker: Worker,
    deliveries: LocalQueue,
}

impl Stage {
    async fn new() -> Self {
        let world = Box::pin(World::new()).await;
        let business = Box::pin(Business::new(&world)).await;
        let (sends, deliveries, imports, media_jobs) = (
            world.aws.create_queue("sends.fifo").await,
            world.aws.create_queue("deliveries").await,
            world.aws.create_queue("contact-imports").await,
            world.aws.create_queue("media-jobs").await,
        );
        let exits = Exits {
            sends: Queue::new(sends.client.clone(), sends.url.clone()),
            contact_imports: Queue::new(imports.client.clone(), imports.url.clone()),
            media_jobs: Queue::new(media_jobs.client.clone(), media_jobs.url.clone()),
            webhook_deliveries: Queue::new(deliveries.client.clone(), deliveries.url.clone()),
        };
        let worker = Worker::new(Outbox::new(world.resources.clone()), exits);
        Self { names: world.aws.table_names(), world, business, worker, deliveries }
    }

    /// The tables of a workspace whose webhooks are told of these.
    fn watched_by<const N: usize>(&self, events: [EventType; N]) -> Store {
        self.world.store().watched_by(&Watched::from_iter(events))
    }

    async fn image(&self, key: &Key) -> Value {
        let request = self.world.aws.dynamodb().get_item().table_name(self.names.of(key.table));
        let request =
            [("pk", &key.pk), ("sk", &key.sk)].into_iter().fold(request, |request, (name, value)| {
                request.key(name, switchboard_store::dynamodb::types::AttributeValue::S(value.clone()))
            });
        let item = request.consistent_read(true).send().await.unwrap().item.unwrap_or_default();
        serde_json::to_value(Item::from(item)).unwrap()
    }

    /// Hands the worker a change; what it queued.
    async fn follow(&self, old: Value, new: Value) -> Vec<Job> {
        let record = json!({
            "awsRegion": "us-east-1",
            "eventID": "1",
            "eventName": "MODIFY",
            "dynamodb": {"SequenceNumber": "1", "SizeBytes": 1, "OldImage": old, "NewImage": new},
        });
        let event = serde_json::from_value(json!({"Records": [record]})).unwrap();
        self.worker.handle(event).await.unwrap();
        let bodies = self.deliveries.take().await;
        bodies.into_iter().map(|body| from_message(body).unwrap().job).collect()
    }

    fn message(&self, direction: Direction, customer: &str) -> Message {
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
            refusals: 0,
            slot: None,
            campaign: None,
        }
    }
}

/// What a message makes of its conversation, which it begins.
fn beginning(stage: &Stage, message: &Message) -> ConversationChange {
    ConversationChange::by(message, None, stage.world.resources.ids.next_id(), None)
}

fn nothing() -> Value {
    json!({})
}

fn told(jobs: &[Job]) -> Vec<Value> {
    let told = jobs.iter().map(|job| match job {
        Job::Event(event) => serde_json::from_str(&event.body).unwrap(),
        job => panic!("{job:?}"),
    });
    told.collect()
}

#[tokio::test]
async fn a_delivery_and_a_replayed_one_are_queued() {
    let stage = Stage::new().await;
    let new = NewDelivery {
        id: stage.world.resources.ids.next_id(),
        workspace_id: stage.business.workspace.id,
        source: Source::Callback {
            message_id: stage.business.workspace.id,
            action_id: "approve".to_owned(),
            user_id: stage.business.owner.user_id,
            url: "https://example.com/".to_owned(),
            body: "{}".to_owned(),
        },
        kind: "message.action_response".to_owned(),
        created_at: stage.world.resources.now(),
    };
    stage.world.store().create_delivery(&new).await.unwrap();
    let image = stage.image(&keys::delivery(&new.key())).await;

    let jobs = stage.follow(nothing(), image.clone()).await;

    let key = DeliveryKey::Callback { id: new.id };
    let attempt = Job::Attempt { key, workspace_id: new.workspace_id, attempt: 1 };
    assert_eq!(jobs, [attempt]);
    assert_eq!(stage.follow(image.clone(), image).await, []);
}

#[tokio::test]
async fn an_inbound_message_is_told_where_it_is_watched() {
    let stage = Stage::new().await;
    let message = stage.message(Direction::Inbound, "15550001111");
    let key = keys::message(&message.conversation, message.id);
    let store = stage.watched_by([EventType::WhatsappMessageReceived]);
    store.create_inbound_message(&message, &beginning(&stage, &message)).await.unwrap();

    let jobs = stage.follow(nothing(), stage.image(&key).await).await;

    insta::assert_snapshot!(format!("{:#}", told(&jobs)[0]), @r#"
    {
      "data": {
        "from": "+15550001111",
        "message_id": "019b76da-a800-72ef-8d29-e615a6e739d4",
        "message_type": "text",
        "phone_number_id": "019b76da-a800-72ef-8d16-b32dc99eefe8",
        "received_at": "2026-01-01T00:00:00Z",
        "text": "Hello",
        "to": "+1234567890",
        "wa_message_id": "wamid.1",
        "workspace_id": "019b76da-a800-72ef-8cf0-f3058a55412f"
      },
      "id": "evt_01kdvdna005rat07221qcrhavb",
      "timestamp": "2026-01-01T00:00:00Z",
      "type": "whatsapp.message.received"
    }
    "#);
    assert_eq!(stage.follow(nothing(), stage.image(&key).await).await, jobs);
    let other = Message {
        wa_message_id: Some("wamid.2".to_owned()),
        ..stage.message(Direction::Inbound, "15550002222")
    };
    stage
        .watched_by([EventType::MemberAdded])
        .create_inbound_message(&other, &beginning(&stage, &other))
        .await
        .unwrap();
    let image = stage.image(&keys::message(&other.conversation, other.id)).await;
    assert_eq!(stage.follow(nothing(), image).await, []);
    let third = Message {
        wa_message_id: Some("wamid.3".to_owned()),
        ..stage.message(Direction::Inbound, "15550003333")
    };
    stage.world.store().create_inbound_message(&third, &beginning(&stage, &third)).await.unwrap();
    let image = stage.image(&keys::message(&third.conversation, third.id)).await;
    assert!(image.get("notify").is_none());
    assert_eq!(stage.follow(nothing(), image).await, []);
}

#[tokio::test]
async fn each_status_of_a_message_is_told_once() {
    let stage = Stage::new().await;
    let message = stage.message(Direction::Outbound, "15550001111");
    let (key, at) = (keys::message(&message.conversation, message.id), stage.world.resources.now());
    stage
        .watched_by([EventType::WhatsappMessageStatus])
        .create_outbound_message(&message, &beginning(&stage, &message))
        .await
        .unwrap();
    let queued = stage.image(&key).await;
    assert_eq!(stage.follow(nothing(), queued.clone()).await, []);

    let message_key = MessageKey::from(&message);
    let report = Report { kind: ReportKind::Delivered, at };
    stage.world.store().report_progress(&message_key, &report, None).await.unwrap();
    let delivered = stage.image(&key).await;
    let jobs = stage.follow(queued, delivered.clone()).await;

    insta::assert_snapshot!(format!("{:#}", told(&jobs)[0]), @r#"
    {
      "data": {
        "campaign_id": null,
        "delivered_at": "2026-01-01T00:00:00Z",
        "failed_at": null,
        "failure": null,
        "message_id": "019b76da-a800-72ef-8d29-e615a6e739d4",
        "phone_number_id": "019b76da-a800-72ef-8d16-b32dc99eefe8",
        "read_at": null,
        "sent_at": null,
        "status": "delivered",
        "to": "+15550001111",
        "wa_message_id": "wamid.1",
        "workspace_id": "019b76da-a800-72ef-8cf0-f3058a55412f"
      },
      "id": "evt_01kdvdna00kc1dyjjbgp56bh5s",
      "timestamp": "2026-01-01T00:00:00Z",
      "type": "whatsapp.message.status"
    }
    "#);
    let late = Report { kind: ReportKind::Sent, at };
    stage.world.store().report_progress(&message_key, &late, None).await.unwrap();
    assert_eq!(stage.follow(delivered, stage.image(&key).await).await, []);
}

#[tokio::test]
async fn a_new_member_is_told() {
    let stage = Stage::new().await;
    let member = Member {
        id: stage.world.resources.ids.next_id(),
        workspace_id: stage.business.workspace.id,
        user_id: stage.world.resources.ids.next_id(),
        email: "new@example.com".parse().unwrap(),
        role: Role::Agent,
        status: MemberStatus::Active,
        joined_at: stage.world.resources.now(),
    };
    stage.watched_by([EventType::MemberAdded]).add_member(&member, None).await.unwrap();

    let image = stage.image(&keys::member(member.workspace_id, member.user_id)).await;
    let jobs = stage.follow(nothing(), image).await;

    insta::assert_snapshot!(format!("{:#}", told(&jobs)[0]), @r#"
    {
      "data": {
        "email": "new@example.com",
        "id": "member_01kdvdna005vsmmyc5d6wwwx9m",
        "joinedAt": "2026-01-01T00:00:00Z",
        "role": "agent",
        "status": "active",
        "userId": "user_01kdvdna005vsmtfe1s3a4scef",
        "workspaceId": "workspace_01kdvdna005vskrf61caan0jzm"
      },
      "id": "evt_01kdvdna00k3gkzps2g8ekpqj4",
      "timestamp": "2026-01-01T00:00:00Z",
      "type": "member.added"
    }
    "#);
}

#[tokio::test]
async fn a_webhook_that_was_disabled_is_told() {
    let stage = Stage::new().await;
    let now = stage.world.resources.now();
    let workspace = &stage.business.workspace;
    let endpoint = Endpoint {
        id: stage.world.resources.ids.next_id(),
        workspace_id: workspace.id,
        url: "https://example.com/hook".parse().unwrap(),
        description: None,
        events: Watched::default(),
        signature_format: SignatureFormat::Auto,
        status: EndpointStatus::Active,
        disabled: None,
        sealed_keyring: vec![1],
        masked_secret: String::new(),
        created_by: None,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    let next = Workspace { version: workspace.version + 1, ..workspace.clone() };
    stage.world.store().create_endpoint(&endpoint, &next).await.unwrap();
    let key = keys::endpoint(workspace.id, endpoint.id);
    let before = stage.image(&key).await;
    assert_eq!(stage.follow(nothing(), before.clone()).await, []);
    let disabled = Disabled { reason: DisabledReason::Gone, at: now.as_millisecond() };
    let endpoint =
        Endpoint { status: EndpointStatus::Disabled, disabled: Some(disabled), version: 2, ..endpoint };
    stage.world.store().update_endpoint(&endpoint, None).await.unwrap();

    let after = stage.image(&key).await;
    let jobs = stage.follow(before, after.clone()).await;

    insta::assert_snapshot!(format!("{:#}", told(&jobs)[0]), @r#"
    {
      "data": {
        "reason": "gone",
        "url": "https://example.com/hook",
        "webhook_id": "019b76da-a800-72ef-8d29-e615a6e739d4",
        "workspace_id": "019b76da-a800-72ef-8cf0-f3058a55412f"
      },
      "id": "evt_01kdvdna00w6638qvx0w5qq4hd",
      "timestamp": "2026-01-01T00:00:00Z",
      "type": "webhook.disabled"
    }
    "#);
    assert_eq!(stage.follow(after.clone(), after).await, []);
}
