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

/// A request to carry out, which nobody carries out again under one of its names.
#[derive(Clone, Debug)]
pub struct RequestClaim {
    /// The webhook that it came by.
    pub webhook_id: Id,
    /// What its sender calls it.
    pub names: Vec<RequestName>,
    /// SHA-256 of its body.
    pub digest: String,
    /// When it came.
    pub at: Timestamp,
}

/// A request that was carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarriedOut {
    /// The name under which it was.
    pub name: RequestName,
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
    /// It fails as `RequestRepeated` where one of its names was used before, whatever else fails too.
    #[must_use]
    pub fn claiming(&self, claim: RequestClaim) -> Self {
        Self { claiming: Some(claim.into()), ..self.clone() }
    }

    /// Y7: the request of the first of these names under which one was carried out, if there is such.
    pub async fn carried_out(
        &self,
        webhook_id: Id,
        names: &[RequestName],
        now: Timestamp,
    ) -> Result<Option<CarriedOut>, StoreError> {
        let wanted: Vec<_> = names.iter().map(|name| keys::incoming_request(webhook_id, name)).collect();
        for (key, item) in self.get_all(&wanted).await? {
            let stored = self.read::<StoredRequest>(&key, item)?;
            let name = names.iter().zip(&wanted).find(|(_, wanted)| **wanted == key).map(|(name, _)| name);
            if let (Some(name), true) = (name, stored.ttl >= now.as_second()) {
                let StoredRequest { digest, resource_id, .. } = stored;
                return Ok(Some(CarriedOut { name: name.clone(), digest, resource_id }));
            }
        }
        Ok(None)
    }
}

impl Transaction<'_> {
    /// Notes that a request was carried out and made `resource_id`.
    pub(crate) fn claim(self, claim: &RequestClaim, resource_id: Id) -> Result<Self, StoreError> {
        let now = claim.at.as_second();
        let request = StoredRequest { digest: claim.digest.clone(), resource_id, ttl: now + LIFETIME };
        let free = Check::Any(vec![Check::Absent, Check::Below("ttl", number(now))]);
        let keys = claim.names.iter().map(|name| keys::incoming_request(claim.webhook_id, name));
        keys.into_iter().try_fold(self, |transaction, key| {
            let claimed = transaction.put_if(&key, &request, free.clone(), Condition::RequestRepeated)?;
            Ok(claimed.last_first())
        })
    }
}
