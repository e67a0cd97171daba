//! What the tests begin with.

use axum::Router;
use conversations::router;
use serde_json::Value;
use switchboard_model::Id;
use switchboard_model::id::spelling::uuid;
use switchboard_model::message::Message;
use switchboard_runtime::Api;
use switchboard_service::Conversations;
use switchboard_testkit::{Answer, Business, Call, World};

/// A customer.
pub const ADA: &str = "15550000001";
/// Another customer.
pub const BOB: &str = "15550000002";

/// A business, its conversations, and time that passes with each message.
pub struct Stage {
    pub world: World,
    pub business: Business,
    pub router: Router,
}

impl Stage {
    pub async fn new() -> Self {
        let world = World::new().await;
        let business = Business::new(&world).await;
        let gate = world.gate(&business.token_key);
        let router = router(Api::new(Conversations::new(world.resources.clone(), gate.clone()), gate));
        Self { world, business, router }
    }

    pub async fn hears(&self, customer: &str, text: &str) -> Message {
        self.world.wait(1);
        self.business.hears(&self.world, customer, text).await
    }

    pub async fn says(&self, customer: &str, text: &str) -> Message {
        self.world.wait(1);
        self.business.says(&self.world, customer, text).await
    }

    /// The id of the conversation that a message is in.
    pub async fn conversation_of(&self, message: &Message) -> String {
        uuid::spell(self.world.store().conversation(&message.conversation).await.unwrap().unwrap().id)
    }

    pub async fn call_as(&self, token: &str, call: Call) -> Answer {
        call.bearer(token).to(&self.router).await
    }

    pub async fn call(&self, call: Call) -> Answer {
        self.call_as(&self.business.owner.token, call).await
    }

    pub fn list(&self, query: &str) -> Call {
        let workspace = uuid::spell(self.business.workspace.id);
        Call::get(format!("/api/conversations?workspace_id={workspace}{query}"))
    }

    /// The customers of a page, and the total.
    pub async fn customers(&self, query: &str) -> (Vec<String>, u64) {
        let answer = self.call(self.list(query)).await;
        let body = answer.json();
        let customers = body["data"].as_array().unwrap().iter().map(|item| text(&item["customer"]));
        (customers.collect(), body["total"].as_u64().unwrap())
    }

    pub fn get(id: &str) -> Call {
        Call::get(format!("/api/conversations/{id}"))
    }

    pub fn messages(id: &str, query: &str) -> Call {
        Call::get(format!("/api/conversations/{id}/messages{query}"))
    }

    pub fn update(id: &str, body: &Value) -> Call {
        Call::patch(format!("/api/conversations/{id}")).json(body)
    }

    pub fn read(id: &str) -> Call {
        Call::post(format!("/api/conversations/{id}/read"))
    }

    pub async fn message(&self, message: &Message) -> Message {
        self.world.store().message(&message.into()).await.unwrap().unwrap()
    }
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// An id that nobody has.
pub fn nobody() -> String {
    uuid::spell(Id::from_bits(1).unwrap())
}

pub fn all(answers: &[Answer]) -> String {
    answers.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
