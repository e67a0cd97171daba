//! What became of deliveries, and deliveries made anew.

use jiff::Timestamp;
use switchboard_model::access::{ManageWorkspace, Permit};
use switchboard_model::delivery::{Delivery, DeliveryKey, DeliveryState};
use switchboard_model::event::{Event, EventId};
use switchboard_model::webhook::{Endpoint, EndpointStatus};
use switchboard_model::{DomainError, Id};
use switchboard_store::{Condition, Replay, ReplayScope, StoreError};

use super::Webhooks;
use crate::deliveries::delivery_of;

/// Which deliveries to list.
#[derive(Clone, Debug)]
pub struct LogQuery {
    /// The workspace.
    pub workspace_id: Id,
    /// The webhook.
    pub endpoint_id: Id,
    /// Only those that have come so far.
    pub state: Option<DeliveryState>,
    /// Only those of events before this one.
    pub before: Option<EventId>,
    /// Most deliveries of the page.
    pub limit: usize,
}

/// A page of deliveries, those of the newest events first.
#[derive(Debug)]
pub struct LogPage {
    /// The deliveries.
    pub deliveries: Vec<Delivery>,
    /// Where to go on, if there may be more.
    pub next: Option<EventId>,
}

/// What is to be delivered anew.
#[derive(Clone, Debug)]
pub struct ReplayRange {
    /// The workspace.
    pub workspace_id: Id,
    /// The webhook.
    pub endpoint_id: Id,
    /// Events from here on.
    pub since: Timestamp,
    /// Events before this; by default all until now.
    pub until: Option<Timestamp>,
    /// Whether what was delivered is delivered again.
    pub all: bool,
}

impl Webhooks {
    /// A page of the deliveries to a webhook.
    pub async fn log(
        &self,
        permit: &Permit<ManageWorkspace>,
        query: &LogQuery,
    ) -> Result<LogPage, DomainError> {
        self.get(permit, query.workspace_id, query.endpoint_id).await?;
        let (store, now) = (&self.resources.store, self.resources.now());
        let page = store.deliveries_of_endpoint(
            query.endpoint_id,
            query.state,
            query.before.as_ref(),
            query.limit,
            now,
        );
        let (deliveries, next) = page.await?;
        Ok(LogPage { deliveries, next })
    }

    /// One delivery, and what it carries.
    pub async fn delivery(
        &self,
        permit: &Permit<ManageWorkspace>,
        workspace_id: Id,
        endpoint_id: Id,
        event_id: EventId,
    ) -> Result<(Delivery, Option<Event>), DomainError> {
        self.get(permit, workspace_id, endpoint_id).await?;
        let key = DeliveryKey::Event { endpoint_id, event_id: event_id.clone() };
        let store = &self.resources.store;
        let (delivery, event) =
            futures::try_join!(store.delivery(&key), store.workspace_event(workspace_id, &event_id))?;
        Ok((delivery.ok_or(DomainError::DeliveryNotFound)?, event))
    }

    /// Posts an event to a webhook by which one sees whether it works.
    pub async fn ping(
        &self,
        permit: &Permit<ManageWorkspace>,
        workspace_id: Id,
        id: Id,
    ) -> Result<Event, DomainError> {
        let endpoint = self.active(permit, workspace_id, id).await?;
        let chance = self.resources.randomness.next_u64();
        let event = switchboard_events::ping(&endpoint, self.resources.now(), chance);
        // In this order: the delivery, which the outbox queues, needs the event.
        self.resources.store.keep_workspace_event(&event).await?;
        self.resources.store.create_delivery(&delivery_of(&event, id)).await?;
        Ok(event)
    }

    /// Makes a delivery anew, whatever became of it; one that is on its way goes on.
    pub async fn replay(
        &self,
        permit: &Permit<ManageWorkspace>,
        workspace_id: Id,
        endpoint_id: Id,
        event_id: EventId,
    ) -> Result<Delivery, DomainError> {
        self.active(permit, workspace_id, endpoint_id).await?;
        let (store, now) = (&self.resources.store, self.resources.now());
        let key = DeliveryKey::Event { endpoint_id, event_id };
        match store.replay_delivery(&key, ReplayScope::All, now).await {
            Ok(()) | Err(StoreError::ConditionFailed(Condition::AttemptTaken)) => {}
            Err(error) => return Err(error.into()),
        }
        store.delivery(&key).await?.ok_or(DomainError::DeliveryNotFound)
    }

    /// Makes the deliveries of a span of time anew. They follow one after the other.
    pub async fn replay_range(
        &self,
        permit: &Permit<ManageWorkspace>,
        range: &ReplayRange,
    ) -> Result<Id, DomainError> {
        self.active(permit, range.workspace_id, range.endpoint_id).await?;
        let now = self.resources.now();
        let last = range.until.map_or(now, |until| until.min(now));
        let created = self.resources.create(|id| {
            let replay = Replay {
                id,
                workspace_id: range.workspace_id,
                endpoint_id: range.endpoint_id,
                first: EventId::first_at(range.since),
                last: EventId::first_at(last),
                scope: if range.all { ReplayScope::All } else { ReplayScope::Failed },
            };
            async move { self.resources.store.create_replay(&replay, now).await.map(|()| id) }
        });
        Ok(created.await?)
    }

    async fn active(
        &self,
        permit: &Permit<ManageWorkspace>,
        workspace_id: Id,
        id: Id,
    ) -> Result<Endpoint, DomainError> {
        let endpoint = self.get(permit, workspace_id, id).await?;
        match endpoint.status {
            EndpointStatus::Active => Ok(endpoint),
            EndpointStatus::Disabled => Err(DomainError::WebhookDisabled),
        }
    }
}
