//! Message templates of workspaces.
//!
//! A template lives in two places, here and at Meta, and no write reaches both. So what is begun at Meta is noted in
//! the template first (`Operation`); when its outcome is known, the note goes. Where the outcome is not known, or
//! whoever began it is gone, the note stays, and the next one to look (`sync`) asks Meta what became of it.

mod account;
mod change;
mod creation;
mod deletion;
mod fault;
mod sample;
mod sync;
mod update;

use switchboard_graph::Graph;
use switchboard_model::access::{Caller, ManageTemplates, Permission, Permit, ReadWorkspace};
use switchboard_model::page::{Page, Slice};
use switchboard_model::template::{ListedTemplate, Template, TemplateFilter};
use switchboard_model::{DomainError, Id};
use switchboard_vault::Sealer;

use crate::{Gate, Resources};

pub(crate) use change::store as apply;
pub use sample::TemplateSamples;
pub use sync::{Progress, SyncReport, TemplateSync};

/// Message templates of workspaces.
#[derive(Clone)]
pub struct Templates {
    resources: Resources,
    gate: Gate,
    samples: TemplateSamples,
    sync: TemplateSync,
}

impl Templates {
    /// Templates at `graph`, which is asked with the numbers' tokens, and gets examples of files from `samples`.
    pub fn new(
        resources: Resources,
        gate: Gate,
        sealer: Sealer,
        graph: Graph,
        samples: TemplateSamples,
    ) -> Self {
        let sync = TemplateSync::new(resources.clone(), sealer, graph);
        Self { resources, gate, samples, sync }
    }

    /// A page of a workspace's templates, the newest first.
    pub async fn list(
        &self,
        permit: &Permit<ReadWorkspace>,
        workspace_id: Id,
        filter: TemplateFilter,
        slice: Slice,
    ) -> Result<Page<ListedTemplate>, DomainError> {
        // Read side by side to save a round trip; nothing leaves before the gate has let the caller in.
        let (entry, templates) = futures::join!(
            Box::pin(self.gate.enter_with(permit, workspace_id, filter.phone_number_id)),
            self.resources.store.templates_of_workspace(workspace_id),
        );
        let account = entry?.phone_number.and_then(|number| number.business_id);
        let mut templates = templates?;
        templates.retain(|template| {
            let of_number = filter.phone_number_id.is_none_or(|id| {
                template.phone_number_id == id || account.as_ref() == Some(&template.business_id)
            });
            of_number
                && filter.status.is_none_or(|status| template.status == status)
                && filter.category.is_none_or(|category| template.category == category)
        });
        Ok(slice.of(templates))
    }

    /// One template.
    pub async fn get(&self, permit: &Permit<ReadWorkspace>, id: Id) -> Result<Template, DomainError> {
        self.enter(permit, id).await
    }

    /// Asks Meta anew for the templates of one number's account, or of all accounts of the workspace.
    pub async fn sync(
        &self,
        permit: &Permit<ManageTemplates>,
        workspace_id: Id,
        phone_number_id: Option<Id>,
    ) -> Result<SyncReport, DomainError> {
        let entry = self.gate.enter_with(permit, workspace_id, phone_number_id).await?;
        let accounts = if phone_number_id.is_some() {
            let number = entry.phone_number.filter(|number| number.deleted_at.is_none());
            let number = number.ok_or(DomainError::PhoneNumberNotFound)?;
            vec![number.business_id.ok_or(DomainError::AccountUnknown)?]
        } else {
            self.sync.accounts(workspace_id).await?
        };
        self.sync.now(workspace_id, accounts).await
    }

    /// Lets a caller into the workspace of the template that they name. To those who have no place there, it is the
    /// same as one that does not exist.
    async fn enter<P: Permission>(&self, permit: &Permit<P>, id: Id) -> Result<Template, DomainError> {
        let store = &self.resources.store;
        let Some(pointer) = store.template_pointer(id).await? else {
            return Err(self.not_found(permit).await?);
        };
        let (entry, template) = futures::join!(
            Box::pin(self.gate.enter(permit, pointer.workspace_id)),
            store.template_at(&pointer),
        );
        match entry {
            Ok(_) => template?.ok_or(DomainError::TemplateNotFound),
            Err(DomainError::WorkspaceNotFound | DomainError::CredentialsInvalid) => {
                Err(self.not_found(permit).await?)
            }
            Err(error) => Err(error),
        }
    }

    /// What is told to a caller whose template is not found. An API key shows only now whether it is one at all.
    async fn not_found<P>(&self, permit: &Permit<P>) -> Result<DomainError, DomainError> {
        match permit.caller() {
            Caller::ApiKey { digest }
                if self.resources.store.workspace_of_api_key(digest).await?.is_none() =>
            {
                Ok(DomainError::CredentialsInvalid)
            }
            _ => Ok(DomainError::TemplateNotFound),
        }
    }
}
