//! Deleting a template: at Meta, then here.

use switchboard_graph::GraphError;
use switchboard_model::access::{ManageTemplates, Permit};
use switchboard_model::phone_number::MetaId;
use switchboard_model::template::{OperationKind, Template, TemplateStatus};
use switchboard_model::{DomainError, Id};
use switchboard_store::StoreError;

use super::account::{Account, is_unknown};
use super::{Templates, change};
use crate::Resources;

impl Templates {
    /// Deletes a template at Meta, in its language only, and then here. Where the workspace has no number of its
    /// account any more, only here.
    pub async fn delete(&self, permit: &Permit<ManageTemplates>, id: Id) -> Result<(), DomainError> {
        let template = self.enter(permit, id).await?;
        let account = match template.status {
            TemplateStatus::Deleted => None,
            _ => self.sync.any_account(&template).await?,
        };
        let Some(account) = account else { return Ok(delete_here(&self.resources, template).await?) };
        let claimed = change::begin(&self.resources, &template, OperationKind::Delete).await?;
        match self.delete_at_meta(&account, &claimed).await {
            Ok(()) => Ok(delete_here(&self.resources, claimed).await?),
            // The sync will find out.
            Err(error) if is_unknown(&error) => Err(error.into()),
            Err(error) => {
                let unclaim = |template: &mut Template| template.operation.take().is_some();
                change::store(&self.resources, claimed, unclaim).await?;
                Err(refused(error))
            }
        }
    }

    /// Deletes a template at Meta; one that is not there is deleted.
    async fn delete_at_meta(&self, account: &Account, template: &Template) -> Result<(), GraphError> {
        let (graph, token) = (&account.graph, &account.token);
        let Some(meta_id) = self.meta_id(account, template).await? else { return Ok(()) };
        let deleted = graph.delete_template(token, &account.business_id, &meta_id, &template.name).await;
        let Err(error) = deleted else { return Ok(()) };
        match graph.template(token, &meta_id).await {
            Ok(None) => Ok(()),
            Ok(Some(_)) if is_unknown(&error) => {
                graph.delete_template(token, &account.business_id, &meta_id, &template.name).await
            }
            Ok(Some(_)) | Err(_) => Err(error),
        }
    }

    /// Meta's id of a template; of one whose making was given up, Meta is asked by its name.
    async fn meta_id(&self, account: &Account, template: &Template) -> Result<Option<MetaId>, GraphError> {
        if let Some(meta_id) = &template.meta_template_id {
            return Ok(Some(meta_id.clone()));
        }
        let (graph, token) = (&account.graph, &account.token);
        let found =
            graph.template_named(token, &account.business_id, &template.name, &template.language).await?;
        Ok(found.map(|found| found.id))
    }
}

/// Deletes a template here.
pub(super) async fn delete_here(resources: &Resources, template: Template) -> Result<(), StoreError> {
    let now = resources.now();
    let delete = |template: &mut Template| {
        template.deleted_at = Some(now);
        template.operation = None;
        true
    };
    change::store(resources, template, delete).await.map(drop)
}

/// What Meta has against it is the template's state, unless it is the token or something that passes.
fn refused(error: GraphError) -> DomainError {
    match DomainError::from(error) {
        DomainError::MetaRefused { code: 100, message } => DomainError::TemplateLocked { reason: message },
        other => other,
    }
}
