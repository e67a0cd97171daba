//! A workspace's inbox: its conversations by the time of their last message. Pattern V4.
//!
//! An inbox lies in a few partitions, each in order, and a page is put together from the heads of all of them.

use serde::{Deserialize, Serialize};
use switchboard_model::Id;
use switchboard_model::conversation::{Conversation, ConversationFilter, ConversationKey, Customer};
use switchboard_model::page::{Page, Slice};

use super::StoredConversation;
use crate::expression::{Check, Expression, number, string};
use crate::item::StoredForm;
use crate::keys::{self, INBOX_SHARDS, Range};
use crate::slice::Order;
use crate::tables::SORT_KEY;
use crate::{Attributes, Store, StoreError};

/// Calls in which a part of an inbox is looked through at most, of a megabyte each: about 5,000 conversations.
const CALLS_MAX: usize = 8;

/// What an entry of the inbox must have to be among those that are asked for.
fn check(filter: &ConversationFilter) -> Check {
    let mut checks = Vec::new();
    if let Some(id) = filter.phone_number_id {
        checks.push(Check::Equals("phone_number_id", string(id.to_string())));
    }
    if let Some(id) = filter.assignee {
        checks.push(Check::Equals("assignee", string(id.to_string())));
    }
    if let Some(unread) = filter.unread {
        let none = number(0);
        checks.push(if unread { Check::Above("unread", none) } else { Check::Equals("unread", none) });
    }
    Check::All(checks)
}

/// A conversation's place in the inbox, with what it is looked for by.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredEntry {
    phone_number_id: Id,
    customer: Customer,
    unread: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    assignee: Option<Id>,
}

impl StoredForm for StoredEntry {
    const ENTITY: &'static str = "inbox_entry";
}

impl StoredEntry {
    pub(super) fn of(conversation: &Conversation) -> Self {
        Self {
            phone_number_id: conversation.key.phone_number_id,
            customer: conversation.key.customer.clone(),
            unread: conversation.unread,
            assignee: conversation.assignee,
        }
    }
}

/// A page of an inbox.
#[derive(Clone, Debug, PartialEq)]
pub struct InboxPage {
    /// The conversations, and how many there are; of a truncated inbox with a filter, how many were found.
    pub page: Page<Conversation>,
    /// Whether the inbox has more conversations than were looked at.
    pub truncated: bool,
}

/// A conversation and where it stands.
struct Placed {
    position: String,
    key: ConversationKey,
}

/// What was found in a part of an inbox.
#[derive(Default)]
struct Found {
    /// The first of the entries.
    placed: Vec<Placed>,
    /// How many there are; of an inbox that is not filtered, how many were read.
    matches: usize,
    /// Whether there are more than were looked at.
    truncated: bool,
}

impl Store {
    /// V4: the conversations of a workspace that `filter` lets through, by the time of their last message, newest
    /// first, and how many there are. With a filter, the entries of the inbox are read, of about 200 bytes each:
    /// eight megabytes of each part at most, the newest of them.
    pub async fn conversations(
        &self,
        workspace_id: Id,
        filter: &ConversationFilter,
        slice: Slice,
    ) -> Result<InboxPage, StoreError> {
        let most = slice.offset.saturating_add(slice.limit);
        let shards = (0..INBOX_SHARDS).map(|shard| {
            let range = keys::inbox(workspace_id, shard);
            async move { self.matching(&range, filter, most).await }
        });
        let (shards, counted) =
            futures::try_join!(futures::future::try_join_all(shards), self.counted(workspace_id, filter))?;
        let total = counted.unwrap_or_else(|| shards.iter().map(|found| found.matches).sum());
        let truncated = shards.iter().any(|found| found.truncated);
        let mut placed: Vec<_> = shards.into_iter().flat_map(|found| found.placed).collect();
        placed.sort_unstable_by(|one, other| other.position.cmp(&one.position));
        let shown = placed.into_iter().skip(slice.offset).take(slice.limit);
        let wanted: Vec<_> = shown.map(|placed| keys::conversation(&placed.key)).collect();
        let found = self.get_all(&wanted).await?.into_iter();
        let items = found.map(|(key, item)| Ok(self.read::<StoredConversation>(&key, item)?.into()));
        let items = items.collect::<Result<_, StoreError>>()?;
        Ok(InboxPage { page: Page { items, total }, truncated })
    }

    /// The number of all conversations; `None` where only some are asked for.
    async fn counted(
        &self,
        workspace_id: Id,
        filter: &ConversationFilter,
    ) -> Result<Option<usize>, StoreError> {
        if !filter.is_empty() {
            return Ok(None);
        }
        let answer = self.query(&keys::inbox_tallies(workspace_id), Order::Ascending).send().await?;
        let counts = answer.items.unwrap_or_default().into_iter().filter_map(|item| {
            let count = item.get("conversations")?.as_n().ok()?;
            count.parse::<usize>().ok()
        });
        Ok(Some(counts.sum()))
    }

    /// The first `most` entries of a part of the inbox that `filter` lets through, and how many it lets through in
    /// all, as far as the part is looked through.
    async fn matching(
        &self,
        range: &Range,
        filter: &ConversationFilter,
        most: usize,
    ) -> Result<Found, StoreError> {
        let (mut found, mut start) = (Found::default(), None);
        for _ in 0..CALLS_MAX {
            let (entries, next) =
                self.entries(range, filter, most.saturating_sub(found.matches), start).await?;
            found.matches += entries.len();
            let room = most.saturating_sub(found.placed.len());
            for item in entries.into_iter().take(room) {
                found.placed.push(self.placed(range, item)?);
            }
            match next {
                Some(next) if !filter.is_empty() || found.placed.len() < most => start = Some(next),
                _ => return Ok(found),
            }
        }
        found.truncated = true;
        Ok(found)
    }

    async fn entries(
        &self,
        range: &Range,
        filter: &ConversationFilter,
        most: usize,
        start: Option<Attributes>,
    ) -> Result<(Vec<Attributes>, Option<Attributes>), StoreError> {
        let mut request = self.query(range, Order::Descending).set_exclusive_start_key(start);
        if filter.is_empty() {
            request = request.set_limit(i32::try_from(most).ok());
        } else {
            let mut expression = Expression::default();
            request = request.filter_expression(expression.condition(check(filter)));
            for (placeholder, name) in expression.names {
                request = request.expression_attribute_names(placeholder, name);
            }
            for (placeholder, value) in expression.values {
                request = request.expression_attribute_values(placeholder, value);
            }
        }
        let answer = request.send().await?;
        Ok((answer.items.unwrap_or_default(), answer.last_evaluated_key))
    }

    fn placed(&self, range: &Range, item: Attributes) -> Result<Placed, StoreError> {
        let position = item.get(SORT_KEY).and_then(|value| value.as_s().ok()).cloned().unwrap_or_default();
        let entry: StoredEntry = self.read_listed(range.table, item)?;
        let key = ConversationKey { phone_number_id: entry.phone_number_id, customer: entry.customer };
        Ok(Placed { position, key })
    }
}
