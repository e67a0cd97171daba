//! The secrets of a workspace: sealed, opened, rotated.

use secrecy::ExposeSecret;
use serde_json::json;
use switchboard_model::access::{ManageWorkspace, Permit};
use switchboard_model::audit::Deed;
use switchboard_model::workspace::{Workspace, WorkspaceSecrets, new_api_key, new_webhook_secret};
use switchboard_model::{DomainError, Id};
use switchboard_store::{Condition, StoreError};
use switchboard_vault::{Purpose, Sealer};

use super::{TRIES, WorkspaceDetails, Workspaces};

/// The kind of sealed value, which KMS binds the ciphertext to.
const KIND: &str = "workspace_secrets";

/// One of a workspace's secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    ApiKey,
    WebhookSecret,
}

impl Workspaces {
    /// Gives a workspace another API key. The old one stops working at once.
    pub async fn rotate_api_key(
        &self,
        permit: &Permit<ManageWorkspace>,
        id: Id,
    ) -> Result<WorkspaceDetails, DomainError> {
        self.rotate(permit, id, Which::ApiKey).await
    }

    /// Gives a workspace another webhook secret.
    pub async fn rotate_webhook_secret(
        &self,
        permit: &Permit<ManageWorkspace>,
        id: Id,
    ) -> Result<WorkspaceDetails, DomainError> {
        self.rotate(permit, id, Which::WebhookSecret).await
    }

    async fn rotate(
        &self,
        permit: &Permit<ManageWorkspace>,
        id: Id,
        which: Which,
    ) -> Result<WorkspaceDetails, DomainError> {
        let entry = self.gate.enter(permit, id).await?;
        let actor = entry.actor();
        let mut current = entry.workspace;
        let deed = match which {
            Which::ApiKey => Deed::ApiKeyRotated,
            Which::WebhookSecret => Deed::WebhookSecretRotated,
        };
        for _ in 0..TRIES {
            let (rotated, secrets) = self.rotated(&current, which).await?;
            let store = self.resources.store.telling(self.told(actor, deed, id, json!({})));
            let stored = match which {
                Which::ApiKey => store.rotate_api_key(&rotated, &current.api_key_digest).await,
                Which::WebhookSecret => store.update_workspace(&rotated).await,
            };
            match stored {
                Ok(()) => return Ok(WorkspaceDetails { workspace: rotated, secrets }),
                Err(StoreError::ConditionFailed(Condition::Contested)) => current = self.living(id).await?,
                Err(error) => return Err(error.into()),
            }
        }
        Err(DomainError::Contested)
    }

    /// `current` with a new secret in the place of `which`, and its secrets as they are then.
    async fn rotated(
        &self,
        current: &Workspace,
        which: Which,
    ) -> Result<(Workspace, WorkspaceSecrets), DomainError> {
        let randomness = &*self.resources.randomness;
        let mut secrets = self.open(current).await?;
        match which {
            Which::ApiKey => secrets.api_key = new_api_key(randomness),
            Which::WebhookSecret => secrets.webhook_secret = new_webhook_secret(randomness),
        }
        let rotated = self.next_version(Workspace {
            api_key_digest: secrets.api_key_digest(),
            sealed_secrets: self.seal(current.id, &secrets).await?,
            masked_secrets: secrets.masked(),
            ..current.clone()
        });
        Ok((rotated, secrets))
    }

    /// Encrypts the secrets of the workspace `id`; they can be opened for it only.
    pub(super) async fn seal(&self, id: Id, secrets: &WorkspaceSecrets) -> Result<Vec<u8>, DomainError> {
        let plain = serde_json::to_string(secrets).map_err(DomainError::internal)?;
        let owner = id.to_string();
        Ok(self.sealer.seal(Purpose { kind: KIND, owner: &owner }, &plain).await?)
    }

    /// The secrets of `workspace`.
    pub(super) async fn open(&self, workspace: &Workspace) -> Result<WorkspaceSecrets, DomainError> {
        open_secrets(&self.sealer, workspace).await
    }
}

/// The secrets of `workspace`.
pub(crate) async fn open_secrets(
    sealer: &Sealer,
    workspace: &Workspace,
) -> Result<WorkspaceSecrets, DomainError> {
    let owner = workspace.id.to_string();
    let plain = sealer.open(Purpose { kind: KIND, owner: &owner }, &workspace.sealed_secrets).await?;
    serde_json::from_str(plain.expose_secret()).map_err(DomainError::internal)
}
