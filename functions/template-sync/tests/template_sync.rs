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
