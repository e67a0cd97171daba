//! Message templates on the wire.

mod components;
mod list;

use serde::{Deserialize, Serialize};
use switchboard_model::field::{Checks, one_of};
use switchboard_model::id::spelling::uuid;
use switchboard_model::template::{
    Category, GivenComponents, NewTemplate, Template, TemplateUpdate, language, name,
};
use switchboard_model::{DomainError, Id, Timestamp};
use utoipa::ToSchema;

use crate::WireId;

pub use components::ComponentsSchema;
pub use list::{ListedTemplateOut, TemplateQuery};

/// A template to create.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"workspace_id": "019b76da-a800-7000-8000-000000000000", "phone_number_id": "019b76da-a800-7000-8000-000000000000", "name": "welcome_message", "category": "MARKETING", "language": "en", "components": {"body": {"text": "Hello {{1}}, welcome to our service!", "example": ["John"]}, "footer": {"text": "Reply STOP to unsubscribe"}}}))]
pub struct CreateTemplateIn {
    /// The workspace.
    workspace_id: WireId,
    /// Our id of a number of the business account that it is for.
    phone_number_id: WireId,
    /// 1 to 512 lower-case letters, digits and underscores.
    #[schema(example = "welcome_message")]
    name: String,
    /// `MARKETING`, `UTILITY` or `AUTHENTICATION`.
    #[schema(example = "MARKETING")]
    category: String,
    /// A language code such as `en` or `en_US`.
    #[schema(example = "en")]
    language: String,
    /// What it says.
    #[schema(value_type = ComponentsSchema)]
    components: serde_json::Value,
}

impl TryFrom<CreateTemplateIn> for NewTemplate {
    type Error = DomainError;

    fn try_from(wire: CreateTemplateIn) -> Result<Self, DomainError> {
        let mut checks = Checks::default();
        let name = checks.body("name", name(&wire.name));
        let language = checks.body("language", language(&wire.language));
        let category = checks.body("category", one_of::<Category>(&wire.category));
        // The rules of the largest category are checked where there is none, so that all refusals are told at once.
        let checked = given(wire.components).check(category.unwrap_or(Category::Utility));
        let components = match checked {
            Ok(components) => Some(components),
            Err(DomainError::Invalid { fields }) => {
                for field in fields {
                    checks.push(field);
                }
                None
            }
            Err(error) => return Err(error),
        };
        let checked = name.zip(language).zip(category).zip(components);
        let (((name, language), category), components) = checks.finish(checked)?;
        Ok(Self {
            workspace_id: wire.workspace_id.resolve(DomainError::WorkspaceNotFound)?,
            phone_number_id: wire.phone_number_id.resolve(DomainError::PhoneNumberNotFound)?,
            name,
            language,
            category,
            components,
        })
    }
}

/// What to change of a template; what is left out stays. Meta reviews it again.
#[derive(Deserialize, ToSchema)]
pub struct UpdateTemplateIn {
    /// Other components; they replace all that there are.
    #[schema(value_type = Option<ComponentsSchema>)]
    components: Option<serde_json::Value>,
    /// Another category, unless the template is approved.
    #[schema(example = "UTILITY")]
    category: Option<String>,
    /// The status that it has. Any other is refused: only Meta changes it.
    #[schema(example = "APPROVED")]
    status: Option<String>,
    /// The name that it has. Any other is refused.
    #[schema(example = "welcome_message")]
    name: Option<String>,
    /// The language that it has. Any other is refused.
    #[schema(example = "en")]
    language: Option<String>,
}

impl TryFrom<UpdateTemplateIn> for TemplateUpdate {
    type Error = DomainError;

    fn try_from(wire: UpdateTemplateIn) -> Result<Self, DomainError> {
        let mut checks = Checks::default();
        let category = checks.body("category", wire.category.as_deref().map(one_of).transpose());
        let status = checks.body("status", wire.status.as_deref().map(one_of).transpose());
        let (category, status) = checks.finish(category.zip(status))?;
        Ok(Self {
            name: wire.name,
            language: wire.language.map(|code| language(&code).unwrap_or(code)),
            category,
            status,
            components: wire.components.map(given),
        })
    }
}

fn given(value: serde_json::Value) -> GivenComponents {
    GivenComponents { value, media_id: uuid::parse }
}

