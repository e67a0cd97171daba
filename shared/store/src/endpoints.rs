//! Webhooks: patterns X1 to X4.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_model::Id;
use switchboard_model::event::Watched;
use switchboard_model::webhook::{Disabled, Endpoint, EndpointStatus, SignatureFormat, WebAddress};
use switchboard_model::workspace::Workspace;

use crate::expression::{Check, number};
use crate::item::StoredForm;
use crate::{Condition, Store, StoreError, keys};

/// What `outbox` holds on a webhook that was disabled because it failed.
pub(crate) const DISABLED: &str = "disabled";

/// A webhook as stored.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredEndpoint {
    id: Id,
    workspace_id: Id,
    url: WebAddress,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    events: Watched,
    signature_format: SignatureFormat,
    status: EndpointStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    disabled: Option<Disabled>,
    #[serde(with = "serde_bytes")]
    sealed_keyring: Vec<u8>,
    masked_secret: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    created_by: Option<Id>,
    /// There once it was disabled because it failed: the outbox tells of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    outbox: Option<String>,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    created_at: Timestamp,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    updated_at: Timestamp,
    version: u32,
}

impl StoredForm for StoredEndpoint {
    const ENTITY: &'static str = "webhook_endpoint";
}

impl Store {
    /// X1: creates a webhook; `workspace` is changed with it, since it says what its webhooks are told of. Fails as
    /// `Contested` where the workspace changed since it was read, or as `IdTaken`.
    pub async fn create_endpoint(&self, new: &Endpoint, workspace: &Workspace) -> Result<(), StoreError> {
        let key = keys::endpoint(new.workspace_id, new.id);
        self.transaction()
            .create(&key, &StoredEndpoint::from(new), Condition::IdTaken)?
            .update_workspace(workspace)?
            .commit()
            .await
    }

    /// X2: the webhooks of a workspace, by age.
    pub async fn endpoints(&self, workspace_id: Id) -> Result<Vec<Endpoint>, StoreError> {
        let stored = self.list::<StoredEndpoint>(&keys::endpoints(workspace_id)).await?;
        Ok(stored.into_iter().map(Endpoint::from).collect())
    }

    /// X3: one webhook of a workspace.
    pub async fn endpoint(&self, workspace_id: Id, id: Id) -> Result<Option<Endpoint>, StoreError> {
        let stored = self.get::<StoredEndpoint>(&keys::endpoint(workspace_id, id)).await?;
        Ok(stored.map(Endpoint::from))
    }

    /// X4: puts a changed webhook in the place of the one that was read, whose version is one less; with it the
    /// workspace, where that is told. Fails as `Contested` where another change came first.
    pub async fn update_endpoint(
        &self,
        changed: &Endpoint,
        workspace: Option<&Workspace>,
    ) -> Result<(), StoreError> {
        let key = keys::endpoint(changed.workspace_id, changed.id);
        let unchanged = Check::Equals("version", number(changed.version.saturating_sub(1)));
        let form = StoredEndpoint::from(changed);
        match workspace {
            None => self.put(&key, &form, Some((unchanged, Condition::Contested))).await,
            Some(workspace) => {
                self.transaction()
                    .put_if(&key, &form, unchanged, Condition::Contested)?
                    .update_workspace(workspace)?
                    .commit()
                    .await
            }
        }
    }

    /// X4, for the end of a webhook. Fails as `Contested`.
    pub async fn delete_endpoint(
        &self,
        endpoint: &Endpoint,
        workspace: &Workspace,
    ) -> Result<(), StoreError> {
        let key = keys::endpoint(endpoint.workspace_id, endpoint.id);
        let unchanged = Check::Equals("version", number(endpoint.version));
        self.transaction()
            .delete(&key, Some((unchanged, Condition::Contested)))?
            .update_workspace(workspace)?
            .commit()
            .await
    }
}

impl From<&Endpoint> for StoredEndpoint {
    fn from(endpoint: &Endpoint) -> Self {
        Self {
            id: endpoint.id,
            workspace_id: endpoint.workspace_id,
            url: endpoint.url.clone(),
            description: endpoint.description.clone(),
            events: endpoint.events.clone(),
            signature_format: endpoint.signature_format,
            status: endpoint.status,
            disabled: endpoint.disabled.clone(),
            sealed_keyring: endpoint.sealed_keyring.clone(),
            masked_secret: endpoint.masked_secret.clone(),
            created_by: endpoint.created_by,
            outbox: endpoint.disabled.is_some().then(|| DISABLED.to_owned()),
            created_at: endpoint.created_at,
            updated_at: endpoint.updated_at,
            version: endpoint.version,
        }
    }
}

impl From<StoredEndpoint> for Endpoint {
    fn from(stored: StoredEndpoint) -> Self {
        Self {
            id: stored.id,
            workspace_id: stored.workspace_id,
            url: stored.url,
            description: stored.description,
            events: stored.events,
            signature_format: stored.signature_format,
            status: stored.status,
            disabled: stored.disabled,
            sealed_keyring: stored.sealed_keyring,
            masked_secret: stored.masked_secret,
            created_by: stored.created_by,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
            version: stored.version,
        }
    }
}
