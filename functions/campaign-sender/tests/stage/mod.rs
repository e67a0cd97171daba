//! A campaign with its template, its number, its sender and a simulator of Graph.

use std::sync::Arc;
use std::time::Duration;

use aws_lambda_events::event::sqs::SqsEvent;
use campaign_sender::Worker;
use serde_json::{Value, json};
use switchboard_model::campaign::{Audience, Campaign, CampaignStatus, HaltReason, Plan, Variables};
use switchboard_model::clock::FixedClock;
use switchboard_model::contact::{ConsentSource, Contact};
use switchboard_model::conversation::Customer;
use switchboard_model::message::{Message, Slot};
use switchboard_model::phone_number::QualityRating;
use switchboard_model::recipient::{
    FrozenParameters, NewRecipient, Recipient, RecipientCounts, RecipientStatus,
};
use switchboard_model::template::{Category, Components, News, Template, TemplateStatus};
use switchboard_model::{Id, Randomness};
use switchboard_runtime::queue::Queue;
use switchboard_service::campaign_sends::{CampaignLedger, CampaignSend, CampaignSender};
use switchboard_service::sending::SendingSettings;
use switchboard_service::{Contacts, Resources, Sending};
use switchboard_store::{ContactWrite, MessageKey};
use switchboard_testkit::{Business, GraphSimulator, World};

const WABA: &str = "987654321";

/// Randomness that takes a second: whoever draws an id finds that time has passed.
#[derive(Debug)]
struct SlowRandomness(Arc<FixedClock>);

impl Randomness for SlowRandomness {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.advance(Duration::from_secs(1));
        bytes.fill(7);
    }
}

pub struct Stage {
    pub world: World,
    pub business: Business,
    pub campaign_id: Id,
    /// What the worker sends by, with a memory of its own.
    pub sender: CampaignSender,
    worker: Worker,
    simulator: GraphSimulator,
}

impl Stage {
    pub async fn new() -> Self {
        Self::with_token("EAAtest").await
    }

    pub async fn with_token(token: &str) -> Self {
        let world = World::new().await;
        let resources = world.resources.clone();
        Self::with_resources(world, resources, token).await
    }

    /// With a sender that takes a second to make a message.
    pub async fn slow() -> Self {
        let world = World::new().await;
        let randomness = Arc::new(SlowRandomness(Arc::clone(&world.clock)));
        let resources = Resources::new(world.store().clone(), Arc::clone(&world.clock) as _, randomness);
        Self::with_resources(world, resources, "EAAtest").await
    }

    async fn with_resources(world: World, resources: Resources, token: &str) -> Self {
        let mut business = Business::new(&world).await;
        business.change_number_token(&world, token).await;
        let simulator = GraphSimulator::start().await;
        let queue = world.aws.create_queue("campaign-sends").await;
        let sealer = business.sealer.clone();
        let settings = SendingSettings { reconcile_delay: Duration::from_mins(5), per_second: 80.0 };
        let bucket = world.aws.create_bucket().await.bucket;
        let sender = || {
            let (graph, sealer, bucket) = (simulator.graph(), sealer.clone(), bucket.clone());
            let sending = Sending::for_campaigns(resources.clone(), graph, sealer, bucket, settings);
            CampaignSender::new(resources.clone(), sending)
        };
        let (sender, worker) = (sender(), sender());
        let worker = Worker::new(worker, Queue::new(queue.client, queue.url));
        let campaign_id = world.resources.ids.next_id();
        let stage = Self { world, business, campaign_id, sender, worker, simulator };
        stage.create_campaign().await;
        stage
    }

