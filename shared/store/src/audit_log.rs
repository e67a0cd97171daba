//! What was done in a workspace: patterns J1 and J2.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_model::Id;
use switchboard_model::audit::{Actor, AuditEntry, AuditFilter};

use crate::cursor::{cursor, position};
use crate::item::StoredForm;
use crate::slice::Order;
use crate::transaction::Transaction;
use crate::{Attributes, Store, StoreError, keys};

/// Entries that are looked at in one call.
const STEP: i32 = 200;
/// Most entries that are looked at for one page. A page that ends here may be short, and goes on by its cursor.
const MOST: usize = 2_000;

/// An entry as stored.
#[derive(Serialize, Deserialize)]
struct StoredAuditEntry {
    id: Id,
    workspace_id: Id,
    actor: Actor,
    action: String,
    resource: String,
    resource_id: Id,
    metadata: String,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    created_at: Timestamp,
}

impl StoredForm for StoredAuditEntry {
    const ENTITY: &'static str = "audit_entry";
}

/// A part of the audit log.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditPage {
    /// The entries, the newest first.
    pub entries: Vec<AuditEntry>,
    /// Where to go on; nothing at the end.
    pub next: Option<String>,
}

impl Store {
    /// J1: this store, which tells of its next transaction or conditional put by `entry`, in the same write.
    #[must_use]
    pub fn telling(&self, entry: AuditEntry) -> Self {
        Self { telling: Some(entry.into()), ..self.clone() }
    }

    /// J2: up to `limit` entries that `filter` lets through, the newest first, from `after` on, a cursor of the same
    /// filter. `None` where it is no such cursor.
    pub async fn audit_entries(
        &self,
        workspace_id: Id,
        filter: &AuditFilter,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Option<AuditPage>, StoreError> {
        let list = format!("audit {workspace_id} {filter:?}");
        let after = match after.map(|text| position(&list, text)) {
            Some(None) => return Ok(None),
            Some(after) => after,
            None => None,
        };
        let range = keys::audit_log(workspace_id);
        // Entries sort by their ids, which begin with the time; nothing newer than `until` needs to be looked at.
        let newest = filter.until.map(|until| Id::new(until, 0));
        let start = [after, newest].into_iter().flatten().min();
        let mut start = start.map(|id| keys::audit_entry(workspace_id, id).attributes());
        let mut page = AuditPage { entries: Vec::new(), next: None };
        let mut looked_at = 0;
        loop {
            let request = self.query(&range, Order::Descending).limit(STEP);
            let answer = request.set_exclusive_start_key(start.take()).send().await?;
            for item in answer.items.unwrap_or_default() {
                looked_at += 1;
                let entry = self.entry(item)?;
                if filter.from.is_some_and(|from| entry.created_at < from) {
                    return Ok(Some(page));
                }
                let last = entry.id;
                if lets_through(filter, &entry) {
                    if page.entries.len() == limit {
                        page.next = page.entries.last().map(|entry| cursor(&list, entry.id));
                        return Ok(Some(page));
                    }
                    page.entries.push(entry);
                }
                if looked_at == MOST {
                    page.next = Some(cursor(&list, last));
                    return Ok(Some(page));
                }
            }
            match answer.last_evaluated_key {
                Some(next) => start = Some(next),
                None => return Ok(Some(page)),
            }
        }
    }

    fn entry(&self, item: Attributes) -> Result<AuditEntry, StoreError> {
        let key = |name: &str| {
            item.get(name).and_then(|value: &AttributeValue| value.as_s().ok()).cloned().unwrap_or_default()
        };
        let (pk, sk) = (key("pk"), key("sk"));
        let stored = self.read_listed::<StoredAuditEntry>(crate::Table::Main, item)?;
        AuditEntry::try_from(stored).map_err(|error| StoreError::Corrupt {
            table: self.names.of(crate::Table::Main).to_owned(),
            key: crate::keys::redacted(&pk, &sk),
            source: error.into(),
        })
    }
}

fn lets_through(filter: &AuditFilter, entry: &AuditEntry) -> bool {
    filter.actor_id.is_none_or(|id| entry.actor.id == Some(id))
        && filter.actor_kind.is_none_or(|kind| entry.actor.kind == kind)
        && filter.action.as_ref().is_none_or(|action| entry.action == *action)
        && filter.resource.as_ref().is_none_or(|resource| entry.resource == *resource)
        && filter.resource_id.is_none_or(|id| entry.resource_id == id)
        && filter.until.is_none_or(|until| entry.created_at < until)
}

impl Transaction<'_> {
    /// Puts an entry beside what it tells of.
    pub(crate) fn tell(self, entry: &AuditEntry) -> Result<Self, StoreError> {
        let metadata =
            serde_json::to_string(&entry.metadata).map_err(|error| StoreError::Unstorable(error.into()))?;
        let stored = StoredAuditEntry {
            id: entry.id,
            workspace_id: entry.workspace_id,
            actor: entry.actor,
            action: entry.action.clone(),
            resource: entry.resource.clone(),
            resource_id: entry.resource_id,
            metadata,
            created_at: entry.created_at,
        };
        self.put(&keys::audit_entry(entry.workspace_id, entry.id), &stored)
    }
}

impl TryFrom<StoredAuditEntry> for AuditEntry {
    type Error = serde_json::Error;

    fn try_from(stored: StoredAuditEntry) -> Result<Self, serde_json::Error> {
        Ok(Self {
            id: stored.id,
            workspace_id: stored.workspace_id,
            actor: stored.actor,
            action: stored.action,
            resource: stored.resource,
            resource_id: stored.resource_id,
            metadata: serde_json::from_str(&stored.metadata)?,
            created_at: stored.created_at,
        })
    }
}
