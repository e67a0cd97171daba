//! Incoming webhooks of workspaces: making, changing and deleting them, and what comes by them.

mod changes;
mod keyring;
mod receiver;

use std::collections::BTreeSet;

use serde_json::json;
use switchboard_model::access::{ManageWorkspace, Permit};
use switchboard_model::audit::Deed;
use switchboard_model::channel::ChannelRef;
use switchboard_model::incoming_webhook::{
    IncomingAction, IncomingStatus, IncomingUsage, IncomingWebhook, MAX_PER_WORKSPACE,
};
use switchboard_model::page::{Page, Slice};
use switchboard_model::webhook::Keyring;
use switchboard_model::{DomainError, Id};
use switchboard_store::{Condition, Wanted};
use switchboard_vault::Sealer;

use crate::keyrings::KeyringKind;
use crate::{Gate, Resources};

pub use receiver::{Done, Received, Receiver};

/// How often a change that comes second is made again on what the first one left.
const TRIES: usize = 5;

/// Incoming webhooks of workspaces.
#[derive(Clone)]
pub struct IncomingWebhooks {
    resources: Resources,
    gate: Gate,
    sealer: Sealer,
}

/// An incoming webhook to make.
#[derive(Clone, Debug)]
pub struct NewIncomingWebhook {
    /// What it is to be called.
    pub name: String,
    /// The channel of messages that name none.
    pub channel_id: Option<Id>,
    /// What it may do.
    pub actions: BTreeSet<IncomingAction>,
    /// Requests in an hour.
    pub rate_limit: u32,
}

/// An incoming webhook with its newest secret, which is shown when it is made.
#[derive(Debug)]
pub struct IncomingWithSecret {
    /// The webhook.
    pub webhook: IncomingWebhook,
    /// How much it was used.
    pub usage: IncomingUsage,
    /// Its newest secret.
    pub secret: String,
}

impl IncomingWebhooks {
    /// Incoming webhooks of the workspaces behind `gate`, whose secrets `sealer` seals.
    pub fn new(resources: Resources, gate: Gate, sealer: Sealer) -> Self {
        Self { resources, gate, sealer }
    }

    /// Makes an incoming webhook.
    pub async fn create(
        &self,
        permit: &Permit<ManageWorkspace>,
        workspace_id: Id,
        new: NewIncomingWebhook,
    ) -> Result<IncomingWithSecret, DomainError> {
        let entry = self.gate.enter(permit, workspace_id).await?;
        self.check_channel(workspace_id, new.channel_id).await?;
        let (id, now) = (self.resources.ids.next_id(), self.resources.now());
        let keyring = Keyring::generate(&*self.resources.randomness);
        let webhook = IncomingWebhook {
            id,
            workspace_id,
            name: new.name,
            channel_id: new.channel_id,
            actions: new.actions,
            rate_limit: new.rate_limit,
            status: IncomingStatus::Active,
            sealed_keyring: KeyringKind::Incoming.seal(&self.sealer, id, &keyring).await?,
            masked_secret: keyring.masked(),
            created_by: entry.user_id,
            created_at: now,
            updated_at: now,
            version: 1,
        };
        let metadata = json!({"name": webhook.name, "actions": webhook.actions});
        let deed = Deed::IncomingWebhookCreated;
        let told = self.resources.entry(workspace_id, entry.actor(), deed, id, metadata);
        let stored = self.resources.store.telling(told).create_incoming_webhook(&webhook).await;
        stored.map_err(|error| match error.condition() {
            Some(Condition::TooManyIncomingWebhooks) => {
                DomainError::TooManyWebhooks { max: usize::try_from(MAX_PER_WORKSPACE).unwrap_or(usize::MAX) }
            }
            Some(Condition::Contested) => DomainError::WorkspaceNotFound,
            _ => error.into(),
        })?;
        let secret = keyring.newest().to_owned();
        Ok(IncomingWithSecret { webhook, usage: IncomingUsage::default(), secret })
    }

    /// A page of a workspace's incoming webhooks, by age.
    pub async fn list(
        &self,
        permit: &Permit<ManageWorkspace>,
        workspace_id: Id,
        slice: Slice,
    ) -> Result<Page<(IncomingWebhook, IncomingUsage)>, DomainError> {
        // Read side by side to save a round trip; nothing leaves before the gate has let the caller in.
        let (entry, webhooks) = futures::join!(
            Box::pin(self.gate.enter(permit, workspace_id)),
            self.resources.store.incoming_webhooks(workspace_id),
        );
        entry?;
        Ok(slice.of(webhooks?))
    }

    /// One incoming webhook.
    pub async fn get(
        &self,
        permit: &Permit<ManageWorkspace>,
        workspace_id: Id,
        id: Id,
    ) -> Result<(IncomingWebhook, IncomingUsage), DomainError> {
        let (entry, webhook) =
            futures::join!(Box::pin(self.gate.enter(permit, workspace_id)), self.webhook(workspace_id, id));
        entry?;
        webhook
    }

    /// The incoming webhook of this workspace, with how much it was used.
    async fn webhook(
        &self,
        workspace_id: Id,
        id: Id,
    ) -> Result<(IncomingWebhook, IncomingUsage), DomainError> {
        let found = self.resources.store.incoming_webhook_with_usage(id).await?;
        let found = found.filter(|(webhook, _)| webhook.workspace_id == workspace_id);
        found.ok_or(DomainError::WebhookNotFound)
    }

    /// Checks that the workspace has the channel, where one is named.
    async fn check_channel(&self, workspace_id: Id, channel_id: Option<Id>) -> Result<(), DomainError> {
        let Some(id) = channel_id else { return Ok(()) };
        let wanted = Wanted { channel: Some(ChannelRef::Id(id)), ..Wanted::default() };
        let found = self.resources.store.surroundings(workspace_id, &wanted).await?;
        found.channel_id.map(drop).ok_or(DomainError::ChannelNotFound)
    }
}
