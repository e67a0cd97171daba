//! Lists of templates.

use serde::{Deserialize, Serialize};
use switchboard_model::field::{Checks, one_of};
use switchboard_model::template::{ListedTemplate, TemplateFilter};
use utoipa::{IntoParams, ToSchema};

use crate::WireId;
use crate::page::Filter;

/// Which templates to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TemplateQuery {
    /// Only those that this number may send: the templates of its business account.
    #[param(value_type = Option<WireId>)]
    phone_number_id: Option<String>,
    /// Only those with this status, such as `PENDING`, `APPROVED` or `REJECTED`.
    #[param(example = "APPROVED")]
    status: Option<String>,
    /// Only those of this category: `MARKETING`, `UTILITY` or `AUTHENTICATION`.
    #[param(example = "MARKETING")]
    category: Option<String>,
}

impl Filter for TemplateQuery {
    type Checked = TemplateFilter;

    fn check(self, checks: &mut Checks) -> Option<TemplateFilter> {
        let number = self.phone_number_id.as_deref().map(WireId::sought).transpose();
        let phone_number_id = checks.query("phone_number_id", number);
        let status = checks.query("status", self.status.as_deref().map(one_of).transpose());
        let category = checks.query("category", self.category.as_deref().map(one_of).transpose());
        let ((phone_number_id, status), category) = phone_number_id.zip(status).zip(category)?;
        Some(TemplateFilter { phone_number_id, status, category })
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
