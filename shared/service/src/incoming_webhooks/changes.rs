//! Changes of incoming webhooks: settings, secrets, the end.

use serde_json::{Value, json};
use switchboard_model::access::{ManageWorkspace, Permit};
use switchboard_model::audit::Deed;
use switchboard_model::incoming_webhook::{IncomingUsage, IncomingWebhook, IncomingWebhookChange};
use switchboard_model::{DomainError, Id};
use switchboard_store::{Condition, Store, StoreError};

use super::{IncomingWebhooks, IncomingWithSecret, TRIES};
use crate::gate::Entry;
use crate::keyrings::KeyringKind;

impl IncomingWebhooks {
    /// Changes an incoming webhook.
    pub async fn update(
        &self,
        permit: &Permit<ManageWorkspace>,
        workspace_id: Id,
        id: Id,
        change: IncomingWebhookChange,
    ) -> Result<(IncomingWebhook, IncomingUsage), DomainError> {
        let entry = self.gate.enter(permit, workspace_id).await?;
        self.check_channel(workspace_id, change.channel_id.flatten()).await?;
        for _ in 0..TRIES {
            let (current, usage) = self.webhook(workspace_id, id).await?;
            let now = self.resources.now();
            let changed = IncomingWebhook { updated_at: now, ..changed(current, change.clone()) };
            let metadata =
                json!({"name": changed.name, "actions": changed.actions, "status": changed.status});
            let store = self.telling(&entry, Deed::IncomingWebhookUpdated, id, metadata);
            match store.update_incoming_webhook(&changed).await {
                Ok(()) => return Ok((changed, usage)),
                Err(StoreError::ConditionFailed(Condition::Contested)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(DomainError::Contested)
    }

    /// Deletes an incoming webhook, which ends at once.
    pub async fn delete(
        &self,
        permit: &Permit<ManageWorkspace>,
        workspace_id: Id,
        id: Id,
    ) -> Result<(), DomainError> {
        let entry = self.gate.enter(permit, workspace_id).await?;
        for _ in 0..TRIES {
            let (current, _) = self.webhook(workspace_id, id).await?;
            let store = self.telling(&entry, Deed::IncomingWebhookDeleted, id, json!({"name": current.name}));
            match store.delete_incoming_webhook(&current).await {
                Err(StoreError::ConditionFailed(Condition::Contested)) => {}
                deleted => return Ok(deleted?),
            }
        }
        Err(DomainError::Contested)
    }

    /// Gives an incoming webhook another secret. The others are good for `overlap_seconds` more.
    pub async fn rotate(
        &self,
        permit: &Permit<ManageWorkspace>,
        workspace_id: Id,
        id: Id,
        overlap_seconds: u32,
    ) -> Result<IncomingWithSecret, DomainError> {
        let entry = self.gate.enter(permit, workspace_id).await?;
        for _ in 0..TRIES {
            let (current, usage) = self.webhook(workspace_id, id).await?;
            let now = self.resources.now();
            let keyring = KeyringKind::Incoming.open(&self.sealer, id, &current.sealed_keyring).await?;
            let keyring = keyring.rotated(now.as_millisecond(), overlap_seconds, &*self.resources.randomness);
            let rotated = IncomingWebhook {
                sealed_keyring: KeyringKind::Incoming.seal(&self.sealer, id, &keyring).await?,
                masked_secret: keyring.masked(),
                updated_at: now,
                version: current.version + 1,
                ..current
            };
            let metadata = json!({"name": rotated.name, "overlap_seconds": overlap_seconds});
            let store = self.telling(&entry, Deed::IncomingWebhookRotated, id, metadata);
            match store.update_incoming_webhook(&rotated).await {
                Ok(()) => {
                    let secret = keyring.newest().to_owned();
                    return Ok(IncomingWithSecret { webhook: rotated, usage, secret });
                }
                Err(StoreError::ConditionFailed(Condition::Contested)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(DomainError::Contested)
    }

    fn telling(&self, entry: &Entry, deed: Deed, id: Id, metadata: Value) -> Store {
        let told = self.resources.entry(entry.workspace.id, entry.actor(), deed, id, metadata);
        self.resources.store.telling(told)
    }
}

fn changed(webhook: IncomingWebhook, change: IncomingWebhookChange) -> IncomingWebhook {
    IncomingWebhook {
        name: change.name.unwrap_or(webhook.name),
        channel_id: change.channel_id.unwrap_or(webhook.channel_id),
        actions: change.actions.unwrap_or(webhook.actions),
        rate_limit: change.rate_limit.unwrap_or(webhook.rate_limit),
        status: change.status.unwrap_or(webhook.status),
        version: webhook.version + 1,
        ..webhook
    }
}
