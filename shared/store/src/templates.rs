//! Templates: patterns T1 to T8.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_model::Id;
use switchboard_model::phone_number::{MetaId, QualityRating};
use switchboard_model::template::{
    Category, Components, ListedTemplate, News, Operation, Template, TemplateStatus,
};

use crate::expression::{Check, number};
use crate::item::{StoredForm, read_form};
use crate::keys::Key;
use crate::transaction::Transaction;
use crate::{Attributes, Condition, Store, StoreError, keys};

/// A template as stored. Its components are kept as text: a store limits the depth of what it takes apart.
#[derive(Serialize, Deserialize)]
struct StoredTemplate {
    id: Id,
    workspace_id: Id,
    phone_number_id: Id,
    business_id: MetaId,
    name: String,
    language: String,
    category: Category,
    status: TemplateStatus,
    components: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    meta_template_id: Option<MetaId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rejection_reason: Option<String>,
    quality: QualityRating,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    operation: Option<Operation>,
    /// Unix milliseconds each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    edits: Vec<i64>,
    news: News,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    created_at: Timestamp,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    updated_at: Timestamp,
    #[serde(
        default,
        with = "jiff::fmt::serde::timestamp::millisecond::optional",
        skip_serializing_if = "Option::is_none"
    )]
    deleted_at: Option<Timestamp>,
    version: u32,
    /// [`APPROVED`] while Meta lets it be sent, for the outbox.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    outbox: Option<String>,
}

/// The outbox mark of a template that may be sent.
pub(crate) const APPROVED: &str = "approved";

impl StoredForm for StoredTemplate {
    const ENTITY: &'static str = "template";
}

/// Where a template is, and whose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplatePointer {
    /// Our id.
    pub id: Id,
    /// The workspace.
    pub workspace_id: Id,
    business_id: MetaId,
    name: String,
    language: String,
}

impl StoredForm for TemplatePointer {
    const ENTITY: &'static str = "template_pointer";
}

impl TemplatePointer {
    fn to(template: &Template) -> Self {
        Self {
            id: template.id,
            workspace_id: template.workspace_id,
            business_id: template.business_id.clone(),
            name: template.name.clone(),
            language: template.language.clone(),
        }
    }

    fn key(&self) -> Key {
        keys::template(self.workspace_id, &self.business_id, &self.name, &self.language)
    }
}

/// A template in a list.
#[derive(Serialize, Deserialize)]
struct StoredListedTemplate {
    id: Id,
    phone_number_id: Id,
    business_id: MetaId,
    name: String,
    language: String,
    category: Category,
    status: TemplateStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    meta_template_id: Option<MetaId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    wording: Option<String>,
}

impl StoredForm for StoredListedTemplate {
    const ENTITY: &'static str = "listed_template";
}

/// The template of an item of the stream, and whose it is.
pub(crate) fn place(item: Attributes) -> Result<(Id, Id), Box<dyn std::error::Error + Send + Sync>> {
    let stored: StoredTemplate = read_form(item)?;
    Ok((stored.workspace_id, stored.id))
}

impl Store {
    /// T1, first part: where the template with this id is, unless it is deleted.
    pub async fn template_pointer(&self, id: Id) -> Result<Option<TemplatePointer>, StoreError> {
        self.get(&keys::template_pointer(id)).await
    }

    /// T1, second part: the template that a pointer leads to.
    pub async fn template_at(&self, pointer: &TemplatePointer) -> Result<Option<Template>, StoreError> {
        let found = self.read_template(&pointer.key()).await?;
        // Another may have taken the name since the pointer was read.
        Ok(found.filter(|template| template.id == pointer.id))
    }

    /// T1: the template with this id, unless it is deleted. Two round trips.
    pub async fn template(&self, id: Id) -> Result<Option<Template>, StoreError> {
        match self.template_pointer(id).await? {
            Some(pointer) => self.template_at(&pointer).await,
            None => Ok(None),
        }
    }

    /// T2: makes a template. Fails as `TemplateTaken`, `IdTaken` or `Contested` (the workspace is deleted).
    pub async fn create_template(&self, new: &Template) -> Result<(), StoreError> {
        let pointer = TemplatePointer::to(new);
        self.transaction()
            .create(&pointer.key(), &StoredTemplate::try_from(new)?, Condition::TemplateTaken)?
            .create(&keys::template_pointer(new.id), &pointer, Condition::IdTaken)?
            .workspace_lives(new.workspace_id)?
            .put_template_links(new)?
            .commit()
            .await
    }

