//! What the tests share.

use administration::{Services, router};
use axum::Router;
use serde_json::{Value, json};
use switchboard_runtime::Api;
use switchboard_service::{ApiTokens, AuditLogs};
use switchboard_testkit::{Answer, Business, Call, World};

pub(crate) struct Office {
    pub(crate) world: World,
    pub(crate) business: Business,
    pub(crate) router: Router,
}

impl Office {
    pub(crate) async fn new() -> Self {
        let world = World::new().await;
        let business = Business::new(&world).await;
        let gate = world.gate(&business.token_key);
        let services = Services {
            api_tokens: ApiTokens::new(world.resources.clone(), gate.clone()),
            audit_logs: AuditLogs::new(world.resources.clone(), gate.clone()),
        };
        Self { router: router(Api::new(services, gate)), business, world }
    }

    pub(crate) fn at(&self, rest: &str) -> String {
        let id = switchboard_model::id::spelling::uuid::spell(self.business.workspace.id);
        format!("/api/workspaces/{id}{rest}")
    }

    pub(crate) async fn as_owner(&self, call: Call) -> Answer {
        call.bearer(&self.business.owner.token).to(&self.router).await
    }

    pub(crate) async fn create(&self, body: Value) -> Answer {
        self.as_owner(Call::post(self.at("/api-tokens")).json(&body)).await
    }

    pub(crate) async fn deployments(&self) -> Answer {
        self.create(json!({"name": "Deployments", "permissions": ["send:messages"]})).await
    }

    pub(crate) async fn tokens(&self) -> Answer {
        self.as_owner(Call::get(self.at("/api-tokens"))).await
    }

    pub(crate) async fn log(&self, query: &str) -> Answer {
        self.as_owner(Call::get(self.at(&format!("/audit-logs{query}")))).await
    }
}

/// Statuses and bodies, one after the other.
pub(crate) fn all(answers: &[Answer]) -> String {
    answers.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
