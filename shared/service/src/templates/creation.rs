//! Making a template: stored first, then made at Meta.

use switchboard_graph::{CreatedTemplate, GraphError, TemplateFault};
use switchboard_model::access::{ManageTemplates, Permit};
use switchboard_model::field::{FieldError, Part, Reason, Step};
use switchboard_model::phone_number::{MetaId, PhoneNumber, QualityRating};
use switchboard_model::template::{
    Components, ListedTemplate, MetaTemplate, NewTemplate, News, Operation, OperationKind, Sighting,
    Template, TemplateStatus,
};
use switchboard_model::{DomainError, Id};
use switchboard_store::{Condition, StoreError};

use super::account::{Account, is_of_token, is_unknown};
use super::{Templates, change, fault};
use crate::Resources;

impl Templates {
    /// Makes a template. What Meta refuses is not kept. Where Meta's answer is lost, the template is kept as pending;
    /// the next sync finds out whether Meta has it, and makes it if not.
    pub async fn create(
        &self,
        permit: &Permit<ManageTemplates>,
        new: NewTemplate,
    ) -> Result<Template, DomainError> {
        let store = &self.resources.store;
        let (entry, listed) = futures::join!(
            Box::pin(self.gate.enter_with(permit, new.workspace_id, Some(new.phone_number_id))),
            store.templates_of_workspace(new.workspace_id),
        );
        let number = entry?.phone_number.filter(|number| number.deleted_at.is_none());
        let number = number.ok_or(DomainError::PhoneNumberNotFound)?;
        let business_id = number.business_id.clone().ok_or(DomainError::AccountUnknown)?;
        refuse_repetition(&listed?, &business_id, (&new.name, &new.language), &new.components)?;
        let account = self.sync.account_of(&business_id, &number).await?;
        let components = self.with_sample(&account, new.workspace_id, new.components).await?;
        let new = NewTemplate { components, ..new };
        let reserved = self.reserve(&new, &business_id, &number).await?;
        submit(&self.resources, &account, reserved).await
    }

    /// Stores a template that is about to be made at Meta. It takes the place of one that is gone there, and of one
    /// whose making was given up.
    async fn reserve(
        &self,
        new: &NewTemplate,
        business_id: &MetaId,
        number: &PhoneNumber,
    ) -> Result<Template, DomainError> {
        let draft = self.draft(new, business_id, number);
        match self.create_stored(&draft).await {
            Err(StoreError::ConditionFailed(Condition::TemplateTaken)) => {}
            created => return stored(created),
        }
        let store = &self.resources.store;
        let holder = store.template_named(new.workspace_id, business_id, &new.name, &new.language).await?;
        let Some(holder) = holder else { return stored(self.create_stored(&draft).await) };
        if holder.status == TemplateStatus::Deleted {
            let now = self.resources.now();
            let delete = |template: &mut Template| {
                template.deleted_at = Some(now);
                true
            };
            change::store(&self.resources, holder, delete).await?;
            return stored(self.create_stored(&draft).await);
        }
        let given_up = holder.meta_template_id.is_none()
            && holder.operation.is_some_and(|operation| !operation.is_under_way(self.resources.now()));
        if !given_up {
            return Err(DomainError::TemplateTaken);
        }
        let again =
            Template { id: holder.id, created_at: holder.created_at, version: holder.version + 1, ..draft };
        store.update_template(&again).await?;
        Ok(again)
    }

    async fn create_stored(&self, draft: &Template) -> Result<Template, StoreError> {
        let created = self.resources.create(|id| {
            let template = Template { id, ..draft.clone() };
            async move { self.resources.store.create_template(&template).await.map(|()| template) }
        });
        created.await
    }

    fn draft(&self, new: &NewTemplate, business_id: &MetaId, number: &PhoneNumber) -> Template {
        let now = self.resources.now();
        Template {
            id: Id::NONE,
            workspace_id: new.workspace_id,
            phone_number_id: number.id,
            business_id: business_id.clone(),
            name: new.name.clone(),
            language: new.language.clone(),
            category: new.category,
            status: TemplateStatus::Pending,
            components: new.components.clone(),
            meta_template_id: None,
            rejection_reason: None,
            quality: QualityRating::Unknown,
            operation: Some(Operation::begin(OperationKind::Create, now)),
            edits: Vec::new(),
            news: News::default(),
            created_at: now,
            updated_at: now,
            deleted_at: None,
            version: 1,
        }
    }
}

