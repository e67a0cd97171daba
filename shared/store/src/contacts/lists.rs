//! Lists of contacts and how many are in them: pattern N5.

use futures::future::try_join_all;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_model::Id;
use switchboard_model::contact::{ContactFilter, ContactSummary};
use switchboard_model::page::Slice;

use super::bookmarks::Bookmark;
use super::search::SEARCH_MAX;
use super::walk::Walk;
use crate::item::StoredForm;
use crate::keys::ContactList;
use crate::{Store, StoreError, keys};

/// Contacts to pass over from which on a bookmark saves reading them.
const BOOKMARK_FROM: usize = 1_000;

/// A page of contacts, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContactPage {
    /// The contacts of this page.
    pub items: Vec<ContactSummary>,
    /// How many there are in all.
    pub total: usize,
    /// Whether there are more than were looked at: then `total` is how many were found among those.
    pub truncated: bool,
}

/// How many contacts of one shard are in a list.
#[derive(Serialize, Deserialize)]
struct StoredContactCount {
    all: i64,
    opted_in: i64,
    changes: i64,
}

impl StoredForm for StoredContactCount {
    const ENTITY: &'static str = "contact_count";
}

/// How many contacts are in a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Count {
    all: usize,
    opted_in: usize,
    /// Goes up whenever the list changes.
    pub(super) changes: u64,
}

impl Count {
    fn of(self, opted_in: Option<bool>) -> usize {
        match opted_in {
            None => self.all,
            Some(true) => self.opted_in,
            Some(false) => self.all.saturating_sub(self.opted_in),
        }
    }
}

impl Store {
    /// N5: a page of a workspace's contacts. Whole lists and lists of one tag have exact totals at any size, and
    /// paging through them reads each contact once; searches and lists of several tags look at no more than
    /// [`SEARCH_MAX`] contacts.
    pub async fn contact_page(
        &self,
        workspace_id: Id,
        filter: &ContactFilter,
        slice: Slice,
        now: Timestamp,
    ) -> Result<ContactPage, StoreError> {
        match (&filter.search, filter.tags.as_slice()) {
            (Some(search), _) => self.found_contacts(workspace_id, search, filter, slice).await,
            (None, []) => {
                self.counted_page(workspace_id, ContactList::All, filter.opted_in, slice, now).await
            }
            (None, [tag]) => {
                let list = ContactList::Tagged(tag.clone());
                self.counted_page(workspace_id, list, filter.opted_in, slice, now).await
            }
            (None, tags) => self.tagged_page(workspace_id, tags, filter, slice).await,
        }
    }

    /// N5: how many contacts a workspace has; those that are opted in, or not, where `opted_in` is given.
    pub async fn count_contacts(
        &self,
        workspace_id: Id,
        tag: Option<&str>,
        opted_in: Option<bool>,
    ) -> Result<usize, StoreError> {
        let list = tag.map_or(ContactList::All, |tag| ContactList::Tagged(tag.to_owned()));
        Ok(self.contact_count(workspace_id, &list).await?.of(opted_in))
    }

    async fn counted_page(
        &self,
        workspace_id: Id,
        list: ContactList,
        opted_in: Option<bool>,
        slice: Slice,
        now: Timestamp,
    ) -> Result<ContactPage, StoreError> {
        let lists = std::slice::from_ref(&list);
        if slice.offset < BOOKMARK_FROM {
            let wanted = slice.offset + slice.limit;
            let mut walk = Walk::new(self, workspace_id, lists, opted_in, None, Some(wanted));
            let (count, items) = if wanted < BOOKMARK_FROM {
                futures::try_join!(self.contact_count(workspace_id, &list), walk.take(wanted))?
            } else {
                // A bookmark holds in the state that the list had before it was walked through: what changes
                // meanwhile makes it void.
                let count = self.contact_count(workspace_id, &list).await?;
                (count, walk.take(wanted).await?)
            };
            let bookmark = Bookmark { at: wanted, last: items.last().map(|contact| contact.id) };
            if wanted >= BOOKMARK_FROM && items.len() == wanted {
                self.put_bookmark(workspace_id, &list, opted_in, bookmark, count.changes, now).await?;
            }
            let items = items.into_iter().skip(slice.offset).collect();
            return Ok(ContactPage { items, total: count.of(opted_in), truncated: false });
        }
        let (count, bookmark) = futures::try_join!(
            self.contact_count(workspace_id, &list),
            self.bookmark(workspace_id, &list, opted_in, slice.offset),
        )?;
        let total = count.of(opted_in);
        if slice.offset >= total {
            return Ok(ContactPage { total, ..ContactPage::default() });
        }
        let bookmark = bookmark.filter(|(_, changes)| *changes == count.changes);
        let from = bookmark.map(|(bookmark, _)| bookmark).unwrap_or_default();
        let to_pass = slice.offset - from.at;
        let expected = (to_pass < BOOKMARK_FROM).then_some(to_pass + slice.limit);
        let mut walk = Walk::new(self, workspace_id, lists, opted_in, from.last, expected);
        for _ in 0..to_pass {
            walk.next().await?;
        }
        let items = walk.take(slice.limit).await?;
        if items.len() == slice.limit {
            let last = items.last().map(|contact| contact.id);
            let next = Bookmark { at: slice.offset + slice.limit, last };
            self.put_bookmark(workspace_id, &list, opted_in, next, count.changes, now).await?;
        }
        Ok(ContactPage { items, total, truncated: false })
    }

    async fn tagged_page(
        &self,
        workspace_id: Id,
        tags: &[String],
        filter: &ContactFilter,
        slice: Slice,
    ) -> Result<ContactPage, StoreError> {
        let lists: Vec<_> = tags.iter().cloned().map(ContactList::Tagged).collect();
        let mut walk = Walk::new(self, workspace_id, &lists, filter.opted_in, None, None);
        let mut items = walk.take(SEARCH_MAX + 1).await?;
        let truncated = items.len() > SEARCH_MAX;
        items.truncate(SEARCH_MAX);
        let page = slice.of(items);
        Ok(ContactPage { items: page.items, total: page.total, truncated })
    }

    /// How many contacts have one of these tags, at most: who has several counts several times.
    pub(super) async fn count_tagged(&self, workspace_id: Id, tags: &[String]) -> Result<usize, StoreError> {
        let counts = tags.iter().map(|tag| self.count_contacts(workspace_id, Some(tag), None));
        Ok(try_join_all(counts).await?.into_iter().sum())
    }

    async fn contact_count(&self, workspace_id: Id, list: &ContactList) -> Result<Count, StoreError> {
        let shards = self.list::<StoredContactCount>(&keys::contact_counts(workspace_id, list)).await?;
        let sum = |of: fn(&StoredContactCount) -> i64| shards.iter().map(of).sum::<i64>().max(0);
        Ok(Count {
            all: usize::try_from(sum(|shard| shard.all)).unwrap_or(0),
            opted_in: usize::try_from(sum(|shard| shard.opted_in)).unwrap_or(0),
            changes: sum(|shard| shard.changes).unsigned_abs(),
        })
    }
}
