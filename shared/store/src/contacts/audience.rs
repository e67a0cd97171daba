//! Walking through those whom a campaign is to reach: pattern N8.

use std::collections::HashMap;

use switchboard_model::Id;
use switchboard_model::contact::{AudienceSource, Contact};
use switchboard_model::conversation::Customer;
use switchboard_model::id::spelling::key as id_key;

use super::walk::Walk;
use super::{StoredContact, StoredContactPointer};
use crate::keys::{ContactList, Key};
use crate::slice::Order;
use crate::tables::SORT_KEY;
use crate::{Attributes, Store, StoreError, keys};

impl Store {
    /// N8: some contacts of an audience, opted in or not, from behind `position` on, and the position behind them;
    /// `None` there is the end. The order is stable: whoever is in the audience all the while is seen once. A page
    /// may have fewer contacts than `limit`, even none, before the end.
    pub async fn audience_page(
        &self,
        workspace_id: Id,
        source: &AudienceSource,
        position: Option<String>,
        limit: usize,
    ) -> Result<(Vec<Contact>, Option<String>), StoreError> {
        match source {
            AudienceSource::All => self.everybody(workspace_id, position, limit).await,
            AudienceSource::Tag(tag) => self.everybody_tagged(workspace_id, tag, position, limit).await,
            AudienceSource::Ids(ids) => {
                let from = position.and_then(|position| position.parse().ok()).unwrap_or(0_usize);
                let some: Vec<_> = ids.iter().copied().skip(from).take(limit).collect();
                let contacts = self.contacts_by_id(workspace_id, &some).await?;
                let next = from + some.len();
                Ok((contacts, (next < ids.len()).then(|| next.to_string())))
            }
        }
    }

    /// By number, which no change of a contact moves. The position is the sort key of the last one.
    async fn everybody(
        &self,
        workspace_id: Id,
        position: Option<String>,
        limit: usize,
    ) -> Result<(Vec<Contact>, Option<String>), StoreError> {
        let range = keys::contacts(workspace_id, "");
        let start = position.map(|sk| Key { table: range.table, pk: range.pk.clone(), sk }.attributes());
        let request = self.query(&range, Order::Ascending).set_limit(i32::try_from(limit).ok());
        let answer = request.set_exclusive_start_key(start).send().await?;
        let next = answer.last_evaluated_key.as_ref().and_then(sort_key);
        let items = answer.items.unwrap_or_default().into_iter();
        let contacts = items.map(|item| Ok(self.read_listed::<StoredContact>(range.table, item)?.into()));
        let contacts: Vec<Contact> = contacts.collect::<Result<_, StoreError>>()?;
        Ok((contacts.into_iter().filter(Contact::is_live).collect(), next))
    }

    /// By age. The position is the id of the last one.
    async fn everybody_tagged(
        &self,
        workspace_id: Id,
        tag: &str,
        position: Option<String>,
        limit: usize,
    ) -> Result<(Vec<Contact>, Option<String>), StoreError> {
        let after = position.as_deref().and_then(id_key::parse);
        let lists = [ContactList::Tagged(tag.to_owned())];
        let mut walk = Walk::new(self, workspace_id, &lists, None, after, Some(limit));
        let some = walk.take(limit).await?;
        let next = (some.len() == limit).then(|| some.last().map(|contact| contact.id.to_string()));
        let customers: Vec<_> = some.iter().map(|contact| contact.customer.clone()).collect();
        let mut contacts = self.contacts_of_customers(workspace_id, &customers).await?;
        contacts.retain(|contact| contact.is_live() && contact.tags.iter().any(|found| found == tag));
        Ok((contacts, next.flatten()))
    }

    /// N8, where contacts are named one by one: those of this workspace with these ids, in their order; without those that
    /// do not exist.
    pub async fn contacts_by_id(&self, workspace_id: Id, ids: &[Id]) -> Result<Vec<Contact>, StoreError> {
        let mut unique = ids.to_vec();
        unique.sort_unstable();
        unique.dedup();
        let pointers: Vec<_> = unique.iter().copied().map(keys::contact_pointer).collect();
        let mut customers: Vec<Customer> = Vec::with_capacity(pointers.len());
        for (key, item) in self.get_all(&pointers).await? {
            let pointer: StoredContactPointer = self.read(&key, item)?;
            if pointer.workspace_id == workspace_id && !customers.contains(&pointer.customer) {
                customers.push(pointer.customer);
            }
        }
        let contacts = self.contacts_of_customers(workspace_id, &customers).await?;
        let mut found: HashMap<Id, Contact> =
            contacts.into_iter().filter(Contact::is_live).map(|contact| (contact.id, contact)).collect();
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }
}

fn sort_key(key: &Attributes) -> Option<String> {
    key.get(SORT_KEY)?.as_s().ok().cloned()
}
