//! The round through all accounts, with the simulator in Graph's place.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

use std::time::Duration;

use graph_sim::{Config, Review};
use serde_json::json;
use switchboard_graph::{Graph, GraphConfig};
use switchboard_model::phone_number::PhoneNumber;
use switchboard_service::templates::TemplateSync;
use switchboard_testkit::{Business, World};
use switchboard_vault::Purpose;
use template_sync::{Tick, Worker};
use tokio::net::TcpListener;

/// A business, and the worker.
struct Stage {
    world: World,
    business: Business,
    worker: Worker,
    graph_url: String,
}

impl Stage {
    async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let graph_url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(graph_sim::serve(
            listener,
            Config { template_review: Review::Never, ..Config::default() },
        ));
        let world = Box::pin(World::new()).await;
        let business = Box::pin(Business::new(&world)).await;
        let graph = Graph::new(GraphConfig::new(&graph_url, "v25.0")).unwrap();
        let sync = TemplateSync::new(world.resources.clone(), business.sealer.clone(), graph);
        // One step at each tick.
        let worker = Worker::new(sync, Duration::ZERO);
        Self { world, business, worker, graph_url }
    }

    /// A number of an account that has one template.
    async fn account(&self, account: u32, token: &str) -> PhoneNumber {
        let id = self.world.resources.ids.next_id();
        let owner = id.to_string();
        let purpose = Purpose { kind: "phone_number_token", owner: &owner };
        let number = PhoneNumber {
            id,
            meta_id: format!("{account}7").parse().unwrap(),
            business_id: Some(account.to_string().parse().unwrap()),
            sealed_token: self.business.sealer.seal(purpose, token).await.unwrap(),
            ..self.business.number.clone()
        };
        self.world.store().create_phone_number(&number).await.unwrap();
        self.template(account, "first").await;
        number
    }

    async fn template(&self, account: u32, name: &str) {
        let body = json!({"waba_id": account.to_string(), "name": name, "language": "en", "category": "UTILITY",
            "components": [{"type": "BODY", "text": format!("Hello {name}")}]});
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let answer =
            client.post(format!("{}/_sim/templates", self.graph_url)).json(&body).send().await.unwrap();
        assert!(answer.status().is_success());
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