    /// T3: the templates of a workspace, the newest first.
    pub async fn templates_of_workspace(&self, workspace_id: Id) -> Result<Vec<ListedTemplate>, StoreError> {
        let mut listed: Vec<ListedTemplate> = self
            .list::<StoredListedTemplate>(&keys::listed_templates(workspace_id))
            .await?
            .into_iter()
            .map(ListedTemplate::from)
            .collect();
        listed.reverse();
        Ok(listed)
    }

    /// T4: puts a changed template in the place of the one that was read, whose version is one less. Fails as
    /// `Contested` where another change came first.
    pub async fn update_template(&self, changed: &Template) -> Result<(), StoreError> {
        let (check, condition) = unchanged(changed);
        let key = TemplatePointer::to(changed).key();
        self.transaction()
            .put_if(&key, &StoredTemplate::try_from(changed)?, check, condition)?
            .put_template_links(changed)?
            .commit()
            .await
    }

    /// T5: deletes a template: it is kept elsewhere, and its name becomes free. Fails as `Contested`.
    pub async fn delete_template(&self, deleted: &Template) -> Result<(), StoreError> {
        let kept = StoredTemplate::try_from(deleted)?;
        self.transaction()
            .put(&keys::deleted_template(deleted.id), &kept)?
            .remove_template(deleted)?
            .commit()
            .await
    }

    /// T5, of a template that Meta never had: nothing of it is kept. Fails as `Contested`.
    pub async fn discard_template(&self, discarded: &Template) -> Result<(), StoreError> {
        self.transaction().remove_template(discarded)?.commit().await
    }

    /// T6: the template of an account with this name in this language.
    pub async fn template_named(
        &self,
        workspace_id: Id,
        business_id: &MetaId,
        name: &str,
        language: &str,
    ) -> Result<Option<Template>, StoreError> {
        self.read_template(&keys::template(workspace_id, business_id, name, language)).await
    }

    /// T6, where the account is not known yet: those of all accounts. Can be read beside the access check; there is
    /// one for each account of the workspace, so mostly one.
    pub async fn templates_named(
        &self,
        workspace_id: Id,
        name: &str,
        language: &str,
    ) -> Result<Vec<Template>, StoreError> {
        let range = keys::templates_named(workspace_id, name, language);
        self.list::<StoredTemplate>(&range).await?.into_iter().map(Template::try_from).collect()
    }

    /// T7: the templates that Meta calls `meta_id`, one for each workspace that has a number of the account.
    pub async fn templates_by_meta_id(&self, meta_id: &MetaId) -> Result<Vec<Template>, StoreError> {
        let pointers = self.list::<TemplatePointer>(&keys::meta_templates(meta_id)).await?;
        let mut found = self.templates_at(&pointers).await?;
        found.retain(|template| template.meta_template_id.as_ref() == Some(meta_id));
        Ok(found)
    }

    /// T8: several templates of a workspace's list, in its order; those that are still there.
    pub async fn listed_templates(
        &self,
        workspace_id: Id,
        listed: &[ListedTemplate],
    ) -> Result<Vec<Template>, StoreError> {
        let pointers = listed.iter().map(|listed| TemplatePointer {
            id: listed.id,
            workspace_id,
            business_id: listed.business_id.clone(),
            name: listed.name.clone(),
            language: listed.language.clone(),
        });
        self.templates_at(&pointers.collect::<Vec<_>>()).await
    }

    async fn templates_at(&self, pointers: &[TemplatePointer]) -> Result<Vec<Template>, StoreError> {
        let wanted: Vec<_> = pointers.iter().map(TemplatePointer::key).collect();
        let found = self.get_all(&wanted).await?.into_iter();
        let found = found.map(|(key, item)| self.read::<StoredTemplate>(&key, item)?.try_into());
        let found: Vec<Template> = found.collect::<Result<_, _>>()?;
        Ok(found.into_iter().filter(|one| pointers.iter().any(|pointer| pointer.id == one.id)).collect())
    }

    async fn read_template(&self, key: &Key) -> Result<Option<Template>, StoreError> {
        self.get::<StoredTemplate>(key).await?.map(Template::try_from).transpose()
    }
}

