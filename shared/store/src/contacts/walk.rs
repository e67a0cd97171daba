//! Walking several runs of contacts at once, the newest first, each contact once.

use std::collections::VecDeque;

use futures::future::try_join_all;
use switchboard_model::Id;
use switchboard_model::contact::ContactSummary;

use super::StoredSummary;
use crate::keys::{ContactList, Range};
use crate::slice::Order;
use crate::{Attributes, Store, StoreError, keys};

/// Runs of list entries, merged by age: the newest contact first, and one that stands in several runs once. A place
/// in it is the id of the last contact passed, so it stays the same whatever else changes.
pub(super) struct Walk<'a> {
    store: &'a Store,
    runs: Vec<Run>,
    page: Option<i32>,
}

struct Run {
    range: Range,
    read: VecDeque<ContactSummary>,
    start: Option<Attributes>,
    over: bool,
}

impl<'a> Walk<'a> {
    /// The walk over these lists from behind `after` on. Where `opted_in` is given it is over that half of each.
    /// `expected` contacts are read of each run at first; what is left out is read in pages of 1 MB.
    pub(super) fn new(
        store: &'a Store,
        workspace_id: Id,
        lists: &[ContactList],
        opted_in: Option<bool>,
        after: Option<Id>,
        expected: Option<usize>,
    ) -> Self {
        let halves: &[bool] = match opted_in {
            None => &[true, false],
            Some(true) => &[true],
            Some(false) => &[false],
        };
        let runs = lists.iter().flat_map(|list| {
            halves.iter().map(move |half| Run {
                range: keys::listed_contacts(workspace_id, list, *half),
                read: VecDeque::new(),
                start: after.map(|id| keys::listed_contact(workspace_id, list, *half, id).attributes()),
                over: false,
            })
        });
        let page = expected.and_then(|expected| i32::try_from(expected.max(1)).ok());
        Self { store, runs: runs.collect(), page }
    }

    /// The next contact.
    pub(super) async fn next(&mut self) -> Result<Option<ContactSummary>, StoreError> {
        let (store, page) = (self.store, self.page);
        let empty = self.runs.iter_mut().filter(|run| run.read.is_empty() && !run.over);
        try_join_all(empty.map(|run| run.read_on(store, page))).await?;
        let newest = self.runs.iter().filter_map(|run| Some(run.read.front()?.id)).max();
        let Some(newest) = newest else { return Ok(None) };
        let mut found = None;
        for run in &mut self.runs {
            if run.read.front().is_some_and(|contact| contact.id == newest) {
                found = run.read.pop_front();
            }
        }
        Ok(found)
    }

    /// The next contacts, `most` at most.
    pub(super) async fn take(&mut self, most: usize) -> Result<Vec<ContactSummary>, StoreError> {
        let mut taken = Vec::new();
        while taken.len() < most {
            match self.next().await? {
                Some(contact) => taken.push(contact),
                None => break,
            }
        }
        Ok(taken)
    }
}

impl Run {
    async fn read_on(&mut self, store: &Store, page: Option<i32>) -> Result<(), StoreError> {
        while self.read.is_empty() && !self.over {
            let request = store.query(&self.range, Order::Descending).set_limit(page);
            let answer = request.set_exclusive_start_key(self.start.take()).send().await?;
            for item in answer.items.unwrap_or_default() {
                self.read.push_back(store.read_listed::<StoredSummary>(self.range.table, item)?.into());
            }
            self.start = answer.last_evaluated_key;
            self.over = self.start.is_none();
        }
        Ok(())
    }
}
