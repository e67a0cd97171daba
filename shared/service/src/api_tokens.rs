//! API tokens: making, listing, replacing and deleting them.

use serde_json::json;
use switchboard_model::access::{ManageWorkspace, Permit};
use switchboard_model::api_token::{self, ApiToken, Grant, MAX_TOKENS, TokenUsage};
use switchboard_model::audit::Deed;
use switchboard_model::field::{FieldError, Reason};
use switchboard_model::session::SecretToken;
use switchboard_model::{DomainError, Id, Timestamp};
use switchboard_store::{Condition, StoreError};

use crate::workspaces::members::check_may_give;
use crate::{Gate, Resources};

/// How often a change is tried anew where another came first.
const TRIES: usize = 4;

/// API tokens.
#[derive(Clone)]
pub struct ApiTokens {
    resources: Resources,
    gate: Gate,
}

/// A token to make.
#[derive(Clone, Debug)]
pub struct NewApiToken {
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub grants: Vec<Grant>,
    /// Requests an hour.
    pub rate_limit: u32,
    /// When it ends, if it does by itself.
    pub expires_at: Option<Timestamp>,
}

/// A token that was made just now, the only time that it is told.
#[derive(Debug)]
pub struct IssuedToken {
    /// What is kept of it.
    pub token: ApiToken,
    /// The token itself.
    pub secret: SecretToken,
}

impl ApiTokens {
    /// API tokens of the workspaces behind `gate`.
    pub fn new(resources: Resources, gate: Gate) -> Self {
        Self { resources, gate }
    }

    /// Makes a token. It acts with the role of whoever makes it.
    pub async fn create(
        &self,
        permit: &Permit<ManageWorkspace>,
        workspace_id: Id,
        new: NewApiToken,
    ) -> Result<IssuedToken, DomainError> {
        let entry = self.gate.enter(permit, workspace_id).await?;
        let now = self.resources.now();
        if new.expires_at.is_some_and(|end| end <= now) {
            let message = "Input should be in the future";
            return Err(DomainError::field(FieldError::body("expires_at", Reason::OutOfRange, message)));
        }
        let secret = api_token::generate(workspace_id, &*self.resources.randomness);
        let draft = ApiToken {
            id: Id::NONE,
            workspace_id,
            name: new.name,
            digest: secret.digest(),
            tail: api_token::tail(&secret),
            grants: new.grants,
            rate_limit: new.rate_limit,
            expires_at: new.expires_at,
            role: entry.role,
            created_by: entry.user_id,
            created_at: now,
            usage: TokenUsage { total: 0, last_used_at: None, window_began_at: now, in_window: 0 },
        };
        let created = self.resources.create(|id| {
            let token = ApiToken { id, ..draft.clone() };
            let metadata = json!({"name": token.name, "permissions": token.grants});
            let entry =
                self.resources.entry(workspace_id, entry.actor(), Deed::ApiTokenCreated, id, metadata);
            let store = self.resources.store.telling(entry);
            async move { store.create_api_token(&token).await.map(|()| token) }
        });
        let token = created.await.map_err(|error| match error.condition() {
            Some(Condition::TooManyApiTokens) => DomainError::TooManyApiTokens { max: MAX_TOKENS },
            Some(Condition::Contested) => DomainError::WorkspaceNotFound,
            _ => error.into(),
        })?;
        Ok(IssuedToken { token, secret })
    }

    /// The tokens of a workspace, by age.
    pub async fn list(
        &self,
        permit: &Permit<ManageWorkspace>,
        workspace_id: Id,
    ) -> Result<Vec<ApiToken>, DomainError> {
        self.gate.enter(permit, workspace_id).await?;
        Ok(self.resources.store.api_tokens(workspace_id).await?)
    }

    /// Puts another token in the place of one, which ends at once. Everything else of it stays, so whoever gets the new
    /// one must be allowed to give the role that it acts with.
    pub async fn rotate(
        &self,
        permit: &Permit<ManageWorkspace>,
        workspace_id: Id,
        id: Id,
    ) -> Result<IssuedToken, DomainError> {
        let entry = self.gate.enter(permit, workspace_id).await?;
        let secret = api_token::generate(workspace_id, &*self.resources.randomness);
        for _ in 0..TRIES {
            let current = self.token(workspace_id, id).await?;
            check_may_give(entry.role, current.role)?;
            let rotated =
                ApiToken { digest: secret.digest(), tail: api_token::tail(&secret), ..current.clone() };
            let told = json!({"name": current.name});
            let told = self.resources.entry(workspace_id, entry.actor(), Deed::ApiTokenRotated, id, told);
            match self.resources.store.telling(told).rotate_api_token(&rotated, &current.digest).await {
                Ok(()) => return Ok(IssuedToken { token: rotated, secret }),
                Err(StoreError::ConditionFailed(Condition::Contested)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(DomainError::Contested)
    }

    /// Deletes a token, which ends at once.
    pub async fn delete(
        &self,
        permit: &Permit<ManageWorkspace>,
        workspace_id: Id,
        id: Id,
    ) -> Result<(), DomainError> {
        let entry = self.gate.enter(permit, workspace_id).await?;
        for _ in 0..TRIES {
            let current = self.token(workspace_id, id).await?;
            let told = json!({"name": current.name});
            let told = self.resources.entry(workspace_id, entry.actor(), Deed::ApiTokenDeleted, id, told);
            match self.resources.store.telling(told).delete_api_token(&current).await {
                Ok(()) => return Ok(()),
                Err(StoreError::ConditionFailed(Condition::Contested)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(DomainError::Contested)
    }

    async fn token(&self, workspace_id: Id, id: Id) -> Result<ApiToken, DomainError> {
        let found = self.resources.store.api_token(workspace_id, id).await?;
        found.ok_or(DomainError::ApiTokenNotFound)
    }
}
