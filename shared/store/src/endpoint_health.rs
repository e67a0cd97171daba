//! How webhooks fare: pattern X9.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_model::Id;
use switchboard_model::webhook::Health;

use crate::expression::{Check, number};
use crate::item::StoredForm;
use crate::{Condition, Store, StoreError, keys};

/// Seconds that the health of a webhook is kept after its last failure.
const LIFETIME: i64 = 30 * 86_400;

#[derive(Serialize, Deserialize)]
struct StoredHealth {
    #[serde(flatten)]
    health: Health,
    ttl: i64,
}

impl StoredForm for StoredHealth {
    const ENTITY: &'static str = "endpoint_health";
}

impl Store {
    /// X9: how a webhook fares; well, where nothing else is known.
    pub async fn endpoint_health(&self, id: Id, now: Timestamp) -> Result<Health, StoreError> {
        let stored = self.get::<StoredHealth>(&keys::endpoint_health(id)).await?;
        let living = stored.filter(|stored| stored.ttl > now.as_second());
        Ok(living.map(|stored| stored.health).unwrap_or_default())
    }

    /// X9: keeps how a webhook fares.
    pub async fn keep_endpoint_health(
        &self,
        id: Id,
        health: Health,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let stored = StoredHealth { health, ttl: now.as_second() + LIFETIME };
        self.put(&keys::endpoint_health(id), &stored, None).await
    }

    /// X9: keeps that somebody finds out whether a webhook that was spared until `spared_until` answers again. Fails
    /// as `Contested` where somebody else does.
    pub async fn probe_endpoint(
        &self,
        id: Id,
        spared_until: i64,
        probed: Health,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let stored = StoredHealth { health: probed, ttl: now.as_second() + LIFETIME };
        let unchanged = Check::Equals("spared_until", number(spared_until));
        self.put(&keys::endpoint_health(id), &stored, Some((unchanged, Condition::Contested))).await
    }
}
