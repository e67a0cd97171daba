//! Contacts on the wire.

pub mod import;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};
use switchboard_model::address::PhoneAddress;
use switchboard_model::contact::search::Search;
use switchboard_model::contact::{
    self, Consent, Contact, ContactChange, ContactFilter, ContactSummary, NewContact,
};
use switchboard_model::conversation::Customer;
use switchboard_model::field::{Checks, Reason, Refusal};
use switchboard_model::page::Slice;
use switchboard_model::{DomainError, Id};
use utoipa::{IntoParams, ToSchema};

use crate::WireId;
use crate::page::Filter;

/// Most tags that a list is filtered by.
const FILTER_TAGS_MAX: usize = 10;

/// A contact to create.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"workspace_id": "019b76da-a800-7000-8000-000000000000", "phone_number": "+1234567890", "name": "John Doe", "tags": ["customer", "vip"], "attributes": {"city": "Berlin"}}))]
pub struct CreateContactIn {
    /// The workspace.
    workspace_id: WireId,
    /// The phone number in E.164.
    #[schema(example = "+1234567890")]
    phone_number: String,
    /// What they are called, up to 128 characters.
    #[schema(example = "John Doe", max_length = 128)]
    name: Option<String>,
    /// Up to 20 tags of 1 to 64 characters, without commas and semicolons.
    #[schema(example = json!(["customer", "vip"]))]
    tags: Option<Vec<String>>,
    /// What else is known, by name: up to 50 texts of up to 500 characters. Campaigns can put them into templates.
    #[schema(example = json!({"city": "Berlin"}))]
    attributes: Option<BTreeMap<String, String>>,
}

impl TryFrom<CreateContactIn> for NewContact {
    type Error = DomainError;

    fn try_from(wire: CreateContactIn) -> Result<Self, DomainError> {
        let mut checks = Checks::default();
        let number = checks.body("phone_number", wire.phone_number.parse::<PhoneAddress>());
        let name = checks.body("name", contact::name(wire.name.as_deref().unwrap_or_default()));
        let tags = checks.body("tags", tags(wire.tags.unwrap_or_default()));
        let attributes = checks.body("attributes", contact::attributes(wire.attributes.unwrap_or_default()));
        let (((number, name), tags), attributes) =
            checks.finish(number.zip(name).zip(tags).zip(attributes))?;
        let workspace_id = wire.workspace_id.resolve(DomainError::WorkspaceNotFound)?;
        Ok(Self { workspace_id, customer: Customer::at(&number), name, tags, attributes })
    }
}

/// What to change of a contact; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
pub struct UpdateContactIn {
    /// Another name; null or blank is none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, example = "Jane Doe", max_length = 128)]
    name: Option<Option<String>>,
    /// Other tags in the place of all.
    #[schema(example = json!(["customer", "premium"]))]
    tags: Option<Vec<String>>,
    /// Whether they want messages.
    #[schema(example = true)]
    opted_in: Option<bool>,
    /// Other attributes in the place of all.
    #[schema(example = json!({"city": "Berlin"}))]
    attributes: Option<BTreeMap<String, String>>,
}

impl TryFrom<UpdateContactIn> for ContactChange {
    type Error = DomainError;

    fn try_from(wire: UpdateContactIn) -> Result<Self, DomainError> {
        let mut checks = Checks::default();
        let name = wire.name.map(|name| contact::name(name.as_deref().unwrap_or_default()));
        let name = checks.body("name", name.transpose());
        let tags = checks.body("tags", wire.tags.map(tags).transpose());
        let attributes = wire.attributes.map(contact::attributes).transpose();
        let attributes = checks.body("attributes", attributes);
        let ((name, tags), attributes) = checks.finish(name.zip(tags).zip(attributes))?;
        Ok(Self { name, tags, opted_in: wire.opted_in, attributes })
    }
}

/// Tells a null from what is left out.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

#[expect(clippy::needless_pass_by_value, reason = "checks hand over what they check")]
fn tags(texts: Vec<String>) -> Result<Vec<String>, Refusal> {
    contact::tags(texts.iter().map(String::as_str))
}

/// Which contacts to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ContactQuery {
    /// Only those with one of these tags, separated by commas; 10 at most.
    #[param(example = "vip,customer")]
    tags: Option<String>,
    /// Only those who want messages (`true`), or who do not (`false`).
    #[param(value_type = Option<bool>)]
    opted_in: Option<String>,
    /// Only those whose name has words that begin so, or whose number begins or ends so; up to 100 characters.
    #[param(example = "John")]
    search: Option<String>,
}

impl Filter for ContactQuery {
    type Checked = ContactFilter;

    fn check(self, checks: &mut Checks) -> Option<ContactFilter> {
        let tags = checks.query("tags", filter_tags(self.tags.as_deref().unwrap_or_default()));
        let opted_in = checks.query("opted_in", self.opted_in.as_deref().map(boolean).transpose());
        let search = checks.query("search", Search::of(self.search.as_deref().unwrap_or_default()));
        let ((tags, opted_in), search) = tags.zip(opted_in).zip(search)?;
        Some(ContactFilter { tags, opted_in, search })
    }
}

fn filter_tags(text: &str) -> Result<Vec<String>, Refusal> {
    let tags = text.split(',').map(str::trim).filter(|tag| !tag.is_empty());
    let tags = contact::tags(tags)?;
    if tags.len() > FILTER_TAGS_MAX {
        let text = format!("At most {FILTER_TAGS_MAX} tags can be asked for at once");
        return Err(Refusal::new(Reason::TooLong, text));
    }
    Ok(tags)
}

