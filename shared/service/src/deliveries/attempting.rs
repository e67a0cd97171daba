//! One attempt of a delivery: claimed, made, recorded.

use std::time::Duration;

use jiff::Timestamp;
use switchboard_model::Id;
use switchboard_model::delivery::{Attempt, Delivery, DeliveryKey, DeliveryState, Outcome, Source, retry};
use switchboard_model::id::spelling::prefixed;
use switchboard_model::webhook::{
    Admission, DisabledReason, Endpoint, EndpointStatus, Health, Keyring, SignatureFormat, WebAddress,
};
use switchboard_store::{Condition, DeliveryClaim, StoreError};
use tokio::time::Instant;

use super::post::{Posted, Posting};
use super::{CLAIM, Deliveries, DeliveryError, Due};

/// How long an attempt waits that came while another one found out whether the webhook answers.
const AFTER_A_TRIAL: Duration = Duration::from_secs(15);
/// How long an attempt waits whose claim somebody else holds, beyond the claim's end.
const AFTER_A_CLAIM: Duration = Duration::from_secs(1);
/// What stands in front of the id of a callback's delivery.
const CALLBACK_PREFIX: &str = "delivery_";

/// A webhook, how it fares, and the right to make an attempt at it.
struct Reception {
    endpoint: Endpoint,
    health: Health,
    _admittance: super::manners::Admittance,
}

impl Deliveries {
    /// Makes the attempt with this number, if it is the next and its time has come.
    pub(super) async fn attempt(
        &self,
        key: DeliveryKey,
        workspace_id: Id,
        attempt: u32,
    ) -> Result<Vec<Due>, DeliveryError> {
        let later = |at: Timestamp| vec![Self::due_at(at, key.clone(), workspace_id, attempt)];
        let reception = match &key {
            DeliveryKey::Callback { .. } => None,
            DeliveryKey::Event { endpoint_id, .. } => {
                let endpoint = self.targets.endpoint(workspace_id, *endpoint_id).await?;
                let active = endpoint.filter(|endpoint| endpoint.status == EndpointStatus::Active);
                let Some(endpoint) = active else {
                    self.resources.store.give_up_delivery(&key).await?;
                    return Ok(Vec::new());
                };
                match self.receive(endpoint).await? {
                    Ok(reception) => Some(reception),
                    Err(at) => return Ok(later(at)),
                }
            }
        };
        let now = self.resources.now();
        let until = now.saturating_add(CLAIM).unwrap_or(now);
        match self.resources.store.claim_delivery(&key, attempt, now, until).await? {
            DeliveryClaim::Taken(delivery) => self.make(*delivery, reception).await,
            DeliveryClaim::UnderWay(until) => Ok(later(until.saturating_add(AFTER_A_CLAIM).unwrap_or(until))),
            // A later one was made, so the queue knew of it: whoever made it sees to what follows.
            DeliveryClaim::Over(delivery) if delivery.attempts_made > attempt => Ok(Vec::new()),
            // Its outcome is known, but perhaps not to the queue.
            DeliveryClaim::Over(delivery) => Ok(self.follows(&delivery)),
            DeliveryClaim::Gone => Ok(Vec::new()),
        }
    }

    /// Whether an attempt may be made at a webhook now; else when.
    async fn receive(&self, endpoint: Endpoint) -> Result<Result<Reception, Timestamp>, DeliveryError> {
        let (store, now) = (&self.resources.store, self.resources.now());
        let after_a_trial = || {
            let wait = AFTER_A_TRIAL + self.part_of(AFTER_A_TRIAL);
            now.saturating_add(wait).unwrap_or(now)
        };
        let Some(admittance) = self.manners.admit(endpoint.id).await else {
            return Ok(Err(after_a_trial()));
        };
        let health = store.endpoint_health(endpoint.id, now).await?;
        match health.admits(now) {
            Admission::Free => {}
            Admission::Spared { until, pause } => {
                return Ok(Err(until.saturating_add(self.part_of(pause)).unwrap_or(until)));
            }
            Admission::Probe => {
                let probe = store.probe_endpoint(endpoint.id, health.spared_until, health.probed(now), now);
                match probe.await {
                    Ok(()) => {}
                    Err(StoreError::ConditionFailed(Condition::Contested)) => {
                        return Ok(Err(after_a_trial()));
                    }
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Ok(Ok(Reception { endpoint, health, _admittance: admittance }))
    }

    /// Any part of a time, by chance.
    fn part_of(&self, time: Duration) -> Duration {
        let per_mille = u32::try_from(self.resources.randomness.next_u64() % 1_001).unwrap_or_default();
        time * per_mille / 1_000
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
        let now = self.resources.now();
        if let Some(reception) = &reception {
            self.judge(reception, &posted, now).await?;
        }
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

    async fn post(
        &self,
        delivery: &Delivery,
        reception: Option<&Reception>,
    ) -> Result<Posted, DeliveryError> {
        let attempt = delivery.attempts_made + 1;
        let (courier, now) = (&self.courier, self.resources.now());
        match (&delivery.source, reception) {
            (Source::Endpoint { event_id, .. }, Some(Reception { endpoint, health, .. })) => {
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
                    python_first: false,
                };
                Ok(posting.post(courier, now).await)
            }
            (Source::Endpoint { .. }, None) => Ok(Posted::nowhere()),
        }
    }

    /// Keeps how a webhook fares, and disables one that is gone or hopeless. This comes before the attempt is
    /// recorded: whoever dies in between repeats it.
    async fn judge(
        &self,
        reception: &Reception,
        posted: &Posted,
        now: Timestamp,
    ) -> Result<(), DeliveryError> {
        let Reception { endpoint, health, .. } = reception;
        self.manners.note(endpoint.id, !posted.outcome.is_hanging());
        let python = posted.python && endpoint.signature_format == SignatureFormat::Auto;
        let after = health.after(posted.outcome, python, now);
        if after != *health {
            self.resources.store.keep_endpoint_health(endpoint.id, after, now).await?;
        }
        let reason = match posted.outcome {
            Outcome::Gone => Some(DisabledReason::Gone),
            Outcome::Delivered => None,
            _ => after.is_hopeless(now).then_some(DisabledReason::Failing),
        };
        match reason {
            Some(reason) => self.disable(endpoint, reason).await,
            None => Ok(()),
        }
    }
}