impl Transaction<'_> {
    fn put_template_links(self, template: &Template) -> Result<Self, StoreError> {
        let listed = StoredListedTemplate::from(template);
        let transaction = self.put(&keys::listed_template(template.workspace_id, template.id), &listed)?;
        match &template.meta_template_id {
            Some(meta_id) => {
                let key = keys::meta_template(meta_id, template.workspace_id);
                transaction.put(&key, &TemplatePointer::to(template))
            }
            None => Ok(transaction),
        }
    }

    fn remove_template(self, removed: &Template) -> Result<Self, StoreError> {
        let transaction = self
            .delete(&TemplatePointer::to(removed).key(), Some(unchanged(removed)))?
            .delete(&keys::template_pointer(removed.id), None)?
            .delete(&keys::listed_template(removed.workspace_id, removed.id), None)?;
        match &removed.meta_template_id {
            Some(meta_id) => transaction.delete(&keys::meta_template(meta_id, removed.workspace_id), None),
            None => Ok(transaction),
        }
    }
}

fn unchanged(changed: &Template) -> (Check, Condition) {
    let version = Check::Equals("version", number(changed.version.saturating_sub(1)));
    let same = Check::Equals("id", crate::expression::string(changed.id.to_string()));
    (Check::All(vec![same, version]), Condition::Contested)
}

impl From<&Template> for StoredListedTemplate {
    fn from(template: &Template) -> Self {
        Self {
            id: template.id,
            phone_number_id: template.phone_number_id,
            business_id: template.business_id.clone(),
            name: template.name.clone(),
            language: template.language.clone(),
            category: template.category,
            status: template.status,
            meta_template_id: template.meta_template_id.clone(),
            wording: template.components.wording(),
        }
    }
}

impl From<StoredListedTemplate> for ListedTemplate {
    fn from(stored: StoredListedTemplate) -> Self {
        Self {
            id: stored.id,
            phone_number_id: stored.phone_number_id,
            business_id: stored.business_id,
            name: stored.name,
            language: stored.language,
            category: stored.category,
            status: stored.status,
            meta_template_id: stored.meta_template_id,
            wording: stored.wording,
        }
    }
}

impl TryFrom<&Template> for StoredTemplate {
    type Error = StoreError;

    fn try_from(template: &Template) -> Result<Self, StoreError> {
        let components = serde_json::to_string(&template.components)
            .map_err(|error| StoreError::Unstorable(error.into()))?;
        Ok(Self {
            id: template.id,
            workspace_id: template.workspace_id,
            phone_number_id: template.phone_number_id,
            business_id: template.business_id.clone(),
            name: template.name.clone(),
            language: template.language.clone(),
            category: template.category,
            status: template.status,
            components,
            meta_template_id: template.meta_template_id.clone(),
            rejection_reason: template.rejection_reason.clone(),
            quality: template.quality,
            operation: template.operation,
            edits: template.edits.iter().map(|at| at.as_millisecond()).collect(),
            news: template.news,
            created_at: template.created_at,
            updated_at: template.updated_at,
            deleted_at: template.deleted_at,
            version: template.version,
            outbox: template.check_sendable().is_ok().then(|| APPROVED.to_owned()),
        })
    }
}

impl TryFrom<StoredTemplate> for Template {
    type Error = StoreError;

    fn try_from(stored: StoredTemplate) -> Result<Self, StoreError> {
        let corrupt = |source: serde_json::Error| StoreError::Corrupt {
            table: "main".to_owned(),
            key: format!("TEMPLATE#{}", stored.id),
            source: source.into(),
        };
        let components: Components = serde_json::from_str(&stored.components).map_err(corrupt)?;
        let edits = stored.edits.iter().filter_map(|at| Timestamp::from_millisecond(*at).ok()).collect();
        Ok(Self {
            id: stored.id,
            workspace_id: stored.workspace_id,
            phone_number_id: stored.phone_number_id,
            business_id: stored.business_id,
            name: stored.name,
            language: stored.language,
            category: stored.category,
            status: stored.status,
            components,
            meta_template_id: stored.meta_template_id,
            rejection_reason: stored.rejection_reason,
            quality: stored.quality,
            operation: stored.operation,
            edits,
            news: stored.news,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
            deleted_at: stored.deleted_at,
            version: stored.version,
        })
    }
}
