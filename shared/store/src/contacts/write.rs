//! Writing contacts, with the lists that they stand in and the counts of those: pattern N4.

use std::collections::BTreeMap;

use switchboard_model::Id;
use switchboard_model::contact::{Contact, search};

use super::{StoredContact, StoredContactPointer, StoredSummary};
use crate::expression::{Change, Check, number};
use crate::keys::{ContactList, Key};
use crate::{Condition, Store, StoreError, keys};

/// Most items of one transaction (AWS, DynamoDB quotas).
const TRANSACTION_MAX: usize = 100;

/// A contact as it was read, and as it is to be. Its version must be one more than that of the one that was read.
#[derive(Clone, Debug)]
pub struct ContactWrite {
    old: Option<Contact>,
    new: Contact,
}

/// By how much the counts of a list change.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    all: i64,
    opted_in: i64,
    changes: i64,
}

impl ContactWrite {
    /// The change from `old`, `None` where there was no item, to `new`.
    pub fn new(old: Option<Contact>, new: Contact) -> Self {
        Self { old, new }
    }

    /// What the contact becomes.
    pub fn contact(&self) -> &Contact {
        &self.new
    }

    /// The shard that the contact is counted in: writes of different shards do not collide.
    pub fn shard(&self) -> u8 {
        keys::contact_shard(&self.new.customer)
    }

    /// The most items that it takes of a transaction.
    pub fn items(&self) -> usize {
        let (stale, fresh) = self.entries();
        2 + usize::from(self.alias().is_some()) + stale.len() + fresh.len() + self.tallies().len()
    }

    /// The entries in lists and indexes that are to go, and those that are to be put.
    fn entries(&self) -> (Vec<Key>, Vec<Key>) {
        let old = self.old.as_ref().map(entries).unwrap_or_default();
        let new = entries(&self.new);
        let shown = self.old.as_ref().map(Contact::summary) == Some(self.new.summary());
        let stale = old.iter().filter(|key| !new.contains(key)).cloned().collect();
        let fresh = new.into_iter().filter(|key| !shown || !old.contains(key)).collect();
        (stale, fresh)
    }

    fn tallies(&self) -> BTreeMap<ContactList, Tally> {
        let mut tallies: BTreeMap<ContactList, Tally> = BTreeMap::new();
        for (contact, sign) in [(self.old.as_ref(), -1), (Some(&self.new), 1)] {
            for list in contact.into_iter().flat_map(lists) {
                let tally = tallies.entry(list).or_default();
                tally.all += sign;
                tally.opted_in += sign * i64::from(contact.is_some_and(|contact| contact.opted_in));
            }
        }
        // A contact in the place of another of the same number changes no count, but its list.
        let replaced = self.old.as_ref().is_some_and(|old| old.id != self.new.id);
        tallies.retain(|_, tally| tally.all != 0 || tally.opted_in != 0 || replaced);
        for tally in tallies.values_mut() {
            tally.changes = 1;
        }
        tallies
    }

    /// The business-scoped id under which a contact with a number becomes known.
    fn alias(&self) -> Option<Key> {
        let user_id = self.new.user_id.as_ref()?;
        let known = self.old.as_ref().and_then(|old| old.user_id.as_ref()) == Some(user_id);
        (!known).then(|| keys::contact_alias(self.new.workspace_id, user_id))
    }
}

impl Store {
    /// N4: writes contacts of one workspace, each customer once, in one transaction. Fails as `Contested` where one
    /// of them is no longer as it was read, as `IdTaken` where the id of a new one is. More than a transaction
    /// holds are `Unstorable`: see [`ContactWrite::items`].
    pub async fn write_contacts(&self, writes: &[ContactWrite]) -> Result<(), StoreError> {
        let mut transaction = self.transaction();
        let mut tallies: BTreeMap<(Id, ContactList, u8), Tally> = BTreeMap::new();
        for write in writes {
            let new = &write.new;
            let (check, fresh_id) = match &write.old {
                None => (Check::Absent, true),
                Some(old) => (Check::Equals("version", number(old.version)), old.id != new.id),
            };
            let key = keys::contact(new.workspace_id, &new.customer);
            transaction = transaction.put_if(&key, &StoredContact::from(new), check, Condition::Contested)?;
            let pointer =
                StoredContactPointer { workspace_id: new.workspace_id, customer: new.customer.clone() };
            if fresh_id {
                transaction =
                    transaction.create(&keys::contact_pointer(new.id), &pointer, Condition::IdTaken)?;
            }
            if let Some(alias) = write.alias() {
                transaction = transaction.put(&alias, &pointer)?;
            }
            let (stale, fresh) = write.entries();
            for key in stale {
                transaction = transaction.delete(&key, None)?;
            }
            let summary = StoredSummary::from(new.summary());
            for key in fresh {
                transaction = transaction.put(&key, &summary)?;
            }
            for (list, change) in write.tallies() {
                let tally = tallies.entry((new.workspace_id, list, write.shard())).or_default();
                tally.all += change.all;
                tally.opted_in += change.opted_in;
                tally.changes += change.changes;
            }
        }
        for ((workspace_id, list, shard), tally) in tallies {
            let change = Change::default()
                .set("et", crate::expression::string("contact_count"))
                .set("v", number(1))
                .add("all", tally.all)
                .add("opted_in", tally.opted_in)
                .add("changes", tally.changes);
            transaction = transaction.update(&keys::contact_count(workspace_id, &list, shard), change)?;
        }
        transaction.commit().await
    }

    /// N4: writes contacts of one workspace, each customer once, in as few transactions as they fit into. It stops at
    /// the first that fails; those before it are written.
    pub async fn write_contacts_in_turn(&self, writes: &[ContactWrite]) -> Result<(), StoreError> {
        let mut rest = writes;
        while !rest.is_empty() {
            let mut items = 0;
            let fitting = rest.iter().take_while(|write| {
                items += write.items();
                items <= TRANSACTION_MAX
            });
            let (now, later) = rest.split_at(fitting.count().max(1));
            self.write_contacts(now).await?;
            rest = later;
        }
        Ok(())
    }
}

/// The lists that a contact is in.
fn lists(contact: &Contact) -> Vec<ContactList> {
    if !contact.is_live() {
        return Vec::new();
    }
    let tagged = contact.tags.iter().cloned().map(ContactList::Tagged);
    std::iter::once(ContactList::All).chain(tagged).collect()
}

/// The entries of a contact in lists and indexes.
fn entries(contact: &Contact) -> Vec<Key> {
    let Contact { workspace_id, id, opted_in, .. } = *contact;
    if !contact.is_live() {
        return Vec::new();
    }
    let listed =
        lists(contact).into_iter().map(|list| keys::listed_contact(workspace_id, &list, opted_in, id));
    let words = contact.name.as_deref().map(search::name_words).unwrap_or_default();
    let words = words.iter().map(|word| keys::contact_word(workspace_id, word, id));
    let tail = search::reversed_number(&contact.customer);
    let tail = tail.map(|reversed| keys::contact_tail(workspace_id, &reversed));
    listed.chain(words).chain(tail).collect()
}
