//! What inbound events tell of customers.

use jiff::Timestamp;
use switchboard_model::Id;
use switchboard_model::contact::{ConsentSource, Contact, NAME_MAX_LENGTH, TAGS_MAX, is_number};
use switchboard_model::conversation::Customer;
use switchboard_store::{Condition, ContactWrite, StoreError};

use super::{Contacts, TRIES, next};
use crate::Resources;

impl Contacts {
    /// Takes note of a customer who wrote, or whose number or business-scoped id became known. An unknown one becomes
    /// a contact that nobody has opted in; of a known one what was not known is filled in. May be repeated.
    pub async fn meet(
        resources: &Resources,
        workspace_id: Id,
        customer: &Customer,
        profile_name: Option<&str>,
        user_id: Option<&Customer>,
    ) -> Result<(), StoreError> {
        let revised = revise(resources, workspace_id, customer, |contact| {
            if contact.name.is_none() {
                contact.name = profile_name.and_then(fitted_name);
            }
        });
        let contact = revised.await?;
        let news = user_id.filter(|id| is_number(&contact.customer) && contact.user_id.as_ref() != Some(*id));
        match news {
            Some(user_id) => unite(resources, contact, user_id).await,
            None => Ok(()),
        }
    }

    /// Takes note that a customer wants messages, or no longer wants any, since `at`; whether that changed
    /// anything. An unknown customer becomes a contact. Older news never overrides newer news, so events may come in
    /// any order and more than once.
    pub async fn set_consent(
        resources: &Resources,
        workspace_id: Id,
        customer: &Customer,
        opted_in: bool,
        source: ConsentSource,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let before = resources.store.contact_of_customer(workspace_id, customer).await?;
        let before = before.is_some_and(|contact| contact.is_live() && contact.opted_in);
        let revised = revise(resources, workspace_id, customer, |contact| {
            contact.decide(opted_in, source, None, at);
        });
        Ok(revised.await?.opted_in != before)
    }

    /// Takes note that Meta holds marketing back from a customer until then. Whoever is no contact is left alone.
    pub(crate) async fn rest(
        resources: &Resources,
        workspace_id: Id,
        customer: &Customer,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        let contact = resources.store.contact_of_customer(workspace_id, customer).await?;
        if !contact.is_some_and(|contact| contact.is_live() && contact.rests_until < Some(until)) {
            return Ok(());
        }
        let revised = revise(resources, workspace_id, customer, |contact| {
            contact.rests_until = contact.rests_until.max(Some(until));
        });
        revised.await.map(drop)
    }
}

/// Stores what `apply` makes of the contact that is this customer, made anew where there is none.
async fn revise(
    resources: &Resources,
    workspace_id: Id,
    customer: &Customer,
    apply: impl Fn(&mut Contact) + Send + Sync,
) -> Result<Contact, StoreError> {
    let store = &resources.store;
    let mut last = StoreError::ConditionFailed(Condition::Contested);
    for _ in 0..TRIES {
        let known = store.contact_of_customer(workspace_id, customer).await?;
        let now = resources.now();
        let mut contact = match &known {
            Some(contact) if contact.is_live() => contact.clone(),
            Some(deleted) => deleted.anew(resources.ids.next_id(), now),
            None => Contact::new(resources.ids.next_id(), workspace_id, customer.clone(), now),
        };
        apply(&mut contact);
        if known.as_ref() == Some(&contact) {
            return Ok(contact);
        }
        contact.updated_at = now;
        let write = next(known, contact);
        match store.write_contacts(std::slice::from_ref(&write)).await {
            Ok(()) => return Ok(write.contact().clone()),
            Err(error @ StoreError::ConditionFailed(Condition::Contested | Condition::IdTaken)) => {
                last = error;
            }
            Err(error) => return Err(error),
        }
    }
    Err(last)
}

/// Lets a contact with a number be known by a business-scoped id, too. A contact that was known by that id alone goes
/// up in it. Where others change them meanwhile nothing happens: the next event brings the same news.
async fn unite(resources: &Resources, contact: Contact, user_id: &Customer) -> Result<(), StoreError> {
    let (store, now) = (&resources.store, resources.now());
    let mut united = contact.clone();
    united.user_id = Some(user_id.clone());
    united.updated_at = now;
    let hidden = store.contacts_of_customers(contact.workspace_id, std::slice::from_ref(user_id)).await?;
    let hidden = hidden.into_iter().find(Contact::is_live);
    let mut writes: Vec<ContactWrite> = Vec::new();
    if let Some(hidden) = hidden {
        absorb(&mut united, &hidden);
        let gone = Contact { deleted_at: Some(now), updated_at: now, ..hidden.clone() };
        writes.push(next(Some(hidden), gone));
    }
    writes.push(next(Some(contact), united));
    match store.write_contacts(&writes).await {
        Err(StoreError::ConditionFailed(Condition::Contested)) => Ok(()),
        written => written,
    }
}

/// Adds to a contact what is known of another one that is the same customer.
fn absorb(contact: &mut Contact, other: &Contact) {
    contact.name = contact.name.take().or_else(|| other.name.clone());
    for tag in &other.tags {
        if contact.tags.len() < TAGS_MAX && !contact.tags.contains(tag) {
            contact.tags.push(tag.clone());
        }
    }
    for (name, value) in &other.attributes {
        contact.attributes.entry(name.clone()).or_insert_with(|| value.clone());
    }
    contact.rests_until = contact.rests_until.max(other.rests_until);
    if let Some(consent) = other.consent.as_ref().filter(|consent| !consent.source.is_presumed()) {
        let at = Timestamp::from_millisecond(consent.at).unwrap_or(other.updated_at);
        contact.decide(other.opted_in, consent.source, consent.by, at);
    }
}

/// A name that a customer chose, as far as it fits.
fn fitted_name(text: &str) -> Option<String> {
    let plain: String = text.chars().filter(|letter| !letter.is_control()).take(NAME_MAX_LENGTH).collect();
    let name = plain.trim();
    (!name.is_empty()).then(|| name.to_owned())
}
