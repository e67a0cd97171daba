//! From events to the deliveries of each webhook.

use futures::future::try_join_all;
use jiff::Timestamp;
use switchboard_model::Id;
use switchboard_model::delivery::{NewDelivery, Source};
use switchboard_model::event::{Event, EventId, EventType};
use switchboard_model::webhook::Endpoint;
use switchboard_store::{Condition, Replay, ReplayScope, StoreError};

use super::{Deliveries, DeliveryError, Due, Job};

/// Events that one step of a replay takes.
const REPLAY_STEP: i32 = 50;

/// The delivery of `event` to the webhook with this id.
pub(crate) fn delivery_of(event: &Event, endpoint_id: Id) -> NewDelivery {
    NewDelivery {
        id: Id::NONE,
        workspace_id: event.workspace_id,
        source: Source::Endpoint { endpoint_id, event_id: event.id.clone() },
        kind: event.kind.clone(),
        created_at: Timestamp::from_millisecond(event.at).unwrap_or(Timestamp::UNIX_EPOCH),
    }
}

impl Deliveries {
    /// Stores an event and a delivery for each webhook that wants it; their first attempts are due at once.
    pub(super) async fn fan_out(&self, event: Event) -> Result<Vec<Due>, DeliveryError> {
        let Ok(kind) = event.kind.parse::<EventType>() else { return Ok(Vec::new()) };
        let store = &self.resources.store;
        let mut wanting = store.endpoints(event.workspace_id).await?;
        wanting.retain(|endpoint| endpoint.wants(kind));
        if wanting.is_empty() {
            return Ok(Vec::new());
        }
        let deliveries: Vec<_> = wanting.iter().map(|endpoint| delivery_of(&event, endpoint.id)).collect();
        let added = try_join_all(deliveries.iter().map(|delivery| store.add_delivery(delivery)));
        futures::try_join!(store.keep_workspace_event(&event), added)?;
        let now = self.resources.now();
        let first = |delivery: &NewDelivery| Self::due_at(now, delivery.key(), delivery.workspace_id, 1);
        Ok(deliveries.iter().map(first).collect())
    }

    /// Makes deliveries of some events of a replay anew, and the rest of the replay due.
    pub(super) async fn replay(&self, replay: Replay) -> Result<Vec<Due>, DeliveryError> {
        let store = &self.resources.store;
        let endpoint = store.endpoint(replay.workspace_id, replay.endpoint_id).await?;
        let Some(endpoint) = endpoint else { return Ok(Vec::new()) };
        let found =
            store.events_between(replay.workspace_id, &replay.first, &replay.last, REPLAY_STEP).await?;
        let full = found.len() >= usize::try_from(REPLAY_STEP).unwrap_or(usize::MAX);
        let last = found.last().map(|event| event.id.clone());
        let again = found.iter().map(|event| self.replay_event(event, &endpoint, replay.scope));
        try_join_all(again).await?;
        let rest = last.as_ref().map(EventId::next).filter(|_| full);
        let rest = rest.map(|first| Job::Replay(Replay { first, ..replay }));
        Ok(rest.map(|job| Due { job, at: self.resources.now() }).into_iter().collect())
    }

    /// Makes the delivery of one event anew. The outbox queues it, so that it is not lost where the job comes again.
    async fn replay_event(
        &self,
        event: &Event,
        endpoint: &Endpoint,
        scope: ReplayScope,
    ) -> Result<(), DeliveryError> {
        if !event.kind.parse().is_ok_and(|kind| endpoint.wants(kind)) {
            return Ok(());
        }
        let (store, now) = (&self.resources.store, self.resources.now());
        let new = delivery_of(event, endpoint.id);
        match store.create_delivery(&new).await {
            Err(StoreError::ConditionFailed(Condition::IdTaken)) => {}
            created => return Ok(created?),
        }
        match store.replay_delivery(&new.key(), scope, now).await {
            // What is on its way, or was taken by the receiver, stays as it is.
            Ok(()) | Err(StoreError::ConditionFailed(Condition::AttemptTaken)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}
