//! One account of one workspace.

use std::collections::HashMap;

use futures::TryStreamExt;
use switchboard_graph::GraphError;
use switchboard_model::phone_number::MetaId;
use switchboard_model::template::{
    ListedTemplate, MetaTemplate, News, OperationKind, Template, TemplateStatus,
};
use switchboard_model::{DomainError, Id, Timestamp};
use switchboard_store::{Condition, StoreError};

use super::super::account::{Account, is_of_token, numbers};
use super::super::{change, creation, deletion};
use super::{Tally, TemplateSync};

/// Most templates of an account that are looked at (Meta, template limits: 6,000).
const MOST_TEMPLATES: usize = 10_000;
/// Templates that are written at the same time.
const WRITES_AT_ONCE: usize = 8;

/// The templates of an account that are known here and were not yet met at Meta.
struct Known {
    by_meta_id: HashMap<MetaId, Id>,
    by_name: HashMap<(String, String), Id>,
    unmet: HashMap<Id, ListedTemplate>,
}

impl Known {
    fn of(listed: Vec<ListedTemplate>) -> Self {
        let mut known = Self { by_meta_id: HashMap::new(), by_name: HashMap::new(), unmet: HashMap::new() };
        for template in listed {
            if let Some(meta_id) = &template.meta_template_id {
                known.by_meta_id.insert(meta_id.clone(), template.id);
            }
            known.by_name.insert((template.name.clone(), template.language.clone()), template.id);
            known.unmet.insert(template.id, template);
        }
        known
    }

    /// The template that Meta's is here: by its id, or else by its name.
    fn meet(&mut self, meta: &MetaTemplate) -> Option<ListedTemplate> {
        let named = || self.by_name.get(&(meta.name.clone(), meta.language.clone()));
        let id = *self.by_meta_id.get(&meta.id).or_else(named)?;
        self.unmet.remove(&id)
    }
}

impl TemplateSync {
    /// Brings the templates of one account in step, and notes when.
    pub(super) async fn account(
        &self,
        workspace_id: Id,
        business_id: &MetaId,
        tally: &Tally,
    ) -> Result<(), DomainError> {
        let store = &self.resources.store;
        let numbers = numbers(&self.resources, workspace_id, business_id).await?;
        if numbers.is_empty() {
            store.forget_template_sync(workspace_id, business_id).await?;
            return Ok(());
        }
        let mut refused = None;
        for number in &numbers {
            let account = self.account_of(business_id, number).await?;
            match Box::pin(self.step(workspace_id, &account, tally)).await {
                Ok(()) => {
                    store.note_template_sync(workspace_id, business_id, self.resources.now()).await?;
                    return Ok(());
                }
                // Another number's token may do.
                Err(Trouble::Token(error)) => refused = Some(error),
                Err(Trouble::Other(error)) => return Err(error),
            }
        }
        Err(refused.unwrap_or(DomainError::PhoneNumberNotFound))
    }

    async fn step(&self, workspace_id: Id, account: &Account, tally: &Tally) -> Result<(), Trouble> {
        let mut listed = self.resources.store.templates_of_workspace(workspace_id).await?;
        listed.retain(|template| template.business_id == account.business_id);
        let mut known = Known::of(listed);
        let (mut after, mut looked_at) = (None, 0);
        loop {
            let asked_at = self.resources.now();
            let page =
                account.graph.templates(&account.token, &account.business_id, None, after.as_deref()).await?;
            if looked_at == 0 {
                tally.count(|report| report.accounts += 1);
            }
            looked_at += page.templates.len();
            self.take_in(workspace_id, account, &mut known, (page.templates, asked_at), tally).await?;
            match page.after {
                Some(next) if looked_at < MOST_TEMPLATES => after = Some(next),
                // Of what was not looked at nothing is known.
                Some(_) => return Ok(()),
                None => break,
            }
        }
        let unmet: Vec<ListedTemplate> = known.unmet.into_values().collect();
        for template in self.resources.store.listed_templates(workspace_id, &unmet).await? {
            self.miss(account, template, tally).await?;
        }
        Ok(())
    }

    /// Takes in a page of Meta's templates, and when it was asked for.
    async fn take_in(
        &self,
        workspace_id: Id,
        account: &Account,
        known: &mut Known,
        (page, asked_at): (Vec<MetaTemplate>, Timestamp),
        tally: &Tally,
    ) -> Result<(), StoreError> {
        let met: Vec<_> = page.into_iter().map(|meta| (known.meet(&meta), meta)).collect();
        let listed: Vec<_> = met.iter().filter_map(|(listed, _)| listed.clone()).collect();
        let stored = self.resources.store.listed_templates(workspace_id, &listed).await?;
        let mut stored: HashMap<Id, Template> =
            stored.into_iter().map(|template| (template.id, template)).collect();
        let paired: Vec<_> = met
            .into_iter()
            .filter_map(|(listed, meta)| match listed {
                // One that was deleted here since the list was read is left out.
                Some(listed) => stored.remove(&listed.id).map(|template| (Some(template), meta)),
                None => Some((None, meta)),
            })
            .collect();
        futures::stream::iter(paired.into_iter().map(Ok))
            .try_for_each_concurrent(WRITES_AT_ONCE, |(template, meta)| async move {
                match template {
                    Some(template) => self.take_over(template, &meta, asked_at, tally).await,
                    None => self.adopt(workspace_id, account, (meta, asked_at), tally).await,
                }
            })
            .await
    }