    /// An approved template with one variable, here and at the simulator, and a campaign that sends it.
    async fn create_campaign(&self) {
        let components = json!([{
            "type": "BODY",
            "text": "Hello {{1}}, welcome back.",
            "example": {"body_text": [["Ada"]]},
        }]);
        let number = json!({"phone_number_id": self.business.number.meta_id, "waba_id": WABA});
        self.simulator.post("numbers", &number).await;
        let template = json!({
            "waba_id": WABA, "name": "hello", "language": "en_US", "category": "MARKETING",
            "components": components,
        });
        self.simulator.post("templates", &template).await;
        let (now, template_id) = (self.world.resources.now(), self.world.resources.ids.next_id());
        let template = Template {
            id: template_id,
            workspace_id: self.business.workspace.id,
            phone_number_id: self.business.number.id,
            business_id: WABA.parse().unwrap(),
            name: "hello".to_owned(),
            language: "en_US".to_owned(),
            category: Category::Marketing,
            status: TemplateStatus::Approved,
            components: Components::from_graph(&components),
            meta_template_id: None,
            rejection_reason: None,
            quality: QualityRating::Green,
            operation: None,
            edits: Vec::new(),
            news: News::default(),
            created_at: now,
            updated_at: now,
            deleted_at: None,
            version: 1,
        };
        self.world.store().create_template(&template).await.unwrap();
        let campaign = Campaign {
            id: self.campaign_id,
            workspace_id: self.business.workspace.id,
            phone_number_id: self.business.number.id,
            template_id: Some(template_id),
            name: "Campaign".to_owned(),
            status: CampaignStatus::Sending,
            pause: None,
            failure: None,
            audience: Audience::default(),
            variables: Variables::new(),
            schedule: None,
            timer: 0,
            run: 1,
            turn: 0,
            plan: Plan { done: true, ..Plan::default() },
            retry: None,
            created_by: None,
            created_at: now,
            updated_at: now,
            started_at: Some(now),
            ended_at: None,
            deleted_at: None,
            version: 1,
        };
        self.world.store().create_campaign(&campaign).await.unwrap();
    }

    /// Another campaign in the place of this one, with the same template.
    pub async fn another_campaign(&mut self) {
        let id = self.world.resources.ids.next_id();
        let another = Campaign { id, version: 1, ..self.campaign().await };
        self.world.store().create_campaign(&another).await.unwrap();
        self.campaign_id = id;
    }

    /// Plans a recipient, who is an opted-in contact; what the queue carries of them.
    pub async fn plan(&self, to: &str) -> CampaignSend {
        let customer = Customer::from_whatsapp(to).unwrap();
        self.create_contact(&customer).await;
        let components = json!([{"type": "body", "parameters": [{"type": "text", "text": "Grace"}]}]);
        let recipient = NewRecipient {
            customer: customer.clone(),
            contact_id: None,
            name: None,
            parameters: FrozenParameters { components, media: Vec::new() },
            skip: None,
        };
        self.world.store().plan_recipients(self.campaign_id, 1, &[recipient]).await.unwrap();
        let at = self.world.resources.now().as_microsecond();
        CampaignSend { campaign_id: self.campaign_id, run: 1, customer, slot: Slot { at, epoch: 0 } }
    }

    async fn create_contact(&self, customer: &Customer) {
        let (store, workspace_id) = (self.world.store(), self.business.workspace.id);
        if store.contact_of_customer(workspace_id, customer).await.unwrap().is_some() {
            return;
        }
        let (id, now) = (self.world.resources.ids.next_id(), self.world.resources.now());
        let contact = Contact::new(id, workspace_id, customer.clone(), now);
        let contact = Contact { opted_in: true, ..contact };
        store.write_contacts(&[ContactWrite::new(None, contact)]).await.unwrap();
    }

    pub async fn contact(&self, send: &CampaignSend) -> Contact {
        let workspace_id = self.business.workspace.id;
        self.world.store().contact_of_customer(workspace_id, &send.customer).await.unwrap().unwrap()
    }

    /// Lets a recipient write STOP.
    pub async fn opt_out(&self, send: &CampaignSend) {
        let (workspace_id, now) = (self.business.workspace.id, self.world.resources.now());
        let source = ConsentSource::Keyword;
        Contacts::set_consent(&self.world.resources, workspace_id, &send.customer, false, source, now)
            .await
            .unwrap();
    }

