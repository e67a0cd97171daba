//! Who may come in with an API token.

use switchboard_model::DomainError;
use switchboard_model::api_token::{self, ApiToken, Granted, TokenPermit};
use switchboard_model::workspace::{Workspace, WorkspaceStatus};
use switchboard_store::{Surroundings, Wanted};

use crate::Resources;

/// Decides which API tokens may come in.
#[derive(Clone, Debug)]
pub struct TokenGate {
    resources: Resources,
}

/// A workspace that a program has been let into.
#[derive(Debug)]
pub struct TokenEntry {
    /// The token that it presented, with this use counted.
    pub token: ApiToken,
    /// The workspace.
    pub workspace: Workspace,
    /// What else the request names, as far as it is there.
    pub found: Surroundings,
}

impl TokenGate {
    /// A gate that knows the tokens of these tables.
    pub fn new(resources: Resources) -> Self {
        Self { resources }
    }

    /// Lets a program into the workspace of its token, in one round trip: finds the token and counts the use, and
    /// reads the workspace and what the request names beside it. Refuses in this order: no such token, too many
    /// requests, not permitted. What is refused for one of the latter counts as used.
    pub async fn enter<P: Granted>(
        &self,
        permit: &TokenPermit<P>,
        wanted: &Wanted,
    ) -> Result<TokenEntry, DomainError> {
        let (store, now) = (&self.resources.store, self.resources.now());
        let workspace_id = permit.workspace_id();
        let (token, mut found) = futures::try_join!(
            store.use_api_token(permit.digest(), now),
            store.surroundings(workspace_id, wanted),
        )?;
        let token = token.filter(|token| token.workspace_id == workspace_id && !token.has_expired(now));
        let (Some(token), Some(workspace)) = (token, found.workspace.take()) else {
            return Err(DomainError::CredentialsInvalid);
        };
        let meter = switchboard_meter::current();
        meter.note_workspace(workspace_id);
        let (within, limit) = token.judge(now);
        meter.note_limit(limit);
        if !within {
            return Err(DomainError::RateLimited { limit });
        }
        api_token::check::<P>(&token)?;
        if workspace.status == WorkspaceStatus::Suspended && !P::WHILE_SUSPENDED {
            return Err(DomainError::WorkspaceInactive);
        }
        Ok(TokenEntry { token, workspace, found })
    }
}
