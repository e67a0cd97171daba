//! Message templates: what Meta must approve before it may be sent to somebody who has not written first.
//!
//! A template belongs to a WhatsApp business account and is known there by its name and language. [`Components`] is
//! what it says; both wire forms (the object form of the WhatsApp Business API and Graph's array form) read into it
//! and are written from it. The rules that Meta refuses templates by are checked here, as far as they can be without
//! asking Meta; [`Template::fill`] checks the parameters of a send.

mod components;
mod fill;
mod name;
mod parameters;
mod parse;
mod place;
mod placeholder;
mod rules;
mod state;
mod text;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, VariantArray};

use crate::phone_number::{MetaId, QualityRating};
use crate::{DomainError, Id};

pub use components::{
    Body, Button, Components, Footer, Header, MediaFormat, MediaSample, OtpApp, OtpButton, OtpKind,
};
pub use fill::{FilledMedia, FilledTemplate};
pub use name::{LANGUAGE_MAX_LENGTH, NAME_MAX_LENGTH, language, name};
pub use parameters::{ButtonParameters, MediaSource, Parameter, SendComponents};
pub use placeholder::{Place, Placeholder, PlaceholderKind};
pub use state::{News, Operation, OperationKind, Sighting, WORDS_MAX_LENGTH};
pub use text::TemplateText;

pub use parse::MediaIds;

/// A template of a workspace.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    /// Our id.
    pub id: Id,
    /// Whose it is.
    pub workspace_id: Id,
    /// The number that it was made for, or found by. All numbers of its business account may send it.
    pub phone_number_id: Id,
    /// Meta's id of the business account that it belongs to.
    pub business_id: MetaId,
    /// Its name, unique with the language in the account.
    pub name: String,
    /// Its language as Graph spells it, such as `en_US`.
    pub language: String,
    /// What it is for.
    pub category: Category,
    /// What Meta says of it.
    pub status: TemplateStatus,
    /// What it says.
    pub components: Components,
    /// Meta's id of it, once it has one.
    pub meta_template_id: Option<MetaId>,
    /// Why Meta rejected, paused or disabled it.
    pub rejection_reason: Option<String>,
    /// Meta's opinion of what is sent with it.
    pub quality: QualityRating,
    /// What is under way at Meta.
    pub operation: Option<Operation>,
    /// When it was edited while approved, in the last 30 days.
    pub edits: Vec<Timestamp>,
    /// How new what is known of it is.
    pub news: News,
    /// When it was made or found.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When it was deleted, if it was.
    pub deleted_at: Option<Timestamp>,
    /// Counts changes, so that two at once do not overwrite each other.
    pub version: u32,
}

impl Template {
    /// Whether messages may be made of it.
    pub fn check_sendable(&self) -> Result<(), DomainError> {
        if self.deleted_at.is_some() {
            return Err(DomainError::TemplateNotFound);
        }
        match self.status {
            TemplateStatus::Approved => Ok(()),
            other => Err(DomainError::TemplateNotApproved { status: other.into() }),
        }
    }
}

/// What a template is for; it decides what a message costs and how many a person gets (Meta, template categories).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Display, EnumString, VariantArray,
)]
#[serde(rename_all = "UPPERCASE")]
#[strum(serialize_all = "UPPERCASE", ascii_case_insensitive)]
pub enum Category {
    /// Promotional messages.
    Marketing,
    /// Account updates, order status.
    Utility,
    /// One-time passwords and verification codes.
    Authentication,
}

/// What Meta says of a template.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    VariantArray,
    strum::IntoStaticStr,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE", ascii_case_insensitive)]
pub enum TemplateStatus {
    /// Meta reviews it.
    Pending,
    /// The workspace appeals against a rejection.
    InAppeal,
    /// It can be sent.
    Approved,
    /// Meta refused it.
    Rejected,
    /// Stopped for a while, because of low quality.
    Paused,
    /// The account has more templates than it may.
    LimitExceeded,
    /// Stopped for good.
    Disabled,
    /// Not used for a year; it will be deleted.
    Archived,
    /// It is being deleted at Meta.
    PendingDeletion,
    /// It is gone at Meta.
    Deleted,
}

/// Components as a client sent them, yet to be checked: which rules there are depends on the category.
#[derive(Clone, Debug)]
pub struct GivenComponents {
    /// The object or array.
    pub value: serde_json::Value,
    /// Reads the client's ids of media.
    pub media_id: fn(&str) -> Option<Id>,
}

impl GivenComponents {
    /// The components, if they keep Meta's rules.
    pub fn check(&self, category: Category) -> Result<Components, DomainError> {
        Components::parse(&self.value, category, &self.media_id)
            .map_err(|fields| DomainError::Invalid { fields })
    }
}

/// What is to become of a template; what is not given stays. What can't be changed may be given as it is.
#[derive(Clone, Debug, Default)]
pub struct TemplateUpdate {
    /// Its name, as it is.
    pub name: Option<String>,
    /// Its language, as it is.
    pub language: Option<String>,
    /// Another category.
    pub category: Option<Category>,
    /// Its status, as it is: only Meta changes it.
    pub status: Option<TemplateStatus>,
    /// Other components.
    pub components: Option<GivenComponents>,
}

/// A template that a workspace wants to have.
#[derive(Clone, Debug)]
pub struct NewTemplate {
    /// The workspace.
    pub workspace_id: Id,
    /// A number of the business account that it is for.
    pub phone_number_id: Id,
    /// Its name.
    pub name: String,
    /// Its language.
    pub language: String,
    /// What it is for.
    pub category: Category,
    /// What it says, checked.
    pub components: Components,
}

/// A template in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedTemplate {
    /// Our id.
    pub id: Id,
    /// The number that it was made for, or found by.
    pub phone_number_id: Id,
    /// Meta's id of the business account that it belongs to.
    pub business_id: MetaId,
    /// Its name.
    pub name: String,
    /// Its language.
    pub language: String,
    /// What it is for.
    pub category: Category,
    /// What Meta says of it.
    pub status: TemplateStatus,
    /// Meta's id of it.
    pub meta_template_id: Option<MetaId>,
    /// The same for templates with the same body and footer; see [`Components::wording`].
    pub wording: Option<String>,
}

/// A template as Meta has it.
#[derive(Clone, Debug, PartialEq)]
pub struct MetaTemplate {
    /// Meta's id of it.
    pub id: MetaId,
    /// Its name.
    pub name: String,
    /// Its language.
    pub language: String,
    /// What it is for; `None` for a word that is not known.
    pub category: Option<Category>,
    /// Where it stands; `None` for a word that is not known.
    pub status: Option<TemplateStatus>,
    /// What it says.
    pub components: Components,
    /// Why it was rejected.
    pub rejection_reason: Option<String>,
    /// Meta's opinion of it.
    pub quality: Option<QualityRating>,
}

/// Which templates are asked for; all where nothing is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TemplateFilter {
    /// Those that this number may send: the templates of its business account.
    pub phone_number_id: Option<Id>,
    /// Those with this status.
    pub status: Option<TemplateStatus>,
    /// Those of this category.
    pub category: Option<Category>,
}

#[cfg(test)]
mod tests;
