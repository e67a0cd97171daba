//! Changing a template: claimed first, then edited at Meta.

use jiff::{SignedDuration, Timestamp};
use switchboard_model::DomainError;
use switchboard_model::Id;
use switchboard_model::access::{ManageTemplates, Permit};
use switchboard_model::field::{Checks, Reason, Refusal};
use switchboard_model::template::{
    Category, Components, News, OperationKind, Template, TemplateStatus, TemplateUpdate,
};

use super::account::{Account, is_unknown};
use super::{Templates, change, creation, fault};

/// How often an approved template may be edited (Meta, editing templates).
const EDITS: [(i64, usize); 2] = [(1, 1), (30, 10)];

/// What a template is to be.
struct Wanted {
    category: Category,
    components: Components,
}

impl Templates {
    /// Changes what a template says, or its category. Meta reviews it again. Its name and language can't be changed,
    /// and its status is Meta's to change: they may be given as they are.
    pub async fn update(
        &self,
        permit: &Permit<ManageTemplates>,
        id: Id,
        update: TemplateUpdate,
    ) -> Result<Template, DomainError> {
        let template = self.enter(permit, id).await?;
        check_unchangeable(&template, &update)?;
        let category = update.category.unwrap_or(template.category);
        let components = match &update.components {
            Some(given) => given.check(category)?,
            None => template.components.clone(),
        };
        if update.components.is_none() && category != template.category {
            components.check(category)?;
        }
        if category == template.category && components == template.components {
            return Ok(template);
        }
        if components.wording() != template.components.wording() {
            let listed = self.resources.store.templates_of_workspace(template.workspace_id).await?;
            let name = (template.name.as_str(), template.language.as_str());
            creation::refuse_repetition(&listed, &template.business_id, name, &components)?;
        }
        let now = self.resources.now();
        check_editable(&template, now)?;
        let Some(account) = self.sync.any_account(&template).await? else {
            let reason = "the workspace has no phone number of its business account".to_owned();
            return Err(DomainError::TemplateLocked { reason });
        };
        let components = self.with_sample(&account, template.workspace_id, components).await?;
        let claimed = self.claim(&template, now).await?;
        self.edit(&account, claimed, Wanted { category, components }, now).await
    }

    /// Notes the edit before Meta is asked, so that two at once do not both count as the first of the day.
    async fn claim(&self, template: &Template, now: Timestamp) -> Result<Template, DomainError> {
        let mut counted = template.clone();
        counted.edits.retain(|at| *at > now - days(30));
        if counted.status == TemplateStatus::Approved {
            counted.edits.push(now);
        }
        change::begin(&self.resources, &counted, OperationKind::Edit).await
    }

    async fn edit(
        &self,
        account: &Account,
        claimed: Template,
        wanted: Wanted,
        now: Timestamp,
    ) -> Result<Template, DomainError> {
        let Some(meta_id) = claimed.meta_template_id.clone() else {
            return Err(DomainError::TemplateLocked { reason: "Meta does not have it yet".to_owned() });
        };
        let category = (wanted.category != claimed.category).then_some(wanted.category);
        let (graph, token) = (&account.graph, &account.token);
        let Err(error) = graph.edit_template(token, &meta_id, category, &wanted.components).await else {
            return self.edited(claimed, &wanted, now).await;
        };
        if !is_unknown(&error) {
            self.unclaim(claimed, now).await?;
            return Err(fault::told(error));
        }
        match graph.template(token, &meta_id).await {
            Ok(Some(found)) if found.components.says_the_same(&wanted.components) => {
                self.edited(claimed, &wanted, now).await
            }
            Ok(_) => {
                self.unclaim(claimed, now).await?;
                Err(error.into())
            }
            // The sync will find out.
            Err(_) => Err(error.into()),
        }
    }

    async fn edited(
        &self,
        claimed: Template,
        wanted: &Wanted,
        now: Timestamp,
    ) -> Result<Template, DomainError> {
        let begun = claimed.news;
        let stored = change::store(&self.resources, claimed, |template| {
            template.components = wanted.components.clone();
            template.category = wanted.category;
            template.operation = None;
            // News that came meanwhile is of the review that the edit began.
            if template.news.status <= begun.status {
                template.status = TemplateStatus::Pending;
                template.rejection_reason = None;
                template.news.status = template.news.status.max(News::as_of(now).status);
            }
            true
        });
        stored.await?.ok_or(DomainError::TemplateNotFound)
    }

    /// Takes the note of an edit back that did not happen.
    async fn unclaim(&self, claimed: Template, at: Timestamp) -> Result<(), DomainError> {
        let stored = change::store(&self.resources, claimed, |template| {
            template.operation = None;
            template.edits.retain(|edit| *edit != at);
            true
        });
        stored.await?;
        Ok(())
    }
}

/// Refuses to change what can't be changed.
fn check_unchangeable(template: &Template, update: &TemplateUpdate) -> Result<(), DomainError> {
    let mut checks = Checks::default();
    let fixed = |same: bool, message: String| {
        if same { Ok(()) } else { Err(Refusal::new(Reason::NotAllowed, message)) }
    };
    let name = update.name.as_ref().is_none_or(|name| *name == template.name);
    checks.body("name", fixed(name, "A template's name can't be changed".to_owned()));
    let language = update.language.as_ref().is_none_or(|language| *language == template.language);
    checks.body("language", fixed(language, "A template's language can't be changed".to_owned()));
    let status = update.status.is_none_or(|status| status == template.status);
    let message = format!("Only Meta changes a template's status: it is {}", template.status);
    checks.body("status", fixed(status, message));
    let approved = template.status == TemplateStatus::Approved;
    let category = update.category.is_none_or(|category| category == template.category || !approved);
    checks.body(
        "category",
        fixed(category, "The category of an approved template can't be changed".to_owned()),
    );
    checks.finish(Some(()))
}

/// Refuses to edit what Meta does not let anybody edit now (Meta, editing templates).
fn check_editable(template: &Template, now: Timestamp) -> Result<(), DomainError> {
    let locked = |reason: String| Err(DomainError::TemplateLocked { reason });
    match template.status {
        TemplateStatus::Approved => {}
        TemplateStatus::Rejected | TemplateStatus::Paused => return Ok(()),
        other => {
            return locked(format!("only approved, rejected and paused templates can be, and it is {other}"));
        }
    }
    for (period, most) in EDITS {
        let since = now - days(period);
        if template.edits.iter().filter(|at| **at > since).count() >= most {
            let times = if most == 1 { "once".to_owned() } else { format!("{most} times") };
            let time = if period == 1 { "24 hours".to_owned() } else { format!("{period} days") };
            return locked(format!("an approved template can be edited {times} in {time}"));
        }
    }
    Ok(())
}

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}
