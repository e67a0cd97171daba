//! The round through all accounts, with the simulator in Graph's place.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

use std::time::Duration;

use graph_sim::{Config, Review};
use serde_json::json;
use switchboard_model::phone_number::PhoneNumber;
use switchboard_service::templates::TemplateSync;
use switchboard_testkit::{Business, GraphSimulator, World};
use template_sync::{Tick, Worker};

/// A business, and the worker.
struct Stage {
    world: World,
    business: Business,
    worker: Worker,
    simulator: GraphSimulator,
}

impl Stage {
    async fn new() -> Self {
        let config = Config { template_review: Review::Never, ..Config::default() };
        let simulator = GraphSimulator::start_as(config).await;
        let world = Box::pin(World::new()).await;
        let business = Box::pin(Business::new(&world)).await;
        let sealer = business.sealer.clone();
        let sync = TemplateSync::new(world.resources.clone(), sealer, simulator.graph());
        // One step at each tick.
        let worker = Worker::new(sync, Duration::ZERO);
        Self { world, business, worker, simulator }
    }

    /// A number of an account that has one template.
    async fn account(&self, account: u32, token: &str) -> PhoneNumber {
        let (business_id, meta_id) = (account.to_string(), format!("{account}7"));
        let number = self.business.add_number(&self.world, &business_id, &meta_id, token).await;
        self.template(account, "first").await;
        number
    }

    async fn template(&self, account: u32, name: &str) {
        let body = json!({"waba_id": account.to_string(), "name": name, "language": "en", "category": "UTILITY",
            "components": [{"type": "BODY", "text": format!("Hello {name}")}]});
        self.simulator.post("templates", &body).await;
    }

    async fn tick(&self) {
        self.worker.handle(Tick {}).await.unwrap();
    }

    async fn known(&self) -> usize {
        let workspace_id = self.business.workspace.id;
        self.world.store().templates_of_workspace(workspace_id).await.unwrap().len()
    }
}

#[tokio::test]
async fn a_round_goes_on_where_the_last_step_ended() {
    let stage = Stage::new().await;
    for account in 1_000..1_030 {
        stage.account(account, "EAAtest").await;
    }

    stage.tick().await;
    let after_one = stage.known().await;
    stage.tick().await;
    let after_two = stage.known().await;

    assert_eq!((after_one, after_two), (25, 30));
}

#[tokio::test]
async fn an_account_is_synced_once_an_hour() {
    let stage = Stage::new().await;
    stage.account(1_000, "EAAtest").await;
    stage.tick().await;
    stage.template(1_000, "second").await;
    stage.tick().await;
    assert_eq!(stage.known().await, 1, "it is not due yet");

    stage.world.clock.advance(Duration::from_hours(1));
    stage.tick().await;

    assert_eq!(stage.known().await, 2);
}

#[tokio::test]
async fn an_account_that_fails_does_not_hold_up_others() {
    let stage = Stage::new().await;
    stage.account(1_000, "EAAexpired").await;
    stage.account(1_001, "EAAdown").await;
    stage.account(1_002, "EAAtest").await;
    stage.tick().await;
    assert_eq!(stage.known().await, 1);
}

#[tokio::test]
async fn an_account_without_numbers_is_forgotten() {
    let stage = Stage::new().await;
    let mut number = stage.account(1_000, "EAAtest").await;
    number.delete(stage.world.resources.now());
    number.version += 1;
    stage.world.store().delete_phone_number(&number).await.unwrap();

    stage.tick().await;

    assert!(stage.world.store().template_synced_accounts(None, 10).await.unwrap().is_empty());
    assert_eq!(stage.known().await, 0);
}

#[tokio::test]
async fn a_number_is_synced_every_six_hours_and_our_app_hears_of_its_account() {
    let stage = Stage::new().await;
    let number = stage.account(1_000, "EAAtest").await;
    let fields = json!({"phone_number_id": number.meta_id, "messaging_limit_tier": "TIER_10K"});
    stage.simulator.post("numbers", &fields).await;
    let limit = async || stage.world.store().phone_number(number.id).await.unwrap().unwrap().message_limit;
    let heard = async || {
        let url = format!("{}/1000/subscribed_apps", stage.simulator.url);
        let answer = stage.simulator.client.get(url).bearer_auth("EAAtest").send().await.unwrap();
        answer.text().await.unwrap().contains("whatsapp_business_api_data")
    };

    stage.tick().await;
    let at_first = (limit().await, heard().await);
    stage.world.clock.advance(Duration::from_hours(6));
    stage.tick().await;

    assert_eq!(at_first, (Some(1_000), false));
    assert_eq!((limit().await, heard().await), (Some(10_000), true));
}

#[tokio::test]
async fn a_number_that_can_not_be_synced_holds_up_no_other() {
    let stage = Stage::new().await;
    let bad = stage.account(1_000, "EAAnosubscription").await;
    let good = stage.business.add_number(&stage.world, "1000", "10008", "EAAtest").await;
    stage.world.clock.advance(Duration::from_hours(6));

    stage.tick().await;

    let synced_at = async |id| stage.world.store().phone_number(id).await.unwrap().unwrap().synced_at;
    assert_eq!(synced_at(bad.id).await, bad.synced_at);
    assert_eq!(synced_at(good.id).await, stage.world.resources.now());
}
