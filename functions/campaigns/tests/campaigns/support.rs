//! What these tests begin with.

use axum::Router;
use campaigns::router;
use serde_json::{Value, json};
use switchboard_model::campaign::Campaign;
use switchboard_model::conversation::{ConversationKey, Customer};
use switchboard_model::id::spelling::uuid;
use switchboard_model::message::{
    Attempt, CampaignRef, Content, Direction, Failure, Message, Progress, Status,
};
use switchboard_model::recipient::shard_of;
use switchboard_model::template::Template;
use switchboard_runtime::Api;
use switchboard_service::Campaigns;
use switchboard_service::campaign_sends::CampaignLedger;
use switchboard_testkit::{Answer, Business, Call, World, create_template, with_account};

/// A business with a number, an approved template and the function that serves its campaigns.
pub struct Stage {
    pub world: World,
    pub business: Business,
    pub template: Template,
    pub router: Router,
}

impl Stage {
    pub async fn new() -> Self {
        let world = Box::pin(World::new()).await;
        let mut business = Box::pin(Business::new(&world)).await;
        with_account(&world, &mut business).await;
        let template = create_template(&world, &business, "sale", "Hello {{1}}, {{2}} off in {{3}}.").await;
        let gate = world.gate(&business.token_key);
        let router = router(Api::new(Campaigns::new(world.resources.clone(), gate.clone()), gate));
        Self { world, business, template, router }
    }

    /// The least that makes a campaign.
    pub fn draft(&self) -> Value {
        json!({
            "workspace_id": uuid::spell(self.business.workspace.id),
            "phone_number_id": uuid::spell(self.business.number.id),
            "name": "Summer Sale 2024",
        })
    }

    /// All that can be said of a campaign that is to be sent.
    pub fn complete(&self) -> Value {
        let mut body = self.draft();
        body["template_id"] = json!(uuid::spell(self.template.id));
        body["audience"] = json!({"tags": ["vip"], "exclude_tags": ["complained"]});
        body["variables"] = json!({
            "1": {"field": "name", "fallback": "friend"},
            "body.2": "20%",
            "3": {"attribute": "city", "fallback": "town"},
        });
        body
    }

    /// Makes a call as the owner.
    pub async fn send(&self, call: Call) -> Answer {
        call.bearer(&self.business.owner.token).to(&self.router).await
    }

    pub async fn create(&self, body: &Value) -> Answer {
        self.send(Call::post("/api/campaigns").json(body)).await
    }

    /// The id of a campaign that is made of `body`.
    pub async fn created(&self, body: &Value) -> String {
        let answer = self.create(body).await;
        assert_eq!(answer.status, 201, "{answer}");
        answer.str("/id")
    }

    pub async fn get(&self, id: &str) -> Answer {
        self.send(Call::get(format!("/api/campaigns/{id}"))).await
    }

    pub async fn patch(&self, id: &str, body: Value) -> Answer {
        self.send(Call::patch(format!("/api/campaigns/{id}")).json(&body)).await
    }

    /// `start`, `pause`, `cancel`, `retry` or `preview`.
    pub async fn act(&self, id: &str, action: &str) -> Answer {
        self.send(Call::post(format!("/api/campaigns/{id}/{action}"))).await
    }

    pub async fn list(&self, query: &str) -> Answer {
        let workspace_id = uuid::spell(self.business.workspace.id);
        self.send(Call::get(format!("/api/campaigns?workspace_id={workspace_id}{query}"))).await
    }

    /// Makes a recipient fail as it happens: their message is refused, and the stream of messages tells of it.
    pub async fn fail(&self, id: &str, customer: &Customer, failure: Failure) {
        let (world, now) = (&self.world, self.world.resources.now());
        let campaign_id = uuid::parse(id).unwrap();
        let recipient = customer.clone();
        let mut message = Message {
            id: world.resources.ids.next_id(),
            workspace_id: self.business.workspace.id,
            conversation: ConversationKey {
                phone_number_id: self.business.number.id,
                customer: recipient.clone(),
            },
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
            campaign: Some(CampaignRef { campaign_id, shard: shard_of(&recipient), recipient }),
        };
        world.store().claim_recipient(&message, 1, now).await.unwrap();
        message.progress = Progress {
            status: Status::Failed,
            failed_at: Some(now),
            failure: Some(failure),
            ..Progress::default()
        };
        CampaignLedger::new(world.resources.clone()).follow(&[message]).await.unwrap();
    }

    pub async fn stored(&self, id: &str) -> Campaign {
        self.world.store().campaign(uuid::parse(id).unwrap()).await.unwrap().unwrap()
    }

    /// Changes what is stored of a campaign, as a worker does.
    pub async fn store(&self, id: &str, change: impl FnOnce(&mut Campaign)) {
        let mut campaign = self.stored(id).await;
        let was = campaign.status;
        change(&mut campaign);
        campaign.version += 1;
        self.world.store().update_campaign(&campaign, was).await.unwrap();
    }
}

/// Status and detail of an answer.
pub fn told(answer: &Answer) -> String {
    let body = answer.json();
    let detail = body.get("detail").or_else(|| body.get("status")).cloned().unwrap_or_default();
    format!("{} {}", answer.status.as_u16(), detail.as_str().map_or(detail.to_string(), str::to_owned))
}
