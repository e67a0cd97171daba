//! Lists of templates.

use serde::{Deserialize, Serialize};
use switchboard_model::field::{Checks, one_of};
use switchboard_model::page::Slice;
use switchboard_model::template::{Category, ListedTemplate, TemplateStatus};
use switchboard_model::{DomainError, Id};
use utoipa::{IntoParams, ToSchema};

use crate::{WireId, page};

/// Which templates to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// The workspace.
    workspace_id: WireId,
    /// Only those that this number may send: the templates of its business account.
    phone_number_id: Option<WireId>,
    /// Only those with this status, such as `PENDING`, `APPROVED` or `REJECTED`.
    #[param(example = "APPROVED")]
    status: Option<String>,
    /// Only those of this category: `MARKETING`, `UTILITY` or `AUTHENTICATION`.
    #[param(example = "MARKETING")]
    category: Option<String>,
    /// The most templates of a page.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 20)]
    limit: Option<String>,
    /// Templates to pass over first.
    #[param(value_type = Option<u32>, minimum = 0, default = 0)]
    offset: Option<String>,
}

/// The checked form of [`ListQuery`].
#[derive(Debug)]
pub struct List {
    /// The workspace.
    pub workspace_id: Id,
    /// The number that is asked for.
    pub phone_number_id: Option<Id>,
    /// The status that is asked for.
    pub status: Option<TemplateStatus>,
    /// The category that is asked for.
    pub category: Option<Category>,
    /// The page that is asked for.
    pub slice: Slice,
}

impl TryFrom<ListQuery> for List {
    type Error = DomainError;

    fn try_from(wire: ListQuery) -> Result<Self, DomainError> {
        let mut checks = Checks::default();
        let status = checks.query("status", wire.status.as_deref().map(one_of).transpose());
        let category = checks.query("category", wire.category.as_deref().map(one_of).transpose());
        let slice = page::slice(&mut checks, wire.limit.as_deref(), wire.offset.as_deref());
        let ((status, category), slice) = checks.finish(status.zip(category).zip(slice))?;
        let workspace_id = wire.workspace_id.resolve(DomainError::WorkspaceNotFound)?;
        // A number that names nothing has no templates.
        let number = |id: WireId| id.resolve(DomainError::PhoneNumberNotFound).unwrap_or(Id::NONE);
        Ok(Self { workspace_id, phone_number_id: wire.phone_number_id.map(number), status, category, slice })
    }
}

/// A template in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedTemplateOut {
    /// Our id of it.
    pub id: WireId,
    /// The number that it was made for, or found by.
    pub phone_number_id: WireId,
    /// Its name.
    #[schema(example = "welcome_message")]
    pub name: String,
    /// `MARKETING`, `UTILITY` or `AUTHENTICATION`.
    #[schema(example = "MARKETING")]
    pub category: String,
    /// Its language.
    #[schema(example = "en")]
    pub language: String,
    /// `PENDING`, `APPROVED`, `REJECTED`, `PAUSED`, `DISABLED`, `DELETED` or another status of Meta's.
    #[schema(example = "APPROVED")]
    pub status: String,
    /// Meta's id of it.
    #[schema(example = "1689556908129832")]
    pub meta_template_id: Option<String>,
}

impl From<ListedTemplate> for ListedTemplateOut {
    fn from(template: ListedTemplate) -> Self {
        Self {
            id: template.id.into(),
            phone_number_id: template.phone_number_id.into(),
            name: template.name,
            category: template.category.to_string(),
            language: template.language,
            status: template.status.to_string(),
            meta_template_id: template.meta_template_id.as_ref().map(ToString::to_string),
        }
    }
}
