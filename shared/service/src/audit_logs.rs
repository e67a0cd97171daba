//! What was done in a workspace, and by whom.

use serde_json::Value;
use switchboard_model::access::{ManageWorkspace, Permit};
use switchboard_model::audit::{Actor, AuditEntry, AuditFilter, Deed};
use switchboard_model::field::{Reason, Refusal};
use switchboard_model::{DomainError, Id};
use switchboard_store::AuditPage;

use crate::gate::Entry;
use crate::{Gate, Resources};

/// The audit log of each workspace.
#[derive(Clone)]
pub struct AuditLogs {
    resources: Resources,
    gate: Gate,
}

impl AuditLogs {
    /// Audit logs of the workspaces behind `gate`.
    pub fn new(resources: Resources, gate: Gate) -> Self {
        Self { resources, gate }
    }

    /// A part of a workspace's audit log, the newest entries first. `after` is where an earlier part of the same
    /// list ended. A part may be short, or empty, where `filter` lets little through; it goes on as long as it says
    /// where.
    pub async fn list(
        &self,
        permit: &Permit<ManageWorkspace>,
        workspace_id: Id,
        filter: &AuditFilter,
        after: Option<&str>,
        limit: usize,
    ) -> Result<AuditPage, DomainError> {
        self.gate.enter(permit, workspace_id).await?;
        let page = self.resources.store.audit_entries(workspace_id, filter, after, limit).await?;
        page.ok_or_else(|| {
            let message = "Input should be the next_cursor of the same list";
            DomainError::field(Refusal::new(Reason::BadValue, message).of_query("cursor"))
        })
    }
}

impl Resources {
    /// An entry of the audit log of something that is done now.
    pub fn entry(
        &self,
        workspace_id: Id,
        actor: Actor,
        deed: Deed,
        resource_id: Id,
        metadata: Value,
    ) -> AuditEntry {
        AuditEntry {
            id: self.ids.next_id(),
            workspace_id,
            actor,
            action: deed.action(actor.kind).to_owned(),
            resource: deed.resource().to_owned(),
            resource_id,
            metadata,
            created_at: self.now(),
        }
    }
}

impl Entry {
    /// The caller, as the audit log names them.
    pub fn actor(&self) -> Actor {
        self.user_id.map_or_else(Actor::api_key, Actor::user)
    }
}