/// Makes a stored template at Meta.
pub(super) async fn submit(
    resources: &Resources,
    account: &Account,
    template: Template,
) -> Result<Template, DomainError> {
    let name = (template.name.as_str(), template.language.as_str());
    let made = account.graph.create_template(
        &account.token,
        &account.business_id,
        name,
        template.category,
        &template.components,
    );
    let error = match made.await {
        Ok(created) => return settle(resources, template, &created).await,
        Err(error) => error,
    };
    let is_taken = error.refusal().and_then(TemplateFault::of) == Some(TemplateFault::NameTaken);
    if !is_taken && !is_unknown(&error) {
        change::discard(resources, template).await?;
        return Err(fault::told(error));
    }
    let asked_at = resources.now();
    match (find(account, &template).await, is_taken) {
        // Ours, made by a call whose answer was lost.
        (Ok(Some(found)), _) if found.components.says_the_same(&template.components) => {
            let take_over = |template: &mut Template| template.take_over(&found, asked_at);
            let taken = change::store(resources, template, take_over).await?;
            taken.ok_or(DomainError::TemplateNotFound)
        }
        (_, true) | (Ok(Some(_)), _) => {
            change::discard(resources, template).await?;
            Err(DomainError::TemplateTaken)
        }
        (Ok(None) | Err(_), false) => Ok(template),
    }
}

/// Makes a template at Meta whose making was given up. What Meta refuses now is rejected: whoever wanted it has been
/// told that it is pending.
pub(super) async fn resubmit(
    resources: &Resources,
    account: &Account,
    template: Template,
) -> Result<(), DomainError> {
    let made = account.graph.create_template(
        &account.token,
        &account.business_id,
        (&template.name, &template.language),
        template.category,
        &template.components,
    );
    let error = match made.await {
        Ok(created) => return settle(resources, template, &created).await.map(drop),
        Err(error) => error,
    };
    if error.refusal().and_then(TemplateFault::of) == Some(TemplateFault::NameTaken) {
        // Somebody made it just now; the next sync meets it.
        return Ok(());
    }
    let is_of_token = is_of_token(&error);
    let told = DomainError::from(error);
    let message = match &told {
        DomainError::MetaRefused { message, .. } if !is_of_token => message,
        _ => return Err(told),
    };
    let now = resources.now();
    let reject = |template: &mut Template| {
        template.operation = None;
        template.note(Sighting::Status(TemplateStatus::Rejected, Some(message.clone())), now.as_second());
        true
    };
    change::store(resources, template, reject).await?;
    Ok(())
}

/// The template that Meta has under the name.
async fn find(account: &Account, template: &Template) -> Result<Option<MetaTemplate>, GraphError> {
    let (graph, token) = (&account.graph, &account.token);
    graph.template_named(token, &account.business_id, &template.name, &template.language).await
}

/// Notes that Meta has a template. News of it may have come before its id.
async fn settle(
    resources: &Resources,
    template: Template,
    created: &CreatedTemplate,
) -> Result<Template, DomainError> {
    let settled = change::store(resources, template, |template| {
        template.meta_template_id = Some(created.id.clone());
        template.operation = None;
        if template.news.status == 0 {
            template.status = created.status.unwrap_or(template.status);
        }
        if template.news.category == 0 {
            template.category = created.category.unwrap_or(template.category);
        }
        true
    });
    settled.await?.ok_or(DomainError::TemplateNotFound)
}

/// Refuses components whose body and footer a template of the account has that is called otherwise than `name`, in
/// its language: Meta does not take these twice (Meta, template review).
pub(super) fn refuse_repetition(
    listed: &[ListedTemplate],
    business_id: &MetaId,
    name: (&str, &str),
    components: &Components,
) -> Result<(), DomainError> {
    let Some(wording) = components.wording() else { return Ok(()) };
    let counts = |template: &&ListedTemplate| {
        !matches!(template.status, TemplateStatus::Rejected | TemplateStatus::Deleted)
            && (template.name.as_str(), template.language.as_str()) != name
            && template.business_id == *business_id
            && template.wording.as_deref() == Some(wording.as_str())
    };
    let Some(same) = listed.iter().find(counts) else { return Ok(()) };
    let path = ["components", "body", "text"].map(|name| Step::Name(name.to_owned())).to_vec();
    let message = format!("The template '{}' ({}) has the same body and footer", same.name, same.language);
    Err(DomainError::field(FieldError { part: Part::Body, path, reason: Reason::BadValue, message }))
}

fn stored(created: Result<Template, StoreError>) -> Result<Template, DomainError> {
    created.map_err(|error| match error.condition() {
        Some(Condition::TemplateTaken) => DomainError::TemplateTaken,
        // The workspace was deleted meanwhile.
        Some(Condition::Contested) => DomainError::WorkspaceNotFound,
        _ => error.into(),
    })
}
