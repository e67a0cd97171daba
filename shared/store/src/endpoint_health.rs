//! How receivers of webhooks and callbacks fare: pattern X9.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_model::webhook::{Finding, Health, PATIENCE, Receiver};

use crate::expression::{Change, Check, boolean, number, string};
use crate::item::{ENTITY_TYPE, StoredForm, VERSION};
use crate::{Condition, Store, StoreError, keys};

/// Seconds that the health of a receiver is kept after its last failure.
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
    /// X9: how a receiver fares; well, where nothing else is known.
    pub async fn endpoint_health(&self, receiver: &Receiver, now: Timestamp) -> Result<Health, StoreError> {
        let stored = self.get::<StoredHealth>(&keys::endpoint_health(receiver)).await?;
        let living = stored.filter(|stored| stored.ttl > now.as_second());
        Ok(living.map(|stored| stored.health).unwrap_or_default())
    }

    /// X9: keeps what an attempt found that began at `began`, and answers with the health after it. `None` where that
    /// is known already: the receiver was found well since, or is spared because of other attempts that were made at
    /// the same time.
    pub async fn keep_finding(
        &self,
        receiver: &Receiver,
        finding: Finding,
        began: Timestamp,
        now: Timestamp,
    ) -> Result<Option<Health>, StoreError> {
        let Some(change) = change(finding, began, now) else { return Ok(None) };
        let key = keys::endpoint_health(receiver);
        match self.update(&key, dated(change, now)).await {
            Ok(item) => Ok(Some(self.read::<StoredHealth>(&key, item)?.health)),
            Err(StoreError::ConditionFailed(Condition::FoundBefore)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// X9: lets a receiver begin anew: what attempts find that began before is not kept.
    pub async fn forget_health(&self, receiver: &Receiver, now: Timestamp) -> Result<(), StoreError> {
        let health = Health { well_at: now.as_millisecond(), ..Health::default() };
        let stored = StoredHealth { health, ttl: now.as_second() + LIFETIME };
        self.put(&keys::endpoint_health(receiver), &stored, None).await
    }

    /// X9: keeps that somebody finds out whether a receiver that was spared until `spared_until` answers again; others
    /// wait for that until `until`. Fails as `Contested` where somebody else does.
    pub async fn probe_endpoint(
        &self,
        receiver: &Receiver,
        spared_until: i64,
        until: i64,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let unchanged = Check::Equals("spared_until", number(spared_until));
        let change =
            Change::default().set("spared_until", number(until)).only_if(unchanged, Condition::Contested);
        self.update(&keys::endpoint_health(receiver), dated(change, now)).await.map(drop)
    }
}

/// How a finding changes what is kept; `None` where it does not.
fn change(finding: Finding, began: Timestamp, now: Timestamp) -> Option<Change> {
    let at = number(now.as_millisecond());
    let not_well_since = Check::Any(vec![
        Check::Lacks("well_at"),
        Check::Below("well_at", number(began.as_millisecond().saturating_add(1))),
    ]);
    let failed = |anew: bool| {
        let change = Change::default().set("failed_at", at.clone());
        if anew {
            change.set("failing_since", at.clone())
        } else {
            change.set_if_absent("failing_since", at.clone())
        }
    };
    match finding {
        Finding::Nothing => None,
        Finding::Well { python } => Some(
            Change::default()
                .set("well_at", at.clone())
                .set("python", boolean(python))
                .remove("failing_since")
                .remove("unanswered"),
        ),
        Finding::Refused { anew, busy_for } => {
            let change = failed(anew).remove("unanswered");
            let change = match busy_for.map(|asked| i64::try_from(asked.as_millis()).unwrap_or(i64::MAX)) {
                Some(asked) => change
                    .set("busy_until", number(now.as_millisecond().saturating_add(asked)))
                    .set("busy_for", number(asked)),
                None => change,
            };
            Some(change.only_if(not_well_since, Condition::FoundBefore))
        }
        Finding::Unanswered { anew, pause, probe } => {
            let pause = i64::try_from(pause.as_millis()).unwrap_or(i64::MAX);
            let news = if probe { not_well_since } else { Check::All(vec![not_well_since, not_spared(now)]) };
            let change = failed(anew)
                .add("unanswered", 1)
                .set("spared_until", number(now.as_millisecond().saturating_add(pause)));
            Some(change.only_if(news, Condition::FoundBefore))
        }
    }
}

/// That a receiver is not spared because it did not answer: also where that was so long ago that it is not kept.
fn not_spared(now: Timestamp) -> Check {
    Check::Any(vec![
        Check::Lacks("unanswered"),
        Check::Below("unanswered", number(PATIENCE)),
        Check::Below("ttl", number(now.as_second() + 1)),
    ])
}

/// A change of an item that may not be there yet, and lives from `now` on.
fn dated(change: Change, now: Timestamp) -> Change {
    change
        .set(ENTITY_TYPE, string(StoredHealth::ENTITY))
        .set(VERSION, number(StoredHealth::VERSION))
        .set("ttl", number(now.as_second() + LIFETIME))
}
