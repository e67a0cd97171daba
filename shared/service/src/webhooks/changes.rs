//! Changes of webhooks: settings, secrets, the end.

use switchboard_model::access::{ManageWorkspace, Permit};
use switchboard_model::audit::Deed;
use switchboard_model::webhook::{Endpoint, EndpointChange, EndpointStatus, Receiver};
use switchboard_model::{DomainError, Id};
use switchboard_store::{Condition, StoreError};

use super::{EndpointWithSecret, TRIES, Webhooks, with_watched};
use crate::keyrings::KeyringKind;

impl Webhooks {
    /// Changes a webhook. One that is made active again, or has another address, begins anew: what it failed before is
    /// forgotten.
    pub async fn update(
        &self,
        permit: &Permit<ManageWorkspace>,
        workspace_id: Id,
        id: Id,
        change: EndpointChange,
    ) -> Result<Endpoint, DomainError> {
        let entry = self.gate.enter(permit, workspace_id).await?;
        let actor = entry.actor();
        let mut workspace = entry.workspace;
        if let Some(url) = &change.url {
            self.check_address(url)?;
        }
        let (store, now) = (&self.resources.store, self.resources.now());
        for _ in 0..TRIES {
            let mut endpoints = store.endpoints(workspace_id).await?;
            let found = endpoints.iter_mut().find(|endpoint| endpoint.id == id);
            let found = found.ok_or(DomainError::WebhookNotFound)?;
            let revived = found.status == EndpointStatus::Disabled
                && change.status.unwrap_or(found.status) == EndpointStatus::Active;
            let moved = change.url.as_ref().is_some_and(|url| *url != found.url);
            *found = changed(found.clone(), change.clone());
            found.updated_at = now;
            let endpoint = found.clone();
            if revived || moved {
                store.forget_health(&Receiver::Webhook(id), now).await?;
            }
            let changed = with_watched(workspace, &endpoints, now);
            let told = self.told(actor, Deed::WebhookEndpointUpdated, &endpoint);
            match store.telling(told).update_endpoint(&endpoint, Some(&changed)).await {
                Ok(()) => return Ok(endpoint),
                Err(StoreError::ConditionFailed(Condition::Contested)) => {}
                Err(error) => return Err(error.into()),
            }
            workspace = self.workspace(workspace_id).await?;
        }
        Err(DomainError::Contested)
    }

    /// Deletes a webhook. What is due to be delivered to it is given up.
    pub async fn delete(
        &self,
        permit: &Permit<ManageWorkspace>,
        workspace_id: Id,
        id: Id,
    ) -> Result<(), DomainError> {
        let entry = self.gate.enter(permit, workspace_id).await?;
        let actor = entry.actor();
        let mut workspace = entry.workspace;
        for _ in 0..TRIES {
            let mut endpoints = self.resources.store.endpoints(workspace_id).await?;
            let place = endpoints.iter().position(|endpoint| endpoint.id == id);
            let endpoint = endpoints.remove(place.ok_or(DomainError::WebhookNotFound)?);
            let changed = with_watched(workspace, &endpoints, self.resources.now());
            let told = self.told(actor, Deed::WebhookEndpointDeleted, &endpoint);
            match self.resources.store.telling(told).delete_endpoint(&endpoint, &changed).await {
                Err(StoreError::ConditionFailed(Condition::Contested)) => {}
                deleted => return Ok(deleted?),
            }
            workspace = self.workspace(workspace_id).await?;
        }
        Err(DomainError::Contested)
    }

    /// Gives a webhook another secret. The others sign beside it for `overlap_seconds` more.
    pub async fn rotate(
        &self,
        permit: &Permit<ManageWorkspace>,
        workspace_id: Id,
        id: Id,
        overlap_seconds: u32,
    ) -> Result<EndpointWithSecret, DomainError> {
        let actor = self.gate.enter(permit, workspace_id).await?.actor();
        let (store, now) = (&self.resources.store, self.resources.now());
        for _ in 0..TRIES {
            let endpoint = store.endpoint(workspace_id, id).await?.ok_or(DomainError::WebhookNotFound)?;
            let keyring = KeyringKind::Outgoing.open(&self.sealer, id, &endpoint.sealed_keyring).await?;
            let keyring = keyring.rotated(now.as_millisecond(), overlap_seconds, &*self.resources.randomness);
            let rotated = Endpoint {
                sealed_keyring: KeyringKind::Outgoing.seal(&self.sealer, id, &keyring).await?,
                masked_secret: keyring.masked(),
                updated_at: now,
                version: endpoint.version + 1,
                ..endpoint
            };
            let told = self.told(actor, Deed::WebhookEndpointRotated, &rotated);
            match store.telling(told).update_endpoint(&rotated, None).await {
                Ok(()) => {
                    let secret = keyring.newest().to_owned();
                    return Ok(EndpointWithSecret { endpoint: rotated, secret });
                }
                Err(StoreError::ConditionFailed(Condition::Contested)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(DomainError::Contested)
    }
}

fn changed(endpoint: Endpoint, change: EndpointChange) -> Endpoint {
    let status = change.status.unwrap_or(endpoint.status);
    let description = match change.description {
        None => endpoint.description,
        Some(text) => Some(text).filter(|text| !text.is_empty()),
    };
    Endpoint {
        url: change.url.unwrap_or(endpoint.url),
        description,
        events: change.events.unwrap_or(endpoint.events),
        signature_format: change.signature_format.unwrap_or(endpoint.signature_format),
        status,
        disabled: endpoint.disabled.filter(|_| status == EndpointStatus::Disabled),
        version: endpoint.version + 1,
        ..endpoint
    }
}
