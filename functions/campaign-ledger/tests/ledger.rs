//! From the stream of messages to the ledgers of campaigns.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

use aws_lambda_events::event::dynamodb::Event;
use campaign_ledger::Worker;
use serde_dynamo::Item;
use serde_json::{Value, json};
use switchboard_model::conversation::{ConversationKey, Customer};
use switchboard_model::message::{
    Attempt, CampaignRef, Content, Direction, Failure, Message, Progress, Report, ReportKind, Status,
};
use switchboard_model::recipient::{
    FrozenParameters, NewRecipient, Recipient, RecipientCounts, RecipientStatus, shard_of,
};
use switchboard_model::{Id, Timestamp};
use switchboard_service::campaign_sends::CampaignLedger;
use switchboard_store::{MessageKey, keys};
use switchboard_testkit::{World, cost, metered};

struct Stage {
    world: World,
    worker: Worker,
    campaign_id: Id,
}

impl Stage {
    async fn new() -> Self {
        let world = World::new().await;
        let worker = Worker::new(CampaignLedger::new(world.resources.clone()));
        let campaign_id = world.resources.ids.next_id();
        Self { world, worker, campaign_id }
    }

    /// Plans a recipient and claims them by a message that is being sent.
    async fn claim(&self, number: usize) -> Message {
        let customer = Customer::from_whatsapp(&(4_915_100_000_000 + number).to_string()).unwrap();
        let recipient = NewRecipient {
            customer: customer.clone(),
            contact_id: None,
            name: None,
            parameters: FrozenParameters::default(),
            skip: None,
        };
        let (store, now) = (self.world.store(), self.world.resources.now());
        store.plan_recipients(self.campaign_id, 1, &[recipient]).await.unwrap();
        let campaign = CampaignRef {
            campaign_id: self.campaign_id,
            shard: shard_of(&customer),
            recipient: customer.clone(),
        };
        let message = Message {
            id: self.world.resources.ids.next_id(),
            workspace_id: Id::from_bits(1).unwrap(),
            conversation: ConversationKey { phone_number_id: Id::from_bits(2).unwrap(), customer },
            wa_message_id: None,
            direction: Direction::Outbound,
            business_number: "+1234567890".to_owned(),
            content: Content::Text { text: "Hello".to_owned() },
            sent_by: None,
            created_at: now,
            progress: Progress { status: Status::Sending, ..Progress::default() },
            attempt: Some(Attempt { number: 1, at: now.as_millisecond() }),
            refusals: None,
            slot: None,
            campaign: Some(campaign),
        };
        store.claim_recipient(&message, 1, now).await.unwrap();
        message
    }

    /// Tells a message of its progress; the item as the stream shows it afterwards.
    async fn tell(&self, message: &Message, report: &Report) -> Value {
        let (store, key) = (self.world.store(), MessageKey::from(message));
        match report.kind {
            // What the sender records, with Meta's id.
            ReportKind::Sent => {
                store.accept_message(message, &format!("wamid.{}", message.id), report).await.unwrap();
            }
            _ => store.report_progress(&key, report, None).await.unwrap(),
        }
        let key = keys::message(&key.conversation, key.id);
        let request = self.world.aws.dynamodb().get_item();
        let request = request.table_name(self.world.aws.table_names().of(key.table));
        let request =
            [("pk", &key.pk), ("sk", &key.sk)].into_iter().fold(request, |request, (name, value)| {
                request.key(name, switchboard_store::dynamodb::types::AttributeValue::S(value.clone()))
            });
        let item = request.consistent_read(true).send().await.unwrap().item.unwrap();
        serde_json::to_value(Item::from(item)).unwrap()
    }

    async fn deliver(&self, images: &[Value]) {
        let records: Vec<_> = images
            .iter()
            .map(|image| {
                json!({
                    "awsRegion": "us-east-1",
                    "eventID": "1",
                    "eventName": "MODIFY",
                    "dynamodb": {"SequenceNumber": "1", "SizeBytes": 1, "NewImage": image},
                })
            })
            .collect();
        let event: Event = serde_json::from_value(json!({"Records": records})).unwrap();
        self.worker.handle(event).await.unwrap();
    }

    async fn row(&self, message: &Message) -> Recipient {
        let customer = &message.conversation.customer;
        self.world.store().recipient(self.campaign_id, customer).await.unwrap().unwrap()
    }

    async fn counts(&self, planned: i64) -> RecipientCounts {
        let mut counts = RecipientCounts::default();
        counts.add(RecipientStatus::Planned, None, planned);
        counts += &self.world.store().recipient_moves(self.campaign_id).await.unwrap();
        assert_eq!(counts, self.world.store().count_ledger(self.campaign_id).await.unwrap());
        counts
    }
}

