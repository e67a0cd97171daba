//! Webhooks of workspaces: who is told what happens, and what became of it.

mod changes;
mod log;

use jiff::Timestamp;
use serde_json::json;
use switchboard_courier::Courier;
use switchboard_model::access::{ManageWorkspace, Permit};
use switchboard_model::audit::{Actor, AuditEntry, Deed};
use switchboard_model::field::FieldError;
use switchboard_model::field::Reason;
use switchboard_model::page::{Page, Slice};
use switchboard_model::webhook::{
    Endpoint, EndpointStatus, Keyring, MAX_PER_WORKSPACE, NewEndpoint, WebAddress, watched,
};
use switchboard_model::workspace::Workspace;
use switchboard_model::{DomainError, Id};
use switchboard_store::{Condition, StoreError};
use switchboard_vault::Sealer;

use crate::keyrings::KeyringKind;
use crate::{Gate, Resources};

pub use log::{LogPage, LogQuery, ReplayRange};

/// How often a change that comes second is made again on what the first one left.
const TRIES: usize = 5;

/// Webhooks of workspaces.
#[derive(Clone)]
pub struct Webhooks {
    resources: Resources,
    gate: Gate,
    sealer: Sealer,
    courier: Courier,
}

/// A webhook with its newest secret, which is shown when it is made.
#[derive(Debug)]
pub struct EndpointWithSecret {
    /// The webhook.
    pub endpoint: Endpoint,
    /// Its newest secret.
    pub secret: String,
}

/// The next version of a workspace, which says what `endpoints`, all of its webhooks, are told of.
pub(crate) fn with_watched(workspace: Workspace, endpoints: &[Endpoint], now: Timestamp) -> Workspace {
    Workspace { watched: watched(endpoints), updated_at: now, version: workspace.version + 1, ..workspace }
}

impl Webhooks {
    /// Webhooks whose secrets `sealer` seals and that `courier` will call.
    pub fn new(resources: Resources, gate: Gate, sealer: Sealer, courier: Courier) -> Self {
        Self { resources, gate, sealer, courier }
    }

    /// Makes a webhook.
    pub async fn create(
        &self,
        permit: &Permit<ManageWorkspace>,
        new: NewEndpoint,
    ) -> Result<EndpointWithSecret, DomainError> {
        let entry = self.gate.enter(permit, new.workspace_id).await?;
        self.check_address(&new.url)?;
        let (id, now) = (self.resources.ids.next_id(), self.resources.now());
        let keyring = Keyring::generate(&*self.resources.randomness);
        let endpoint = Endpoint {
            id,
            workspace_id: new.workspace_id,
            url: new.url,
            description: new.description,
            events: new.events,
            signature_format: new.signature_format,
            status: EndpointStatus::Active,
            disabled: None,
            sealed_keyring: KeyringKind::Outgoing.seal(&self.sealer, id, &keyring).await?,
            masked_secret: keyring.masked(),
            created_by: entry.user_id,
            created_at: now,
            updated_at: now,
            version: 1,
        };
        let actor = entry.actor();
        let mut workspace = entry.workspace;
        for _ in 0..TRIES {
            let mut endpoints = self.resources.store.endpoints(endpoint.workspace_id).await?;
            if endpoints.len() >= MAX_PER_WORKSPACE {
                return Err(DomainError::TooManyWebhooks { max: MAX_PER_WORKSPACE });
            }
            endpoints.push(endpoint.clone());
            let changed = with_watched(workspace, &endpoints, now);
            let told = self.told(actor, Deed::WebhookEndpointCreated, &endpoint);
            match self.resources.store.telling(told).create_endpoint(&endpoint, &changed).await {
                Ok(()) => return Ok(EndpointWithSecret { endpoint, secret: keyring.newest().to_owned() }),
                Err(StoreError::ConditionFailed(Condition::Contested)) => {}
                Err(error) => return Err(error.into()),
            }
            workspace = self.workspace(endpoint.workspace_id).await?;
        }
        Err(DomainError::Contested)
    }

    /// A page of a workspace's webhooks, by age.
    pub async fn list(
        &self,
        permit: &Permit<ManageWorkspace>,
        workspace_id: Id,
        slice: Slice,
    ) -> Result<Page<Endpoint>, DomainError> {
        // Read side by side to save a round trip; nothing leaves before the gate has let the caller in.
        let (entry, endpoints) = futures::join!(
            Box::pin(self.gate.enter(permit, workspace_id)),
            self.resources.store.endpoints(workspace_id),
        );
        entry?;
        Ok(slice.of(endpoints?))
    }

    /// One webhook.
    pub async fn get(
        &self,
        permit: &Permit<ManageWorkspace>,
        workspace_id: Id,
        id: Id,
    ) -> Result<Endpoint, DomainError> {
        let (entry, endpoint) = futures::join!(
            Box::pin(self.gate.enter(permit, workspace_id)),
            self.resources.store.endpoint(workspace_id, id),
        );
        entry?;
        endpoint?.ok_or(DomainError::WebhookNotFound)
    }

    /// What the audit log is told of a webhook: of its address not the query, which may hold a secret.
    fn told(&self, actor: Actor, deed: Deed, endpoint: &Endpoint) -> AuditEntry {
        let metadata = json!({"url": endpoint.url.without_query(), "status": endpoint.status});
        self.resources.entry(endpoint.workspace_id, actor, deed, endpoint.id, metadata)
    }

    /// Refuses an address that can be seen not to be public.
    fn check_address(&self, url: &WebAddress) -> Result<(), DomainError> {
        if self.courier.may_call(url) {
            return Ok(());
        }
        let message = "Input should be an address of the public Internet";
        Err(DomainError::field(FieldError::body("url", Reason::BadValue, message)))
    }

    async fn workspace(&self, id: Id) -> Result<Workspace, DomainError> {
        let access = self.resources.store.access(id, None, None).await?;
        access.workspace.ok_or(DomainError::WorkspaceNotFound)
    }
}
