//! Contacts: patterns N1 to N4 and N12. Lists of them are in [`lists`], what is written in [`write`].

mod audience;
mod bookmarks;
mod lists;
mod search;
mod walk;
mod write;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_model::Id;
use switchboard_model::contact::{Consent, Contact, ContactSummary, ImportMark};
use switchboard_model::conversation::Customer;

use crate::item::StoredForm;
use crate::{Store, StoreError, keys};

pub use lists::ContactPage;
pub use search::SEARCH_MAX;
pub use write::ContactWrite;

/// A contact as stored.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredContact {
    id: Id,
    workspace_id: Id,
    customer: Customer,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user_id: Option<Customer>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    opted_in: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    consent: Option<Consent>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    attributes: BTreeMap<String, String>,
    #[serde(
        default,
        with = "jiff::fmt::serde::timestamp::millisecond::optional",
        skip_serializing_if = "Option::is_none"
    )]
    rests_until: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    import: Option<ImportMark>,
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
}

impl StoredForm for StoredContact {
    const ENTITY: &'static str = "contact";
}

/// A contact in a list or an index.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredSummary {
    id: Id,
    customer: Customer,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user_id: Option<Customer>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    opted_in: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
}

impl StoredForm for StoredSummary {
    const ENTITY: &'static str = "contact_summary";
}

/// Where a contact is, by its id or by an id of WhatsApp's.
#[derive(Serialize, Deserialize)]
struct StoredContactPointer {
    workspace_id: Id,
    customer: Customer,
}

impl StoredForm for StoredContactPointer {
    const ENTITY: &'static str = "contact_pointer";
}

impl Store {
    /// N1: the contact that is this customer, deleted or not. Of one who is known by a business-scoped id only and
    /// of one who has a number, too, the latter.
    pub async fn contact_of_customer(
        &self,
        workspace_id: Id,
        customer: &Customer,
    ) -> Result<Option<Contact>, StoreError> {
        let key = keys::contact(workspace_id, customer);
        if switchboard_model::contact::is_number(customer) {
            return Ok(self.get::<StoredContact>(&key).await?.map(Contact::from));
        }
        let alias_key = keys::contact_alias(workspace_id, customer);
        let (own, alias) = futures::try_join!(
            self.get::<StoredContact>(&key),
            self.get::<StoredContactPointer>(&alias_key),
        )?;
        let numbered = match alias {
            Some(alias) => self.get::<StoredContact>(&keys::contact(workspace_id, &alias.customer)).await?,
            None => None,
        };
        Ok(numbered.or(own).map(Contact::from))
    }

    /// N12: notes that WhatsApp calls a customer `wa_id`, whom the workspace wrote to at another number. May be repeated.
    pub async fn note_spelling(
        &self,
        workspace_id: Id,
        wa_id: &Customer,
        addressed: &Customer,
    ) -> Result<(), StoreError> {
        let pointer = StoredContactPointer { workspace_id, customer: addressed.clone() };
        self.put(&keys::contact_alias(workspace_id, wa_id), &pointer, None).await
    }

    /// N12: the customer whom the workspace wrote to and WhatsApp calls `wa_id`; `None` where it is called as it was
    /// written to.
    pub async fn addressed_as(
        &self,
        workspace_id: Id,
        wa_id: &Customer,
    ) -> Result<Option<Customer>, StoreError> {
        let pointer = self.get::<StoredContactPointer>(&keys::contact_alias(workspace_id, wa_id)).await?;
        Ok(pointer.map(|pointer| pointer.customer))
    }

    /// N2, first part: where the contact with this id is: its workspace, and who it is.
    pub async fn contact_pointer(&self, id: Id) -> Result<Option<(Id, Customer)>, StoreError> {
        let pointer = self.get::<StoredContactPointer>(&keys::contact_pointer(id)).await?;
        Ok(pointer.map(|pointer| (pointer.workspace_id, pointer.customer)))
    }

    /// N2: the contact of this workspace with this id, unless it is deleted.
    pub async fn contact(&self, workspace_id: Id, id: Id) -> Result<Option<Contact>, StoreError> {
        let Some((owner, customer)) = self.contact_pointer(id).await? else { return Ok(None) };
        if owner != workspace_id {
            return Ok(None);
        }
        let contact = self.get::<StoredContact>(&keys::contact(workspace_id, &customer)).await?;
        Ok(contact.map(Contact::from).filter(|contact| contact.id == id && contact.is_live()))
    }

    /// N3: the contacts that are these customers, deleted ones too, in their order; without those who are none.
    /// Each customer may be asked for once.
    pub async fn contacts_of_customers(
        &self,
        workspace_id: Id,
        customers: &[Customer],
    ) -> Result<Vec<Contact>, StoreError> {
        let wanted: Vec<_> = customers.iter().map(|customer| keys::contact(workspace_id, customer)).collect();
        let found = self.get_all(&wanted).await?.into_iter();
        found.map(|(key, item)| Ok(self.read::<StoredContact>(&key, item)?.into())).collect()
    }
}

impl From<&Contact> for StoredContact {
    fn from(contact: &Contact) -> Self {
        Self {
            id: contact.id,
            workspace_id: contact.workspace_id,
            customer: contact.customer.clone(),
            user_id: contact.user_id.clone(),
            name: contact.name.clone(),
            opted_in: contact.opted_in,
            consent: contact.consent.clone(),
            tags: contact.tags.clone(),
            attributes: contact.attributes.clone(),
            rests_until: contact.rests_until,
            import: contact.import.clone(),
            created_at: contact.created_at,
            updated_at: contact.updated_at,
            deleted_at: contact.deleted_at,
            version: contact.version,
        }
    }
}

impl From<StoredContact> for Contact {
    fn from(stored: StoredContact) -> Self {
        Self {
            id: stored.id,
            workspace_id: stored.workspace_id,
            customer: stored.customer,
            user_id: stored.user_id,
            name: stored.name,
            opted_in: stored.opted_in,
            consent: stored.consent,
            tags: stored.tags,
            attributes: stored.attributes,
            rests_until: stored.rests_until,
            import: stored.import,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
            deleted_at: stored.deleted_at,
            version: stored.version,
        }
    }
}

impl From<ContactSummary> for StoredSummary {
    fn from(summary: ContactSummary) -> Self {
        let ContactSummary { id, customer, user_id, name, opted_in, tags } = summary;
        Self { id, customer, user_id, name, opted_in, tags }
    }
}

impl From<StoredSummary> for ContactSummary {
    fn from(stored: StoredSummary) -> Self {
        let StoredSummary { id, customer, user_id, name, opted_in, tags } = stored;
        Self { id, customer, user_id, name, opted_in, tags }
    }
}
