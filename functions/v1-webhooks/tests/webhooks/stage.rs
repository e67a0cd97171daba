//! What the tests share.

use std::collections::BTreeSet;

use axum::Router;
use serde_json::Value;
use switchboard_model::Id;
use switchboard_model::access::{Caller, ManageWorkspace, Permit};
use switchboard_model::audit::AuditFilter;
use switchboard_model::channel::{Channel, ChannelKind};
use switchboard_model::id::spelling::prefixed;
use switchboard_model::incoming_webhook::{IncomingAction, IncomingWebhook};
use switchboard_model::signing::document;
use switchboard_service::IncomingWebhooks;
use switchboard_service::incoming_webhooks::{NewIncomingWebhook, Receiver};
use switchboard_testkit::{Answer, Business, Call, World};
use v1_webhooks::router;

pub const PATH: &str = "/api/v1/webhooks/incoming";

/// A workspace with the channel `general` and a webhook that may do everything.
pub struct Stage {
    pub world: World,
    pub business: Business,
    pub router: Router,
    pub administration: IncomingWebhooks,
    pub channel: Channel,
    pub webhook: IncomingWebhook,
    pub secret: String,
}

impl Stage {
    pub async fn new() -> Self {
        let world = Box::pin(World::new()).await;
        let business = Box::pin(Business::new(&world)).await;
        let gate = world.gate(&business.token_key);
        let resources = world.resources.clone();
        let administration = IncomingWebhooks::new(resources.clone(), gate, business.sealer.clone());
        let router = router(Receiver::new(resources, business.sealer.clone()));
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
        let actions = [
            IncomingAction::SendMessage,
            IncomingAction::CreateChannel,
            IncomingAction::CreateDepartment,
            IncomingAction::AddMember,
        ];
        let new = new_webhook(actions.into(), None);
        let permit = permit(&business);
        let made = Box::pin(administration.create(&permit, business.workspace.id, new)).await.unwrap();
        let (webhook, secret) = (made.webhook, made.secret);
        Self { world, business, router, administration, channel, webhook, secret }
    }

    pub fn permit(&self) -> Permit<ManageWorkspace> {
        permit(&self.business)
    }

    /// Another webhook that may do this; with its secret.
    pub async fn webhook(
        &self,
        actions: BTreeSet<IncomingAction>,
        channel_id: Option<Id>,
    ) -> (IncomingWebhook, String) {
        let new = new_webhook(actions, channel_id);
        let workspace_id = self.business.workspace.id;
        let made = self.administration.create(&self.permit(), workspace_id, new).await.unwrap();
        (made.webhook, made.secret)
    }

    /// A request as the document's clients make it.
    pub fn call(&self, body: &str) -> Call {
        signed_by(&self.webhook, &self.secret, body)
    }

    pub async fn send(&self, body: &Value) -> Answer {
        self.answer(self.call(&body.to_string())).await
    }

    pub async fn answer(&self, call: Call) -> Answer {
        Box::pin(call.to(&self.router)).await
    }

    /// The names of the workspace's channels, each with the number of its messages, sorted.
    pub async fn channels(&self) -> Vec<(String, u64)> {
        let channels = self.world.store().channels(self.business.workspace.id).await.unwrap();
        let mut names: Vec<_> =
            channels.into_iter().map(|(channel, messages)| (channel.name, messages)).collect();
        names.sort();
        names
    }

    /// Messages of the channel `general`.
    pub async fn messages(&self) -> u64 {
        let channels = self.channels().await;
        channels.into_iter().find(|(name, _)| name == "general").map_or(0, |(_, messages)| messages)
    }

    /// What the audit log says was done, the newest first: action and resource.
    pub async fn log(&self) -> Vec<String> {
        let (store, workspace_id) = (self.world.store(), self.business.workspace.id);
        let page = store.audit_entries(workspace_id, &AuditFilter::default(), None, 100).await;
        let entries = page.unwrap().unwrap().entries.into_iter();
        entries
            .map(|entry| format!("{} of {} by {}", entry.action, entry.resource, entry.actor.kind))
            .collect()
    }
}

/// A request by this webhook, signed as the document says.
pub fn signed_by(webhook: &IncomingWebhook, secret: &str, body: &str) -> Call {
    call_by(webhook, body).header("X-Webhook-Signature", &document(secret, body))
}

/// A request by this webhook without a signature.
pub fn call_by(webhook: &IncomingWebhook, body: &str) -> Call {
    let id = prefixed::spell("webhook_", webhook.id);
    Call::post(PATH).header("Content-Type", "application/json").header("X-Webhook-Id", &id).body(body)
}

/// Statuses and bodies, one after the other.
pub fn all(answers: &[Answer]) -> String {
    answers.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn new_webhook(actions: BTreeSet<IncomingAction>, channel_id: Option<Id>) -> NewIncomingWebhook {
    NewIncomingWebhook { name: "GitHub Deployments".to_owned(), channel_id, actions, rate_limit: 1_000 }
}

fn permit(business: &Business) -> Permit<ManageWorkspace> {
    let user_id = business.owner.user_id;
    Permit::new(Caller::User { user_id, session_id: user_id })
}
