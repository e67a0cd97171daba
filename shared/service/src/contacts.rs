//! Contacts of workspaces.

pub mod imports;
mod known;

use switchboard_model::access::{ManageContacts, Permission, Permit, ReadWorkspace};
use switchboard_model::contact::{ConsentSource, Contact, ContactChange, ContactFilter, NewContact};
use switchboard_model::conversation::Customer;
use switchboard_model::page::Slice;
use switchboard_model::{DomainError, Id};
use switchboard_store::{Condition, ContactPage, ContactWrite, StoreError};

use crate::gate::Entry;
use crate::{Gate, Resources};

/// How often a change that comes second is made again on what the first one left.
const TRIES: usize = 5;

/// Contacts of workspaces.
#[derive(Clone)]
pub struct Contacts {
    resources: Resources,
    gate: Gate,
}

impl Contacts {
    /// Contacts of the workspaces behind `gate`.
    pub fn new(resources: Resources, gate: Gate) -> Self {
        Self { resources, gate }
    }

    /// Creates a contact. It is opted in, unless the customer opted out when they were a contact before.
    pub async fn create(
        &self,
        permit: &Permit<ManageContacts>,
        new: NewContact,
    ) -> Result<Contact, DomainError> {
        // Read side by side to save a round trip; nothing is told before the gate has let the caller in.
        let (entry, known) = futures::join!(
            Box::pin(self.gate.enter(permit, new.workspace_id)),
            self.resources.store.contact_of_customer(new.workspace_id, &new.customer),
        );
        let (entry, known) = (entry?, known?);
        if known.as_ref().is_some_and(Contact::is_live) {
            return Err(DomainError::ContactTaken);
        }
        let now = self.resources.now();
        let created =
            self.resources.create(|id| {
                let mut contact = known.as_ref().map_or_else(
                    || Contact::new(id, new.workspace_id, new.customer.clone(), now),
                    |deleted| deleted.anew(id, now),
                );
                contact.name.clone_from(&new.name);
                contact.tags.clone_from(&new.tags);
                contact.attributes.clone_from(&new.attributes);
                contact.vouch(ConsentSource::Created, entry.user_id, now);
                let write = next(known.clone(), contact);
                async move {
                    self.resources.store.write_contacts(std::slice::from_ref(&write)).await.map(|()| write)
                }
            });
        match created.await {
            Ok(write) => Ok(write.contact().clone()),
            Err(StoreError::ConditionFailed(Condition::Contested)) => Err(DomainError::ContactTaken),
            Err(error) => Err(error.into()),
        }
    }

    /// A page of a workspace's contacts, the newest first.
    pub async fn list(
        &self,
        permit: &Permit<ReadWorkspace>,
        workspace_id: Id,
        filter: ContactFilter,
        slice: Slice,
    ) -> Result<ContactPage, DomainError> {
        let (entry, page) = futures::join!(
            Box::pin(self.gate.enter(permit, workspace_id)),
            self.resources.store.contact_page(workspace_id, &filter, slice, self.resources.now()),
        );
        entry?;
        Ok(page?)
    }

    /// One contact.
    pub async fn get(&self, permit: &Permit<ReadWorkspace>, id: Id) -> Result<Contact, DomainError> {
        Ok(self.enter(permit, id).await?.1)
    }

    /// Changes a contact.
    pub async fn update(
        &self,
        permit: &Permit<ManageContacts>,
        id: Id,
        change: ContactChange,
    ) -> Result<Contact, DomainError> {
        let (entry, contact) = self.enter(permit, id).await?;
        let changed = self.change(contact, |contact| {
            if let Some(name) = &change.name {
                contact.name.clone_from(name);
            }
            if let Some(tags) = &change.tags {
                contact.tags.clone_from(tags);
            }
            if let Some(attributes) = &change.attributes {
                contact.attributes.clone_from(attributes);
            }
            if let Some(opted_in) = change.opted_in.filter(|opted_in| *opted_in != contact.opted_in) {
                contact.decide(opted_in, ConsentSource::Request, entry.user_id, self.resources.now());
            }
        });
        changed.await
    }

    /// Deletes a contact. Its number can be used again; whether the customer wants messages is remembered.
    pub async fn delete(&self, permit: &Permit<ManageContacts>, id: Id) -> Result<(), DomainError> {
        let (_, contact) = self.enter(permit, id).await?;
        let now = self.resources.now();
        let deleted = self.change(contact, |contact| {
            contact.deleted_at = Some(now);
            contact.name = None;
            contact.tags.clear();
            contact.attributes.clear();
        });
        deleted.await.map(drop)
    }

    /// Lets a caller into the workspace of the contact that they name. To those who have no place there, it is the
    /// same as one that does not exist.
    async fn enter<P: Permission>(
        &self,
        permit: &Permit<P>,
        id: Id,
    ) -> Result<(Entry, Contact), DomainError> {
        let store = &self.resources.store;
        let (workspace_id, customer) =
            store.contact_pointer(id).await?.ok_or(DomainError::ContactNotFound)?;
        let (entry, contact) = futures::try_join!(
            Box::pin(self.gate.enter_for(permit, workspace_id, DomainError::ContactNotFound)),
            async { self.read(workspace_id, &customer, id).await },
        )?;
        Ok((entry, contact.ok_or(DomainError::ContactNotFound)?))
    }

    /// The contact that is this customer, if it has this id and is not deleted.
    async fn read(
        &self,
        workspace_id: Id,
        customer: &Customer,
        id: Id,
    ) -> Result<Option<Contact>, DomainError> {
        let found = self.resources.store.contacts_of_customers(workspace_id, std::slice::from_ref(customer));
        Ok(found.await?.pop().filter(|contact| contact.id == id && contact.is_live()))
    }

    /// Stores what `apply` makes of a contact; where another change came first, what it makes of that.
    async fn change(
        &self,
        mut contact: Contact,
        apply: impl Fn(&mut Contact) + Send + Sync,
    ) -> Result<Contact, DomainError> {
        for _ in 0..TRIES {
            let mut changed = contact.clone();
            apply(&mut changed);
            if changed == contact {
                return Ok(contact);
            }
            changed.updated_at = self.resources.now();
            let write = next(Some(contact.clone()), changed);
            match self.resources.store.write_contacts(std::slice::from_ref(&write)).await {
                Ok(()) => return Ok(write.contact().clone()),
                Err(StoreError::ConditionFailed(Condition::Contested)) => {
                    let Contact { workspace_id, customer, id, .. } = contact;
                    let read = self.read(workspace_id, &customer, id).await?;
                    contact = read.ok_or(DomainError::ContactNotFound)?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(DomainError::Contested)
    }
}

/// The write that puts `new` in the place of `old`.
fn next(old: Option<Contact>, mut new: Contact) -> ContactWrite {
    new.version = old.as_ref().map_or(1, |old| old.version + 1);
    ContactWrite::new(old, new)
}
