//! How far a list has come after so many contacts: pattern N6.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_model::Id;

use crate::item::StoredForm;
use crate::keys::ContactList;
use crate::slice::Order;
use crate::{Store, StoreError, keys};

/// Seconds for which a bookmark is of use at most, counted from the last page that was read.
const LIFETIME: i64 = 24 * 3_600;

/// A place in a list: the last contact of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Bookmark {
    pub(super) at: usize,
    pub(super) last: Option<Id>,
}

#[derive(Serialize, Deserialize)]
struct StoredBookmark {
    at: u64,
    last: Id,
    changes: u64,
    ttl: i64,
}

impl StoredForm for StoredBookmark {
    const ENTITY: &'static str = "contact_bookmark";
}

impl Store {
    /// N6: the last bookmark of a list at `offset` or before it, and the state of the list that it belongs to.
    pub(super) async fn bookmark(
        &self,
        workspace_id: Id,
        list: &ContactList,
        opted_in: Option<bool>,
        offset: usize,
    ) -> Result<Option<(Bookmark, u64)>, StoreError> {
        let range = keys::contact_bookmarks(workspace_id, list, opted_in);
        let beyond = u64::try_from(offset).unwrap_or(u64::MAX).saturating_add(1);
        let beyond = keys::contact_bookmark(workspace_id, list, opted_in, beyond);
        let request = self.query(&range, Order::Descending).limit(1);
        let request = request.set_exclusive_start_key(Some(beyond.attributes()));
        let item = request.send().await?.items.unwrap_or_default().pop();
        let Some(item) = item else { return Ok(None) };
        let stored: StoredBookmark = self.read_listed(range.table, item)?;
        let at = usize::try_from(stored.at).unwrap_or(usize::MAX);
        Ok((at <= offset).then_some((Bookmark { at, last: Some(stored.last) }, stored.changes)))
    }

    /// N6: leaves a bookmark in a list in the state `changes`.
    pub(super) async fn put_bookmark(
        &self,
        workspace_id: Id,
        list: &ContactList,
        opted_in: Option<bool>,
        bookmark: Bookmark,
        changes: u64,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let Some(last) = bookmark.last else { return Ok(()) };
        let at = u64::try_from(bookmark.at).unwrap_or(u64::MAX);
        let key = keys::contact_bookmark(workspace_id, list, opted_in, at);
        let ttl = now.as_second() + LIFETIME;
        self.put(&key, &StoredBookmark { at, last, changes, ttl }, None).await
    }
}
