//! What these tests begin with.

use axum::Router;
use serde_json::{Value, json};
use switchboard_courier::{Courier, CourierConfig};
use switchboard_model::id::spelling::uuid;
use switchboard_runtime::Api;
use switchboard_service::{IncomingWebhooks, Webhooks};
use switchboard_testkit::{Answer, Business, Call, World};
use webhooks::{Services, router};

pub struct Stage {
    pub world: World,
    pub business: Business,
    pub router: Router,
}

impl Stage {
    pub async fn new() -> Self {
        let world = Box::pin(World::new()).await;
        let business = Box::pin(Business::new(&world)).await;
        let gate = world.gate(&business.token_key);
        let courier = Courier::new(CourierConfig::new(Vec::new()));
        let sealer = business.sealer.clone();
        let incoming = IncomingWebhooks::new(world.resources.clone(), gate.clone(), sealer.clone());
        let webhooks = Webhooks::new(world.resources.clone(), gate.clone(), sealer, courier);
        let router = router(Api::new(Services { webhooks, incoming }, gate));
        Self { world, business, router }
    }

    /// The path of the workspace's webhooks.
    pub fn path(&self, rest: &str) -> String {
        format!("/api/workspaces/{}/webhooks{rest}", uuid::spell(self.business.workspace.id))
    }

    /// Makes a call as the owner.
    pub async fn call(&self, call: Call) -> Answer {
        Box::pin(call.bearer(&self.business.owner.token).to(&self.router)).await
    }

    pub async fn create(&self, body: &Value) -> Answer {
        self.call(Call::post(self.path("")).json(body)).await
    }

    /// Makes a webhook; the path of it.
    pub async fn webhook(&self) -> String {
        let body = json!({"url": "https://example.com/hook", "events": ["member.added"]});
        let answer = self.create(&body).await;
        assert_eq!(answer.status, 201, "{answer}");
        self.path(&format!("/{}", answer.str("/id")))
    }
}
