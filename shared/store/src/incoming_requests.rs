//! Requests that came by incoming webhooks under a name: patterns Y6 and Y7.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_model::Id;
use switchboard_model::incoming_webhook::RequestName;

use crate::expression::{Check, number};
use crate::item::StoredForm;
use crate::transaction::Transaction;
use crate::{Condition, Store, StoreError, keys};

/// Seconds for which a request is remembered: 30 days.
const LIFETIME: i64 = 30 * 86_400;

/// A request to carry out, which nobody carries out again under its name.
#[derive(Clone, Debug)]
pub struct RequestClaim {
    /// The webhook that it came by.
    pub webhook_id: Id,
    /// What its sender calls it.
    pub name: RequestName,
    /// SHA-256 of its body.
    pub digest: String,
    /// When it came.
    pub at: Timestamp,
}

/// A request that was carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarriedOut {
    /// SHA-256 of its body.
    pub digest: String,
    /// What it made.
    pub resource_id: Id,
}

/// A request as stored.
#[derive(Serialize, Deserialize)]
struct StoredRequest {
    digest: String,
    resource_id: Id,
    ttl: i64,
}

impl StoredForm for StoredRequest {
    const ENTITY: &'static str = "incoming_request";
}

impl Store {
    /// Y6: this store, whose next transaction that tells the audit log also notes that the request was carried out.
    /// It fails as `RequestRepeated` where one of this name was before, whatever else fails too.
    #[must_use]
    pub fn claiming(&self, claim: RequestClaim) -> Self {
        Self { claiming: Some(claim.into()), ..self.clone() }
    }

    /// Y7: the request of this name that was carried out, if one was.
    pub async fn carried_out(
        &self,
        webhook_id: Id,
        name: &RequestName,
        now: Timestamp,
    ) -> Result<Option<CarriedOut>, StoreError> {
        let stored = self.get::<StoredRequest>(&keys::incoming_request(webhook_id, name)).await?;
        let living = stored.filter(|stored| stored.ttl >= now.as_second());
        Ok(living.map(|stored| CarriedOut { digest: stored.digest, resource_id: stored.resource_id }))
    }
}

impl Transaction<'_> {
    /// Notes that a request was carried out and made `resource_id`.
    pub(crate) fn claim(self, claim: &RequestClaim, resource_id: Id) -> Result<Self, StoreError> {
        let now = claim.at.as_second();
        let request = StoredRequest { digest: claim.digest.clone(), resource_id, ttl: now + LIFETIME };
        let free = Check::Any(vec![Check::Absent, Check::Below("ttl", number(now))]);
        let key = keys::incoming_request(claim.webhook_id, &claim.name);
        Ok(self.put_if(&key, &request, free, Condition::RequestRepeated)?.last_first())
    }
}
