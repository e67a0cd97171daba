//! Finding contacts by name and number: pattern N7.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use futures::future::try_join_all;
use switchboard_model::Id;
use switchboard_model::contact::search::Search;
use switchboard_model::contact::{Contact, ContactFilter, ContactSummary};
use switchboard_model::page::Slice;

use super::walk::Walk;
use super::{ContactPage, StoredContact, StoredSummary};
use crate::keys::{ContactList, Range};
use crate::slice::Order;
use crate::{Attributes, Store, StoreError, keys};

/// Most contacts that a search, or a list of several tags, looks at in one index.
pub const SEARCH_MAX: usize = 10_000;

/// Most calls that a search makes for one index, of a megabyte each: contacts may have much beside their names.
const SEARCH_CALLS_MAX: usize = 16;

/// The contacts of one index that a search may find, and whether there are more.
type Candidates = (Vec<ContactSummary>, bool);

impl Store {
    /// N7: a page of the contacts that a search finds, the newest first. It looks through the indexes of what is
    /// searched for, or through the tags of the filter where those are short.
    pub(super) async fn found_contacts(
        &self,
        workspace_id: Id,
        search: &Search,
        filter: &ContactFilter,
        slice: Slice,
    ) -> Result<ContactPage, StoreError> {
        let tagged = self.count_tagged(workspace_id, &filter.tags).await?;
        let candidates = if !filter.tags.is_empty() && tagged <= SEARCH_MAX {
            let lists: Vec<_> = filter.tags.iter().cloned().map(ContactList::Tagged).collect();
            let mut walk = Walk::new(self, workspace_id, &lists, filter.opted_in, None, None);
            vec![(walk.take(SEARCH_MAX).await?, false)]
        } else {
            self.candidates(workspace_id, search).await?
        };
        let truncated = candidates.iter().any(|(_, more)| *more);
        let found: BTreeMap<Reverse<Id>, ContactSummary> = candidates
            .into_iter()
            .flat_map(|(contacts, _)| contacts)
            .filter(|contact| filter.lets_in(contact))
            .map(|contact| (Reverse(contact.id), contact))
            .collect();
        let page = slice.of(found.into_values().collect());
        Ok(ContactPage { items: page.items, total: page.total, truncated })
    }

    async fn candidates(&self, workspace_id: Id, search: &Search) -> Result<Vec<Candidates>, StoreError> {
        let head = search.head().map(|head| keys::contacts(workspace_id, head));
        let tail = search.tail().map(|tail| keys::contact_tails(workspace_id, tail));
        let word = search.longest_word().map(|word| keys::contact_words(workspace_id, word));
        let (by_head, by_index) = futures::try_join!(
            try_join_all(head.iter().map(|range| self.some_of(range, |item| {
                let contact: Contact = self.read_listed::<StoredContact>(range.table, item)?.into();
                Ok(contact.is_live().then(|| contact.summary()))
            }))),
            try_join_all(tail.iter().chain(&word).map(|range| self.some_of(range, |item| {
                Ok(Some(self.read_listed::<StoredSummary>(range.table, item)?.into()))
            }))),
        )?;
        Ok(by_head.into_iter().chain(by_index).collect())
    }

    /// The first contacts of a range, [`SEARCH_MAX`] and [`SEARCH_CALLS_MAX`] calls at most, and whether there are more.
    async fn some_of(
        &self,
        range: &Range,
        read: impl Fn(Attributes) -> Result<Option<ContactSummary>, StoreError>,
    ) -> Result<Candidates, StoreError> {
        let (mut found, mut looked_at, mut start) = (Vec::new(), 0, None);
        for _ in 0..SEARCH_CALLS_MAX {
            // One more than is looked at: whether there are more shows only in it.
            let left = i32::try_from(SEARCH_MAX + 1 - looked_at).ok();
            let request = self.query(range, Order::Ascending).set_limit(left);
            let answer = request.set_exclusive_start_key(start).send().await?;
            let items = answer.items.unwrap_or_default();
            let room = SEARCH_MAX - looked_at;
            let more = items.len() > room;
            looked_at += items.len().min(room);
            for item in items.into_iter().take(room) {
                found.extend(read(item)?);
            }
            match answer.last_evaluated_key {
                _ if more => return Ok((found, true)),
                Some(next) => start = Some(next),
                None => return Ok((found, false)),
            }
        }
        Ok((found, true))
    }
}