    /// Takes over what Meta said of a template. Whoever is at it, or was since Meta was asked, knows better.
    async fn take_over(
        &self,
        template: Template,
        meta: &MetaTemplate,
        asked_at: Timestamp,
        tally: &Tally,
    ) -> Result<(), StoreError> {
        let version = template.version;
        let take_over = |template: &mut Template| {
            !template.has_moved_on(asked_at, self.resources.now()) && template.take_over(meta, asked_at)
        };
        match change::store(&self.resources, template, take_over).await? {
            Some(stored) if stored.version == version => tally.count(|report| report.unchanged += 1),
            _ => tally.count(|report| report.updated += 1),
        }
        Ok(())
    }

    /// Takes in a template that is not known here.
    async fn adopt(
        &self,
        workspace_id: Id,
        account: &Account,
        (meta, asked_at): (MetaTemplate, Timestamp),
        tally: &Tally,
    ) -> Result<(), StoreError> {
        let draft = Template { news: News::as_of(asked_at), ..self.adopted(workspace_id, account, meta) };
        if matches!(draft.status, TemplateStatus::Deleted | TemplateStatus::PendingDeletion) {
            return Ok(());
        }
        let created = self.resources.create(|id| {
            let template = Template { id, ..draft.clone() };
            async move { self.resources.store.create_template(&template).await }
        });
        match created.await {
            Ok(()) => tally.count(|report| report.created += 1),
            // Somebody makes one of this name just now.
            Err(StoreError::ConditionFailed(Condition::TemplateTaken)) => {
                tally.count(|report| report.unchanged += 1);
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn adopted(&self, workspace_id: Id, account: &Account, meta: MetaTemplate) -> Template {
        use switchboard_model::phone_number::QualityRating;
        use switchboard_model::template::Category;

        let now = self.resources.now();
        Template {
            id: Id::NONE,
            workspace_id,
            phone_number_id: account.phone_number_id,
            business_id: account.business_id.clone(),
            name: meta.name,
            language: meta.language,
            category: meta.category.unwrap_or(Category::Utility),
            status: meta.status.unwrap_or(TemplateStatus::Pending),
            components: meta.components,
            meta_template_id: Some(meta.id),
            rejection_reason: meta.rejection_reason,
            quality: meta.quality.unwrap_or(QualityRating::Unknown),
            operation: None,
            edits: Vec::new(),
            news: News::default(),
            created_at: now,
            updated_at: now,
            deleted_at: None,
            version: 1,
        }
    }

    /// Settles a template that Meta's list does not have. Before it is called gone, Meta is asked for it by its id:
    /// lists of things that change may leave one out.
    async fn miss(&self, account: &Account, template: Template, tally: &Tally) -> Result<(), Trouble> {
        let asked_at = self.resources.now();
        if template.operation.is_some_and(|operation| operation.is_under_way(asked_at)) {
            tally.count(|report| report.unchanged += 1);
            return Ok(());
        }
        if template.status == TemplateStatus::Deleted && template.operation.is_none() {
            tally.count(|report| report.unchanged += 1);
            return Ok(());
        }
        let Some(meta_id) = template.meta_template_id.clone() else {
            return self.make_up_for(account, template, tally).await;
        };
        if let Some(meta) = account.graph.template(&account.token, &meta_id).await? {
            return Ok(self.take_over(template, &meta, asked_at, tally).await?);
        }
        tally.count(|report| report.gone += 1);
        if template.operation.is_some_and(|operation| operation.kind == OperationKind::Delete) {
            return Ok(deletion::delete_here(&self.resources, template).await?);
        }
        let gone = |template: &mut Template| {
            !template.has_moved_on(asked_at, self.resources.now()) && template.note_gone(asked_at)
        };
        change::store(&self.resources, template, gone).await?;
        Ok(())
    }

    /// Makes a template at Meta whose making was given up; one whose deletion was is deleted.
    async fn make_up_for(&self, account: &Account, template: Template, tally: &Tally) -> Result<(), Trouble> {
        if template.operation.is_some_and(|operation| operation.kind == OperationKind::Delete) {
            tally.count(|report| report.gone += 1);
            return Ok(deletion::delete_here(&self.resources, template).await?);
        }
        let claimed = match change::begin(&self.resources, &template, OperationKind::Create).await {
            Ok(claimed) => claimed,
            // Somebody else is at it.
            Err(DomainError::Contested) => return Ok(()),
            Err(error) => return Err(Trouble::Other(error)),
        };
        tally.count(|report| report.updated += 1);
        match creation::resubmit(&self.resources, account, claimed).await {
            Ok(()) | Err(DomainError::MetaUnavailable { .. }) => Ok(()),
            Err(error) => Err(Trouble::Other(error)),
        }
    }
}

/// Why an account could not be brought in step.
enum Trouble {
    /// Meta does not take the token.
    Token(DomainError),
    /// Anything else.
    Other(DomainError),
}

impl From<GraphError> for Trouble {
    fn from(error: GraphError) -> Self {
        if is_of_token(&error) { Self::Token(error.into()) } else { Self::Other(error.into()) }
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Other(error.into())
    }
}
