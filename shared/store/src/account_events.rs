//! Events of Meta about accounts, or of a kind that we do not know: pattern M10.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::expression::Check;
use crate::item::StoredForm;
use crate::{Condition, Store, StoreError, keys};

/// An event as stored.
#[derive(Serialize, Deserialize)]
struct StoredEvent {
    field: String,
    /// The event as Meta sent it, in JSON.
    raw: String,
    received_at: i64,
}

impl StoredForm for StoredEvent {
    const ENTITY: &'static str = "account_event";
}

impl Store {
    /// M10: keeps an event about the account `business_id`, once for each `identity`. Whether it is new.
    pub async fn keep_event(
        &self,
        business_id: &str,
        field: &str,
        identity: &str,
        raw: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let key = keys::account_event(business_id, field, identity.as_bytes());
        let stored =
            StoredEvent { field: field.to_owned(), raw: raw.to_owned(), received_at: now.as_millisecond() };
        match self.put(&key, &stored, Some((Check::Absent, Condition::AlreadyStored))).await {
            Ok(()) => Ok(true),
            Err(StoreError::ConditionFailed(Condition::AlreadyStored)) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