fn boolean(text: &str) -> Result<bool, Refusal> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(Refusal::new(Reason::WrongType, "Input should be a valid boolean")),
    }
}

/// The id of a contact in the path.
pub fn contact_id(text: &str) -> Result<Id, DomainError> {
    WireId::in_path("contact_id", text, DomainError::ContactNotFound)
}

/// A contact.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactOut {
    /// Its id.
    pub id: WireId,
    /// Whose it is.
    pub workspace_id: WireId,
    /// The number as WhatsApp has it; null where WhatsApp hides it.
    #[schema(example = "1234567890")]
    pub wa_id: Option<String>,
    /// The number in E.164; null where WhatsApp hides it.
    #[schema(example = "+1234567890")]
    pub phone_number: Option<String>,
    /// WhatsApp's business-scoped id of them, where it is known.
    #[schema(example = "US.13491208655302741918")]
    pub user_id: Option<String>,
    /// What they are called.
    #[schema(example = "John Doe")]
    pub name: Option<String>,
    /// Whether they want messages.
    pub opted_in: bool,
    /// Who said so; null where nobody did.
    pub consent: Option<ConsentOut>,
    /// Tags.
    #[schema(example = json!(["customer", "vip"]))]
    pub tags: Vec<String>,
    /// What else is known, by name.
    #[schema(example = json!({"city": "Berlin"}))]
    pub attributes: BTreeMap<String, String>,
    /// When it was created.
    #[schema(value_type = String, format = DateTime, example = "2024-01-01T00:00:00Z")]
    pub created_at: Timestamp,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime, example = "2024-01-01T00:00:00Z")]
    pub updated_at: Timestamp,
}

/// Who said whether a contact wants messages.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConsentOut {
    /// `created` or `import`, where whoever entered the contact vouches for it; `request`, where a member changed it;
    /// `keyword`, `button` or `preference`, where the customer did; `meta`, where Meta told of it.
    #[schema(example = "created")]
    pub source: String,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime, example = "2024-01-01T00:00:00Z")]
    pub at: Option<Timestamp>,
}

impl From<&Consent> for ConsentOut {
    fn from(consent: &Consent) -> Self {
        Self { source: consent.source.to_string(), at: Timestamp::from_millisecond(consent.at).ok() }
    }
}

impl From<&Contact> for ContactOut {
    fn from(contact: &Contact) -> Self {
        let (phone_number, user_id) = names(&contact.customer, contact.user_id.as_ref());
        Self {
            id: contact.id.into(),
            workspace_id: contact.workspace_id.into(),
            wa_id: phone_number.is_some().then(|| contact.customer.as_str().to_owned()),
            phone_number,
            user_id,
            name: contact.name.clone(),
            opted_in: contact.opted_in,
            consent: contact.consent.as_ref().map(ConsentOut::from),
            tags: contact.tags.clone(),
            attributes: contact.attributes.clone(),
            created_at: contact.created_at,
            updated_at: contact.updated_at,
        }
    }
}

/// The phone number and the business-scoped id of a customer.
fn names(customer: &Customer, user_id: Option<&Customer>) -> (Option<String>, Option<String>) {
    match contact::phone_number(customer) {
        Some(number) => (Some(number), user_id.map(|id| id.as_str().to_owned())),
        None => (None, Some(customer.as_str().to_owned())),
    }
}

/// A contact in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedContact {
    /// Its id.
    pub id: WireId,
    /// Whose it is.
    pub workspace_id: WireId,
    /// The number in E.164; null where WhatsApp hides it.
    #[schema(example = "+1234567890")]
    pub phone_number: Option<String>,
    /// WhatsApp's business-scoped id of them, where it is known.
    #[schema(example = "US.13491208655302741918")]
    pub user_id: Option<String>,
    /// What they are called.
    #[schema(example = "John Doe")]
    pub name: Option<String>,
    /// Whether they want messages.
    pub opted_in: bool,
    /// Tags.
    #[schema(example = json!(["customer", "vip"]))]
    pub tags: Vec<String>,
}

impl ListedContact {
    fn of(workspace_id: Id, contact: ContactSummary) -> Self {
        let (phone_number, user_id) = names(&contact.customer, contact.user_id.as_ref());
        Self {
            id: contact.id.into(),
            workspace_id: workspace_id.into(),
            phone_number,
            user_id,
            name: contact.name,
            opted_in: contact.opted_in,
            tags: contact.tags,
        }
    }
}

/// A page of contacts, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactPageOut {
    /// The contacts of this page.
    pub data: Vec<ListedContact>,
    /// The number of contacts in the whole list; of a truncated one, of those that were found.
    #[schema(example = 1)]
    pub total: usize,
    /// The most contacts of a page.
    #[schema(example = 20)]
    pub limit: usize,
    /// Contacts that were passed over.
    #[schema(example = 0)]
    pub offset: usize,
    /// True, and only there, where a search or a list of several tags has more than the 10,000 candidates that are
    /// looked at.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub truncated: bool,
}

impl ContactPageOut {
    /// The page of `workspace_id`'s contacts that `slice` asked for.
    pub fn new(
        workspace_id: Id,
        items: Vec<ContactSummary>,
        total: usize,
        truncated: bool,
        slice: Slice,
    ) -> Self {
        let data = items.into_iter().map(|contact| ListedContact::of(workspace_id, contact)).collect();
        Self { data, total, limit: slice.limit, offset: slice.offset, truncated }
    }
}