    /// Deletes the contact that a recipient is.
    pub async fn delete_contact(&self, send: &CampaignSend) {
        let contact = self.contact(send).await;
        let (deleted_at, version) = (Some(self.world.resources.now()), contact.version + 1);
        let deleted = Contact { deleted_at, version, ..contact.clone() };
        self.world.store().write_contacts(&[ContactWrite::new(Some(contact), deleted)]).await.unwrap();
    }

    /// Pauses the campaign, lets `meanwhile` happen and resumes it; what the queue then carries of a recipient.
    pub async fn resume_after(
        &self,
        send: &CampaignSend,
        meanwhile: impl Future<Output = ()>,
    ) -> CampaignSend {
        let now = self.world.resources.now();
        self.change(|campaign| {
            campaign.pause(now, HaltReason::Requested).unwrap();
        })
        .await;
        meanwhile.await;
        self.change(|campaign| {
            campaign.start(now).unwrap();
        })
        .await;
        let (run, at) = (self.campaign().await.run, self.world.resources.now().as_microsecond());
        CampaignSend { run, slot: Slot { at, epoch: 0 }, ..send.clone() }
    }

    /// The rows of the ledger, which the counters agree with after `planned` were planned.
    pub async fn counts(&self, planned: i64) -> RecipientCounts {
        let mut counts = RecipientCounts::default();
        counts.add(RecipientStatus::Planned, None, planned);
        counts += &self.world.store().recipient_moves(self.campaign_id).await.unwrap();
        assert_eq!(counts, self.world.store().count_ledger(self.campaign_id).await.unwrap());
        counts
    }

    /// Hands the worker a batch; how many of it must be delivered again.
    pub async fn deliver(&self, sends: &[&CampaignSend]) -> usize {
        let records: Vec<_> = sends
            .iter()
            .enumerate()
            .map(|(at, send)| {
                let body = serde_json::to_string(send).unwrap();
                json!({"messageId": at.to_string(), "receiptHandle": "none", "body": body, "attributes": {}})
            })
            .collect();
        let event: SqsEvent = serde_json::from_value(json!({"Records": records})).unwrap();
        self.worker.handle(event).await.batch_item_failures.len()
    }

    /// Changes the campaign, long enough ago for the sender to know it.
    pub async fn change(&self, change: impl FnOnce(&mut Campaign)) {
        self.change_at_once(change).await;
        self.world.wait(2);
    }

    pub async fn change_at_once(&self, change: impl FnOnce(&mut Campaign)) {
        let mut campaign = self.campaign().await;
        let was = campaign.status;
        change(&mut campaign);
        campaign.version += 1;
        self.world.store().update_campaign(&campaign, was).await.unwrap();
    }

    pub async fn campaign(&self) -> Campaign {
        self.world.store().campaign(self.campaign_id).await.unwrap().unwrap()
    }

    pub async fn row(&self, send: &CampaignSend) -> Recipient {
        self.world.store().recipient(self.campaign_id, &send.customer).await.unwrap().unwrap()
    }

    /// Where the message is that was made for a recipient.
    pub async fn message_key(&self, send: &CampaignSend) -> MessageKey {
        let id = self.row(send).await.claim.unwrap().message_id;
        self.world.store().message_pointer(id).await.unwrap().unwrap().key
    }

    /// The message that was made for a recipient.
    pub async fn message(&self, send: &CampaignSend) -> Message {
        let key = self.message_key(send).await;
        self.world.store().message(&key).await.unwrap().unwrap()
    }

    /// Lets the ledger follow a recipient's message, as its stream would.
    pub async fn follow(&self, send: &CampaignSend) {
        let message = self.message(send).await;
        CampaignLedger::new(self.world.resources.clone()).follow(&[message]).await.unwrap();
    }

    /// What the simulator accepted for a recipient.
    pub async fn accepted(&self, send: &CampaignSend) -> Vec<Value> {
        self.simulator.accepted(send.customer.as_str()).await
    }
}
