//! Whether an attempt may be made at a receiver now, and what attempts tell of how it fares.

use std::time::Duration;

use jiff::Timestamp;
use switchboard_model::Id;
use switchboard_model::delivery::{DeliveryKey, Outcome, Source};
use switchboard_model::webhook::{
    Admission, DisabledReason, Endpoint, Health, Receiver, Sign, SignatureFormat, WebAddress,
};
use switchboard_store::{Condition, StoreError};

use super::manners::Admittance;
use super::post::Posted;
use super::{Deliveries, DeliveryError};

/// How long an attempt waits that came while another one found out whether the receiver answers.
const AFTER_A_TRIAL: Duration = Duration::from_secs(15);
/// The longest time over which those who wait for a receiver come back.
const LONGEST_SPREAD: Duration = Duration::from_mins(10);
/// Nobody waits for longer at a time: the queue holds nothing back for longer (AWS, SQS delay seconds).
const LONGEST_WAIT: Duration = Duration::from_mins(15);

/// A receiver, how it fares, and the right to make an attempt at it.
pub(super) struct Reception {
    receiver: Receiver,
    /// The webhook that it is, where it is one.
    pub(super) endpoint: Option<Endpoint>,
    pub(super) health: Health,
    _admittance: Admittance,
}

/// Why an attempt can't be made yet.
pub(super) struct Wait {
    /// Not before this time.
    until: Timestamp,
    /// How long others wait for the same.
    pause: Duration,
}

impl Deliveries {
    /// The callbacks that the delivery of an answer is for; `None` where there is no such delivery, or its address is
    /// none.
    pub(super) async fn callbacks(
        &self,
        key: &DeliveryKey,
        workspace_id: Id,
    ) -> Result<Option<Receiver>, DeliveryError> {
        let delivery = self.resources.store.delivery(key).await?;
        let Some(Source::Callback { url, .. }) = delivery.map(|delivery| delivery.source) else {
            return Ok(None);
        };
        let url: Option<WebAddress> = url.parse().ok();
        Ok(url.map(|url| Receiver::Callbacks { workspace_id, origin: url.origin() }))
    }

    /// Whether an attempt that has been `waiting` may be made at a receiver now; else when.
    pub(super) async fn receive(
        &self,
        receiver: Receiver,
        endpoint: Option<Endpoint>,
        waiting: Duration,
    ) -> Result<Result<Reception, Wait>, DeliveryError> {
        let (store, now) = (&self.resources.store, self.resources.now());
        let after_a_trial =
            Wait { until: now.saturating_add(AFTER_A_TRIAL).unwrap_or(now), pause: AFTER_A_TRIAL };
        let Some(admittance) = self.manners.admit(&receiver).await else {
            return Ok(Err(after_a_trial));
        };
        let health = store.endpoint_health(&receiver, now).await?;
        match health.admits(now, waiting) {
            Admission::Free => {}
            Admission::Spared { until, pause } => return Ok(Err(Wait { until, pause })),
            Admission::Probe => {
                let until = Health::probed(now);
                match store.probe_endpoint(&receiver, health.spared_until, until, now).await {
                    Ok(()) => {}
                    Err(StoreError::ConditionFailed(Condition::Contested)) => return Ok(Err(after_a_trial)),
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Ok(Ok(Reception { receiver, endpoint, health, _admittance: admittance }))
    }

    /// When an attempt comes back that has been `waiting`: the longer that is, the later and the further from each
    /// other they come, so that waiting gets cheaper.
    pub(super) fn back_at(&self, wait: &Wait, waiting: Duration) -> Timestamp {
        let spread = waiting.max(wait.pause).min(LONGEST_SPREAD);
        let latest = self.resources.now().saturating_add(LONGEST_WAIT).unwrap_or(Timestamp::MAX);
        wait.until.saturating_add(self.part_of(spread)).unwrap_or(wait.until).min(latest)
    }

    /// Any part of a time, by chance.
    fn part_of(&self, time: Duration) -> Duration {
        let per_mille = u32::try_from(self.resources.randomness.next_u64() % 1_001).unwrap_or_default();
        time * per_mille / 1_000
    }

    /// Keeps what an attempt that began at `began` tells of its receiver, and disables a webhook that is gone or
    /// hopeless. This comes before the attempt is recorded: whoever dies in between repeats it.
    pub(super) async fn judge(
        &self,
        reception: &Reception,
        posted: &Posted,
        began: Timestamp,
    ) -> Result<(), DeliveryError> {
        let Reception { receiver, endpoint, health, .. } = reception;
        let now = self.resources.now();
        self.manners.note(receiver, posted.answered_in());
        let sign = Sign {
            outcome: posted.outcome,
            status: posted.status,
            retry_after: posted.retry_after,
            python: posted.python && reception.format() == SignatureFormat::Auto,
        };
        let after = self.resources.store.keep_finding(receiver, health.finds(sign, now), began, now).await?;
        let Some(endpoint) = endpoint else { return Ok(()) };
        let hopeless = after.is_some_and(|health| health.is_hopeless(now));
        let reason = match posted.outcome {
            Outcome::Gone => Some(DisabledReason::Gone),
            _ => hopeless.then_some(DisabledReason::Failing),
        };
        match reason {
            Some(reason) => self.disable(endpoint, reason).await,
            None => Ok(()),
        }
    }
}

impl Reception {
    /// How the body is written that the document's header signs.
    fn format(&self) -> SignatureFormat {
        self.endpoint.as_ref().map_or(SignatureFormat::Auto, |endpoint| endpoint.signature_format)
    }
}