fn report(kind: ReportKind, second: i64) -> Report {
    Report { kind, at: Timestamp::from_second(1_767_225_600 + second).unwrap() }
}

fn reports() -> [Report; 4] {
    let failure = Failure { code: 131_026, title: "Undeliverable".to_owned(), details: None };
    [
        report(ReportKind::Sent, 1),
        report(ReportKind::Delivered, 2),
        report(ReportKind::Read, 3),
        report(ReportKind::Failed(failure), 4),
    ]
}

/// All orders of four things.
fn orders() -> Vec<[usize; 4]> {
    let mut orders = Vec::new();
    for a in 0..4 {
        for b in 0..4 {
            for c in 0..4 {
                let order = [a, b, c, 6_usize.wrapping_sub(a + b + c)];
                let mut seen = order;
                seen.sort_unstable();
                if seen == [0, 1, 2, 3] {
                    orders.push(order);
                }
            }
        }
    }
    orders
}

#[tokio::test]
async fn news_in_any_order_and_twice_end_in_the_same_row_and_counters() {
    let stage = Stage::new().await;
    let (orders, reports) = (orders(), reports());
    let mut rows = Vec::new();
    let mut late = Vec::new();
    for (number, order) in orders.iter().enumerate() {
        let message = stage.claim(number).await;
        let mut images = Vec::new();
        for at in order {
            for _ in 0..2 {
                images.push(stage.tell(&message, &reports[*at]).await);
            }
        }
        // Some one by one, some all at once, and all of them again in the other order.
        if number % 2 == 0 {
            for image in &images {
                stage.deliver(std::slice::from_ref(image)).await;
            }
        } else {
            stage.deliver(&images).await;
        }
        images.reverse();
        late.extend(images);
        rows.push(stage.row(&message).await);
    }
    for images in late.chunks(100) {
        stage.deliver(images).await;
    }

    assert_eq!(orders.len(), 24);
    for row in &rows {
        assert_eq!(row.status, RecipientStatus::Read);
        let times = [row.sent_at, row.delivered_at, row.read_at, row.failed_at];
        assert_eq!(times, [1, 2, 3, 4].map(|second| Some(report(ReportKind::Sent, second).at)));
        let now = stage.world.store().recipient(stage.campaign_id, &row.customer).await.unwrap().unwrap();
        assert_eq!(&now, row, "repetition changes nothing");
    }
    assert_eq!(stage.counts(24).await.of(RecipientStatus::Read), 24);
}

#[tokio::test]
async fn a_batch_of_many_messages_moves_all_their_rows() {
    let stage = Stage::new().await;
    let mut images = Vec::new();
    for number in 0..100 {
        let message = stage.claim(number).await;
        images.push(stage.tell(&message, &reports()[0]).await);
    }
    stage.deliver(&images).await;
    assert_eq!(stage.counts(100).await.of(RecipientStatus::Sent), 100);
}

#[tokio::test]
async fn what_is_no_message_of_a_campaign_is_passed_over() {
    let stage = Stage::new().await;
    let message = stage.claim(1).await;
    let mut alone = stage.tell(&message, &reports()[0]).await;
    alone.as_object_mut().unwrap().remove("campaign");
    let other = json!({"et": {"S": "message_pointer"}, "v": {"N": "1"}});
    let broken = json!({"et": {"S": "message"}, "v": {"N": "99"}});
    stage.deliver(&[alone, other, broken]).await;
    assert_eq!(stage.row(&message).await.status, RecipientStatus::Planned);
}

#[tokio::test]
async fn a_batch_costs_what_the_costs_say() {
    let stage = Stage::new().await;
    let ledger = CampaignLedger::new(stage.world.resources.clone());
    let mut messages = Vec::new();
    for number in 0..50 {
        let message = stage.claim(number).await;
        stage.tell(&message, &reports()[0]).await;
        messages.push(stage.world.store().message(&MessageKey::from(&message)).await.unwrap().unwrap());
    }

    let mut costs = Vec::new();
    for _ in 0..2 {
        let (followed, reading) = metered(ledger.follow(&messages)).await;
        followed.unwrap();
        costs.push(cost(reading));
    }

    // 50 rows and one counter, each written in a transaction; told again, the rows are read and nothing is written.
    insta::assert_snapshot!(costs.join("\n"), @"
    2 calls, 2 round trips, 0 read units, 102 write units
    1 calls, 1 round trips, 0 read units, 0 write units
    ");
}
