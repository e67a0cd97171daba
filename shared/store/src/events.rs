//! What happened in workspaces: patterns X5 and X10.

use serde::{Deserialize, Serialize};
use switchboard_model::Id;
use switchboard_model::delivery::RETENTION;
use switchboard_model::event::{Event, EventId};

use crate::expression::Check;
use crate::item::StoredForm;
use crate::{Condition, Store, StoreError, keys};

/// An event as stored.
#[derive(Serialize, Deserialize)]
struct StoredEvent {
    #[serde(flatten)]
    event: Event,
    ttl: i64,
}

impl StoredForm for StoredEvent {
    const ENTITY: &'static str = "event";
}

/// The second in which what belongs to an event of `at`, in Unix milliseconds, expires.
pub(crate) fn expiry(at: i64) -> i64 {
    at / 1_000 + i64::try_from(RETENTION.as_secs()).unwrap_or(i64::MAX)
}

impl Store {
    /// X5: keeps an event. May be repeated.
    pub async fn keep_workspace_event(&self, event: &Event) -> Result<(), StoreError> {
        let stored = StoredEvent { event: event.clone(), ttl: expiry(event.at) };
        let key = keys::event(event.workspace_id, &event.id);
        match self.put(&key, &stored, Some((Check::Absent, Condition::AlreadyStored))).await {
            Err(StoreError::ConditionFailed(Condition::AlreadyStored)) => Ok(()),
            kept => kept,
        }
    }

    /// X5: an event.
    pub async fn workspace_event(&self, workspace_id: Id, id: &EventId) -> Result<Option<Event>, StoreError> {
        let stored = self.get::<StoredEvent>(&keys::event(workspace_id, id)).await?;
        Ok(stored.map(|stored| stored.event))
    }

    /// X10: what happened in a workspace from `first` to `end`, both included, in order, `limit` at most.
    pub async fn events_between(
        &self,
        workspace_id: Id,
        first: &EventId,
        end: &EventId,
        limit: i32,
    ) -> Result<Vec<Event>, StoreError> {
        let request = self.between(&keys::events(workspace_id), first.as_str(), end.as_str());
        let answer = request.limit(limit).send().await?;
        let items = answer.items.unwrap_or_default().into_iter();
        items.map(|item| Ok(self.read_listed::<StoredEvent>(crate::Table::Messages, item)?.event)).collect()
    }
}
