//! One attempt of a delivery: claimed, made, recorded.

use std::time::Duration;

use jiff::Timestamp;
use switchboard_model::Id;
use switchboard_model::delivery::{Attempt, Delivery, DeliveryKey, DeliveryState, Source, retry};
use switchboard_model::id::spelling::prefixed;
use switchboard_model::webhook::{Keyring, Receiver, SignatureFormat, WebAddress};
use switchboard_store::{Condition, DeliveryClaim, StoreError};
use tokio::time::Instant;

use super::post::{Posted, Posting};
use super::reception::Reception;
use super::{CLAIM, Deliveries, DeliveryError, Due, Job};

/// How long an attempt waits whose claim somebody else holds, beyond the claim's end.
const AFTER_A_CLAIM: Duration = Duration::from_secs(1);
/// What stands in front of the id of a callback's delivery.
const CALLBACK_PREFIX: &str = "delivery_";

impl Deliveries {
    /// Makes the attempt with this number, if it is the next and its time has come.
    pub(super) async fn attempt(
        &self,
        key: DeliveryKey,
        workspace_id: Id,
        attempt: u32,
        waiting_since: Option<i64>,
    ) -> Result<Vec<Due>, DeliveryError> {
        let later = |at: Timestamp, waiting_since: Option<i64>| {
            vec![Due { job: Job::Attempt { key: key.clone(), workspace_id, attempt, waiting_since }, at }]
        };
        let (receiver, endpoint) = match &key {
            DeliveryKey::Callback { .. } => (self.callbacks(&key, workspace_id).await?, None),
            DeliveryKey::Event { endpoint_id, .. } => {
                let Some(endpoint) = self.targets.active_endpoint(workspace_id, *endpoint_id).await? else {
                    self.resources.store.give_up_delivery(&key).await?;
                    return Ok(Vec::new());
                };
                (Some(Receiver::Webhook(endpoint.id)), Some(endpoint))
            }
        };
        let reception = match receiver {
            None => None,
            Some(receiver) => {
                let since = waiting_since.unwrap_or_else(|| self.resources.now().as_millisecond());
                let waiting = self.resources.now().as_millisecond().saturating_sub(since);
                let waiting = Duration::from_millis(u64::try_from(waiting).unwrap_or_default());
                match self.receive(receiver, endpoint, waiting).await? {
                    Ok(reception) => Some(reception),
                    Err(wait) => return Ok(later(self.back_at(&wait, waiting), Some(since))),
                }
            }
        };
        let now = self.resources.now();
        let until = now.saturating_add(CLAIM).unwrap_or(now);
        match self.resources.store.claim_delivery(&key, attempt, now, until).await? {
            DeliveryClaim::Taken(delivery) => self.make(*delivery, reception).await,
            DeliveryClaim::UnderWay(until) => {
                Ok(later(until.saturating_add(AFTER_A_CLAIM).unwrap_or(until), waiting_since))
            }
            // A later one was made, so the queue knew of it: whoever made it sees to what follows.
            DeliveryClaim::Over(delivery) if delivery.attempts_made > attempt => Ok(Vec::new()),
            // Its outcome is known, but perhaps not to the queue.
            DeliveryClaim::Over(delivery) => Ok(self.follows(&delivery)),
            DeliveryClaim::Gone => Ok(Vec::new()),
        }
    }

    /// Makes a claimed attempt and keeps what came of it.
    async fn make(
        &self,
        delivery: Delivery,
        reception: Option<Reception>,
    ) -> Result<Vec<Due>, DeliveryError> {
        let began = self.resources.now();
        let started = Instant::now();
        let posted = self.post(&delivery, reception.as_ref()).await?;
        if let Some(reception) = &reception {
            self.judge(reception, &posted, began).await?;
        }
        let now = self.resources.now();
        let chance = self.resources.randomness.next_u64();
        let (left, divisor) = (delivery.attempts_left, self.settings.divisor);
        let follows = retry(posted.outcome, posted.retry_after, left, now, chance, divisor);
        let attempt = Attempt {
            number: delivery.attempts_made + 1,
            at: began.as_millisecond(),
            milliseconds: u32::try_from(started.elapsed().as_millis()).unwrap_or(u32::MAX),
            outcome: posted.outcome,
            status: posted.status,
            answer: posted.answer,
        };
        let claimed_until = delivery.claimed_until.unwrap_or_default();
        let delivery = delivery.after(attempt, follows);
        match self.resources.store.record_attempt(&delivery, claimed_until).await {
            Ok(()) => Ok(self.follows(&delivery)),
            // The claim ended, and somebody else has it now: what they find out counts.
            Err(StoreError::ConditionFailed(Condition::NotOurs)) => Ok(Vec::new()),
            Err(error) => Err(error.into()),
        }
    }

    /// The next attempt, where one is due.
    fn follows(&self, delivery: &Delivery) -> Vec<Due> {
        if delivery.state != DeliveryState::Pending {
            return Vec::new();
        }
        let at = delivery.next_attempt_at.unwrap_or_else(|| self.resources.now());
        vec![Self::due_at(at, delivery.key.clone(), delivery.workspace_id, delivery.attempts_made + 1)]
    }

    /// Posts what a delivery carries, to where it goes.
    async fn post(
        &self,
        delivery: &Delivery,
        reception: Option<&Reception>,
    ) -> Result<Posted, DeliveryError> {
        let attempt = delivery.attempts_made + 1;
        let (courier, now) = (&self.courier, self.resources.now());
        let Some(Reception { endpoint, health, .. }) = reception else { return Ok(Posted::nowhere()) };
        match (&delivery.source, endpoint) {
            (Source::Endpoint { event_id, .. }, Some(endpoint)) => {
                let event = self.targets.event(delivery.workspace_id, event_id).await?;
                let Some(event) = event else { return Ok(Posted::nowhere()) };
                let keyring = self.targets.keyring(endpoint).await?;
                let posting = Posting {
                    url: &endpoint.url,
                    id: event_id.to_string(),
                    kind: &delivery.kind,
                    body: &event.body,
                    attempt,
                    keyring: &keyring,
                    format: endpoint.signature_format,
                    python_first: health.python,
                };
                Ok(posting.post(courier, now).await)
            }
            (Source::Callback { url, body, .. }, _) => {
                let keyring: Option<Keyring> = self.targets.callback_secret(delivery.workspace_id).await?;
                let url: Option<WebAddress> = url.parse().ok();
                let (Some(url), Some(keyring)) = (url, keyring) else { return Ok(Posted::nowhere()) };
                let id = match &delivery.key {
                    DeliveryKey::Callback { id } => prefixed::spell(CALLBACK_PREFIX, *id),
                    DeliveryKey::Event { event_id, .. } => event_id.to_string(),
                };
                let posting = Posting {
                    url: &url,
                    id,
                    kind: &delivery.kind,
                    body,
                    attempt,
                    keyring: &keyring,
                    format: SignatureFormat::Auto,
                    python_first: health.python,
                };
                Ok(posting.post(courier, now).await)
            }
            (Source::Endpoint { .. }, None) => Ok(Posted::nowhere()),
        }
    }
}
