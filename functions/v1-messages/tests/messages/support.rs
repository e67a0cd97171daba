//! What the tests share.

use axum::Router;
use serde_json::{Value, json};
use switchboard_model::api_token::Grant;
use switchboard_model::channel::{Channel, ChannelKind};
use switchboard_model::id::spelling::prefixed;
use switchboard_runtime::Api;
use switchboard_service::Team;
use switchboard_service::team::Answers;
use switchboard_testkit::{Answer, Business, Call, World};
use v1_messages::{Services, router};

pub(crate) struct Office {
    pub(crate) world: World,
    pub(crate) business: Business,
    pub(crate) router: Router,
    pub(crate) token: String,
    pub(crate) channel: Channel,
}

impl Office {
    pub(crate) async fn new() -> Self {
        let world = World::new().await;
        let business = Business::new(&world).await;
        let token = business.api_token(&world, &[Grant::SendMessages]).await;
        let gate = world.gate(&business.token_key);
        let answers = Answers::new(world.resources.clone(), gate.clone());
        let team = Team::new(world.resources.clone());
        let router = router(Api::new(Services { team, answers }, gate));
        let channel = Channel {
            id: world.resources.ids.next_id(),
            workspace_id: business.workspace.id,
            name: "general".to_owned(),
            description: None,
            kind: ChannelKind::Public,
            department_id: None,
            created_at: world.resources.now(),
        };
        world.store().create_channel(&channel).await.unwrap();
        Self { world, business, router, token, channel }
    }

    pub(crate) fn channel_id(&self) -> String {
        prefixed::spell("channel_", self.channel.id)
    }

    pub(crate) async fn send(&self, body: Value) -> Answer {
        self.send_as(&self.token, body).await
    }

    pub(crate) async fn send_as(&self, token: &str, body: Value) -> Answer {
        Call::post("/api/v1/messages").bearer(token).json(&body).to(&self.router).await
    }

    /// Sends an interactive message.
    pub(crate) async fn ask(&self, more: Value) -> Answer {
        let mut body = json!({
            "channelId": "general",
            "content": "Deploy?",
            "messageType": "interactive",
            "actions": [
                {"actionId": "approve", "label": "Approve", "style": "primary", "value": "approved"},
                {"actionId": "reject", "label": "Reject", "style": "danger"},
            ],
            "callbackUrl": "https://your-app.com/api/deployment/callback",
            "metadata": {"deploymentId": "deploy_789", "environment": "production"},
        });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        self.send(body).await
    }

    pub(crate) async fn answer_as(&self, token: &str, path: &str, body: Value) -> Answer {
        Call::post(path).bearer(token).json(&body).to(&self.router).await
    }
}

/// Where a message that was sent is.
pub(crate) fn path_of(sent: &Answer) -> String {
    format!("/api/v1/messages/{}", sent.str("/message/id"))
}

/// Statuses and bodies, one after the other.
pub(crate) fn all(answers: &[Answer]) -> String {
    answers.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