/// The id of a template in the path.
pub fn template_id(text: &str) -> Result<Id, DomainError> {
    WireId::in_path("template_id", text, DomainError::TemplateNotFound)
}

/// A template.
#[derive(Debug, Serialize, ToSchema)]
pub struct TemplateOut {
    /// Our id of it.
    pub id: WireId,
    /// Whose it is.
    pub workspace_id: WireId,
    /// The number that it was made for, or found by.
    pub phone_number_id: WireId,
    /// Meta's id of the business account that it belongs to.
    #[schema(example = "102290129340398")]
    pub business_id: String,
    /// Its name, unique with the language in the account.
    #[schema(example = "welcome_message")]
    pub name: String,
    /// `MARKETING`, `UTILITY` or `AUTHENTICATION`.
    #[schema(example = "MARKETING")]
    pub category: String,
    /// Its language.
    #[schema(example = "en")]
    pub language: String,
    /// `PENDING`, `APPROVED`, `REJECTED`, `PAUSED`, `DISABLED`, `DELETED` or another status of Meta's.
    #[schema(example = "PENDING")]
    pub status: String,
    /// Meta's id of it; null while Meta has not answered yet.
    #[schema(example = "1689556908129832")]
    pub meta_template_id: Option<String>,
    /// What it says, in the object form.
    #[schema(value_type = ComponentsSchema)]
    pub components: serde_json::Value,
    /// Why Meta rejected, paused or disabled it.
    #[schema(example = "PROMOTIONAL")]
    pub rejection_reason: Option<String>,
    /// Meta's opinion of what is sent with it: `GREEN`, `YELLOW`, `RED` or `UNKNOWN`.
    #[schema(example = "UNKNOWN")]
    pub quality: String,
    /// When it was made or found.
    #[schema(value_type = String, format = DateTime, example = "2024-01-01T00:00:00Z")]
    pub created_at: Timestamp,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime, example = "2024-01-01T00:00:00Z")]
    pub updated_at: Timestamp,
}

impl From<&Template> for TemplateOut {
    fn from(template: &Template) -> Self {
        Self {
            id: template.id.into(),
            workspace_id: template.workspace_id.into(),
            phone_number_id: template.phone_number_id.into(),
            business_id: template.business_id.to_string(),
            name: template.name.clone(),
            category: template.category.to_string(),
            language: template.language.clone(),
            status: template.status.to_string(),
            meta_template_id: template.meta_template_id.as_ref().map(ToString::to_string),
            components: template.components.to_object(&uuid::spell),
            rejection_reason: template.rejection_reason.clone(),
            quality: template.quality.to_string(),
            created_at: template.created_at,
            updated_at: template.updated_at,
        }
    }
}

/// What to sync.
#[derive(Deserialize, ToSchema)]
pub struct SyncTemplatesIn {
    /// The workspace.
    workspace_id: WireId,
    /// Our id of a number: only the templates of its business account.
    phone_number_id: Option<WireId>,
}

/// The checked form of [`SyncTemplatesIn`].
#[derive(Debug)]
pub struct Sync {
    /// The workspace.
    pub workspace_id: Id,
    /// The number.
    pub phone_number_id: Option<Id>,
}

impl TryFrom<SyncTemplatesIn> for Sync {
    type Error = DomainError;

    fn try_from(wire: SyncTemplatesIn) -> Result<Self, DomainError> {
        let number = |id: WireId| id.resolve(DomainError::PhoneNumberNotFound);
        Ok(Self {
            workspace_id: wire.workspace_id.resolve(DomainError::WorkspaceNotFound)?,
            phone_number_id: wire.phone_number_id.map(number).transpose()?,
        })
    }
}

/// What a sync found.
#[derive(Debug, Serialize, ToSchema)]
pub struct SyncTemplatesOut {
    /// Business accounts that were asked for.
    #[schema(example = 1)]
    pub accounts: usize,
    /// Templates that were not known here.
    #[schema(example = 2)]
    pub created: usize,
    /// Templates that changed at Meta.
    #[schema(example = 1)]
    pub updated: usize,
    /// Templates that are as they were.
    #[schema(example = 20)]
    pub unchanged: usize,
    /// Templates that Meta has no more; they are listed with the status `DELETED`.
    #[schema(example = 0)]
    pub gone: usize,
    /// Whether all was looked at. If not, the hourly sync goes on.
    #[schema(example = true)]
    pub complete: bool,
}
