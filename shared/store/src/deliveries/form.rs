//! A delivery as stored.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_model::Id;
use switchboard_model::delivery::{
    Attempt, Delivery, DeliveryKey, DeliveryState, MAX_ATTEMPTS, NewDelivery, Source,
};

use crate::events::expiry;
use crate::item::StoredForm;

/// A delivery as stored.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredDelivery {
    pub(super) id: Id,
    pub(crate) workspace_id: Id,
    pub(super) source: Source,
    pub(super) kind: String,
    pub(super) state: DeliveryState,
    pub(crate) attempts_made: u32,
    pub(super) attempts_left: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) next_attempt_at: Option<i64>,
    #[serde(default)]
    pub(super) attempts: Vec<Attempt>,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub(super) created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) claimed_until: Option<i64>,
    /// There while the outbox is to queue the next attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) outbox: Option<String>,
    /// Not there on answers to callbacks: they are kept with their messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) ttl: Option<i64>,
}

impl StoredForm for StoredDelivery {
    const ENTITY: &'static str = "delivery";
}

impl StoredDelivery {
    /// Whether it would be gone, were it not for `DynamoDB`'s leisure.
    pub(super) fn is_expired(&self, now: Timestamp) -> bool {
        self.ttl.is_some_and(|ttl| ttl <= now.as_second())
    }

    /// Which delivery it is.
    pub(crate) fn key(&self) -> DeliveryKey {
        match &self.source {
            Source::Callback { .. } => DeliveryKey::Callback { id: self.id },
            Source::Endpoint { endpoint_id, event_id } => {
                DeliveryKey::Event { endpoint_id: *endpoint_id, event_id: event_id.clone() }
            }
        }
    }
}

impl From<&NewDelivery> for StoredDelivery {
    fn from(new: &NewDelivery) -> Self {
        let expires = matches!(new.source, Source::Endpoint { .. });
        Self {
            id: new.id,
            workspace_id: new.workspace_id,
            source: new.source.clone(),
            kind: new.kind.clone(),
            state: DeliveryState::Pending,
            attempts_made: 0,
            attempts_left: MAX_ATTEMPTS,
            next_attempt_at: Some(new.created_at.as_millisecond()),
            attempts: Vec::new(),
            created_at: new.created_at,
            claimed_until: None,
            outbox: None,
            ttl: expires.then(|| expiry(new.created_at.as_millisecond())),
        }
    }
}

impl From<StoredDelivery> for Delivery {
    fn from(stored: StoredDelivery) -> Self {
        let next = stored.next_attempt_at.and_then(|at| Timestamp::from_millisecond(at).ok());
        Self {
            key: stored.key(),
            workspace_id: stored.workspace_id,
            source: stored.source,
            kind: stored.kind,
            state: stored.state,
            attempts_made: stored.attempts_made,
            attempts_left: stored.attempts_left,
            next_attempt_at: next,
            attempts: stored.attempts,
            created_at: stored.created_at,
            claimed_until: stored.claimed_until,
        }
    }
}
