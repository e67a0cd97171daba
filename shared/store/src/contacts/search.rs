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

/// Most calls that a search makes for one index, of a megabyte each: contacts may have much beside their names. The
/// words of a name share them.
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
        let words = search.words().into_iter().map(|word| keys::contact_words(workspace_id, word));
        let whole = |range: &Range, item| {
            let contact: Contact = self.read_listed::<StoredContact>(range.table, item)?.into();
            Ok(contact.is_live().then(|| contact.summary()))
        };
        let (by_head, by_tail, by_name) = futures::try_join!(
            self.some_of(head.map(Run::of).into_iter().collect(), whole),
            self.some_of(tail.map(Run::of).into_iter().collect(), |range, item| self.summary(range, item)),
            self.some_of(words.map(Run::of).collect(), |range, item| self.summary(range, item)),
        )?;
        Ok(vec![by_head, by_tail, by_name])
    }

    fn summary(&self, range: &Range, item: Attributes) -> Result<Option<ContactSummary>, StoreError> {
        Ok(Some(self.read_listed::<StoredSummary>(range.table, item)?.into()))
    }

    /// The contacts that stand in all of these runs of one index, and others. The runs are read side by side, and the
    /// first that ends has all of them. Where none ends within [`SEARCH_MAX`] contacts and [`SEARCH_CALLS_MAX`] calls in
    /// all, there are more than were found.
    async fn some_of(
        &self,
        mut runs: Vec<Run>,
        read: impl Fn(&Range, Attributes) -> Result<Option<ContactSummary>, StoreError>,
    ) -> Result<Candidates, StoreError> {
        let mut calls = SEARCH_CALLS_MAX;
        while calls > 0 {
            let under_way = runs.iter_mut().filter(|run| !run.has_more).take(calls);
            let read_on: Vec<_> = under_way.map(|run| run.read_on(self, &read)).collect();
            if read_on.is_empty() {
                break;
            }
            calls -= read_on.len();
            try_join_all(read_on).await?;
            if let Some(whole) = runs.iter().position(|run| run.is_whole) {
                return Ok((runs.swap_remove(whole).found, false));
            }
        }
        let more = !runs.is_empty();
        Ok((runs.into_iter().flat_map(|run| run.found).collect(), more))
    }
}

/// A run of an index, as far as it has been read.
struct Run {
    range: Range,
    found: Vec<ContactSummary>,
    /// Entries that may still be looked at.
    room: usize,
    start: Option<Attributes>,
    /// Whether it has been read to its end.
    is_whole: bool,
    /// Whether it has more entries than are looked at.
    has_more: bool,
}

impl Run {
    fn of(range: Range) -> Self {
        Self { range, found: Vec::new(), room: SEARCH_MAX, start: None, is_whole: false, has_more: false }
    }

    /// Looks at what one call answers with.
    async fn read_on(
        &mut self,
        store: &Store,
        read: impl Fn(&Range, Attributes) -> Result<Option<ContactSummary>, StoreError>,
    ) -> Result<(), StoreError> {
        // One more than is looked at: whether there are more shows only in it.
        let request = store.query(&self.range, Order::Ascending).set_limit(i32::try_from(self.room + 1).ok());
        let answer = request.set_exclusive_start_key(self.start.take()).send().await?;
        let items = answer.items.unwrap_or_default();
        self.has_more = items.len() > self.room;
        let looked_at = items.len().min(self.room);
        for item in items.into_iter().take(looked_at) {
            self.found.extend(read(&self.range, item)?);
        }
        self.room -= looked_at;
        self.start = answer.last_evaluated_key;
        self.is_whole = !self.has_more && self.start.is_none();
        Ok(())
    }
}
