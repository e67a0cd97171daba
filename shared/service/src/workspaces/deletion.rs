//! Deleting a workspace.

use serde_json::json;
use switchboard_model::access::{DeleteWorkspace, Permit};
use switchboard_model::audit::Deed;
use switchboard_model::workspace::Workspace;
use switchboard_model::{DomainError, Id};
use switchboard_store::{Condition, StoreError};

use super::{TRIES, Workspaces};

impl Workspaces {
    /// Deletes a workspace: it is kept, but nobody finds it any more. Its phone numbers go first, so that a
    /// deletion that is cut short can be asked for again and no deleted workspace holds on to a number of Meta's.
    pub async fn delete(&self, permit: &Permit<DeleteWorkspace>, id: Id) -> Result<(), DomainError> {
        let entry = self.gate.enter(permit, id).await?;
        let actor = entry.actor();
        let mut current = entry.workspace;
        for _ in 0..TRIES {
            self.delete_phone_numbers(id).await?;
            let deleted_at = Some(self.resources.now());
            let deleted = self.next_version(Workspace { deleted_at, ..current });
            let told = self.told(actor, Deed::WorkspaceDeleted, id, json!({}));
            match self.resources.store.telling(told).delete_workspace(&deleted).await {
                Ok(()) => return Ok(()),
                Err(StoreError::ConditionFailed(Condition::Contested | Condition::PhoneNumbersRemain)) => {
                    current = self.living(id).await?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(DomainError::Contested)
    }

    /// Deletes the workspace's phone numbers one after the other: each changes the same tally.
    async fn delete_phone_numbers(&self, workspace_id: Id) -> Result<(), DomainError> {
        let store = &self.resources.store;
        for mut number in store.phone_numbers_of_workspace(workspace_id).await? {
            let now = self.resources.now();
            number.delete(now);
            number.updated_at = now;
            number.version += 1;
            match store.delete_phone_number(&number).await {
                // Somebody changes the number at the same time; it is looked at again with the workspace.
                Ok(()) | Err(StoreError::ConditionFailed(Condition::Contested)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}
