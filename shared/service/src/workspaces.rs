//! Workspaces, and the people in them.

mod creation;
mod deletion;
mod invitations;
pub(crate) mod members;
mod secrets;

use serde_json::{Value, json};
use switchboard_model::access::{Caller, ManageWorkspace, Permit, ReadWorkspace, Role, SignedIn};
use switchboard_model::audit::{Actor, AuditEntry, Deed};
use switchboard_model::plan::Plan;
use switchboard_model::workspace::{MemberStatus, Workspace, WorkspaceSecrets, WorkspaceStatus};
use switchboard_model::{DomainError, Id};
use switchboard_store::{Condition, StoreError};
use switchboard_vault::Sealer;

use crate::{Gate, Resources};

pub use members::Joined;
pub(crate) use secrets::open_secrets;

/// How often a change is tried anew where another came first.
const TRIES: usize = 4;

/// Workspaces, and the people in them.
#[derive(Clone)]
pub struct Workspaces {
    resources: Resources,
    gate: Gate,
    sealer: Sealer,
}

/// A workspace to make.
#[derive(Clone, Debug)]
pub struct NewWorkspace {
    /// What it is to be called.
    pub name: String,
    /// What it pays for.
    pub plan: Plan,
}

/// What is to be changed of a workspace; the rest stays.
#[derive(Clone, Debug, Default)]
pub struct WorkspaceChange {
    /// Another name. The slug stays: it is in URLs.
    pub name: Option<String>,
    /// Another plan.
    pub plan: Option<Plan>,
    /// Another status.
    pub status: Option<WorkspaceStatus>,
    /// Other settings, in the place of all that were there.
    pub settings: Option<Value>,
}

/// A workspace with its secrets, as the caller may see them.
#[derive(Debug)]
pub struct WorkspaceDetails {
    /// The workspace.
    pub workspace: Workspace,
    /// Its secrets: in full for those who manage it, masked for everyone else.
    pub secrets: WorkspaceSecrets,
}

impl Workspaces {
    /// Workspaces that `gate` stands before and whose secrets `sealer` seals.
    pub fn new(resources: Resources, gate: Gate, sealer: Sealer) -> Self {
        Self { resources, gate, sealer }
    }

    /// The workspaces that the caller has come into, suspended ones included, by age, with the caller's role in each. An
    /// API key is in its own.
    pub async fn list(&self, permit: &Permit<SignedIn>) -> Result<Vec<(Workspace, Role)>, DomainError> {
        let store = &self.resources.store;
        match permit.caller() {
            Caller::User { user_id, .. } => {
                let found = store.workspaces_of_user(*user_id).await?.into_iter();
                let entered = found.filter(|(_, member)| member.status == MemberStatus::Active);
                Ok(entered.map(|(workspace, member)| (workspace, member.role)).collect())
            }
            Caller::ApiKey { digest } => {
                let owner =
                    store.workspace_of_api_key(digest).await?.ok_or(DomainError::CredentialsInvalid)?;
                let entry = self.gate.enter(permit, owner).await?;
                Ok(vec![(entry.workspace, entry.role)])
            }
        }
    }

    /// One workspace. Only those who manage it see its secrets; for all others nothing is decrypted.
    pub async fn get(&self, permit: &Permit<ReadWorkspace>, id: Id) -> Result<WorkspaceDetails, DomainError> {
        let entry = self.gate.enter(permit, id).await?;
        let secrets = match entry.role {
            Role::Owner | Role::Admin => self.open(&entry.workspace).await?,
            Role::Member | Role::Agent | Role::Guest => entry.workspace.masked_secrets.clone(),
        };
        Ok(WorkspaceDetails { workspace: entry.workspace, secrets })
    }

    /// Changes a workspace. Where another change came first, this one is made on top of it.
    pub async fn update(
        &self,
        permit: &Permit<ManageWorkspace>,
        id: Id,
        change: &WorkspaceChange,
    ) -> Result<WorkspaceDetails, DomainError> {
        let entry = self.gate.enter(permit, id).await?;
        let actor = entry.actor();
        let mut current = entry.workspace;
        for _ in 0..TRIES {
            let changed = self.changed(&current, change);
            let told = self.told(actor, Deed::WorkspaceUpdated, id, names_of(change));
            let (stored, secrets) =
                futures::join!(self.store_change(&current, &changed, told), self.open(&current));
            match stored {
                Ok(()) => return Ok(WorkspaceDetails { workspace: changed, secrets: secrets? }),
                Err(StoreError::ConditionFailed(Condition::Contested)) => current = self.living(id).await?,
                Err(error) => return Err(error.into()),
            }
        }
        Err(DomainError::Contested)
    }

    /// `current` after `change`, which is the same where the change says nothing new.
    fn changed(&self, current: &Workspace, change: &WorkspaceChange) -> Workspace {
        let changed = Workspace {
            name: change.name.clone().unwrap_or_else(|| current.name.clone()),
            plan: change.plan.unwrap_or(current.plan),
            status: change.status.unwrap_or(current.status),
            settings: change.settings.clone().unwrap_or_else(|| current.settings.clone()),
            ..current.clone()
        };
        if changed == *current { changed } else { self.next_version(changed) }
    }

    async fn store_change(
        &self,
        current: &Workspace,
        changed: &Workspace,
        told: AuditEntry,
    ) -> Result<(), StoreError> {
        if changed == current {
            return Ok(());
        }
        self.resources.store.telling(told).update_workspace(changed).await
    }

    /// What the audit log is told of something that is done to a workspace.
    fn told(&self, actor: Actor, deed: Deed, id: Id, metadata: Value) -> AuditEntry {
        self.resources.entry(id, actor, deed, id, metadata)
    }

    /// `workspace` as the next version of itself, changed now.
    fn next_version(&self, workspace: Workspace) -> Workspace {
        Workspace { updated_at: self.resources.now(), version: workspace.version + 1, ..workspace }
    }

    /// The workspace as it is now, for somebody who has been let in before.
    async fn living(&self, id: Id) -> Result<Workspace, DomainError> {
        let access = self.resources.store.access(id, None, None).await?;
        access.workspace.ok_or(DomainError::WorkspaceNotFound)
    }
}

/// The names of what a change is of: what it is now stands in the workspace.
fn names_of(change: &WorkspaceChange) -> Value {
    let named = [
        ("name", change.name.is_some()),
        ("plan", change.plan.is_some()),
        ("status", change.status.is_some()),
        ("settings", change.settings.is_some()),
    ];
    let names: Vec<_> = named.into_iter().filter_map(|(name, changed)| changed.then_some(name)).collect();
    json!({"changed": names})
}
