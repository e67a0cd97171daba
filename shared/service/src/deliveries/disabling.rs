//! Webhooks that are not told anything any longer.

use switchboard_model::DomainError;
use switchboard_model::webhook::{Disabled, DisabledReason, Endpoint, EndpointStatus};
use switchboard_store::{Condition, StoreError};

use super::{Deliveries, DeliveryError};
use crate::webhooks::with_watched;

/// How often a change that comes second is made again on what the first one left.
const TRIES: usize = 5;

impl Deliveries {
    /// Disables a webhook. The outbox tells the others of it.
    pub(super) async fn disable(
        &self,
        endpoint: &Endpoint,
        reason: DisabledReason,
    ) -> Result<(), DeliveryError> {
        let (store, now) = (&self.resources.store, self.resources.now());
        for _ in 0..TRIES {
            let (access, mut endpoints) = futures::try_join!(
                store.access(endpoint.workspace_id, None, None),
                store.endpoints(endpoint.workspace_id),
            )?;
            let place = endpoints.iter_mut().find(|found| found.id == endpoint.id);
            let (Some(workspace), Some(found)) = (access.workspace, place) else { return Ok(()) };
            // What is known of an address that it has no longer says nothing of the one it has.
            if found.status == EndpointStatus::Disabled || found.url != endpoint.url {
                return Ok(());
            }
            found.status = EndpointStatus::Disabled;
            found.disabled = Some(Disabled { reason, at: now.as_millisecond() });
            found.updated_at = now;
            found.version += 1;
            let changed = found.clone();
            let workspace = with_watched(workspace, &endpoints, now);
            match store.update_endpoint(&changed, Some(&workspace)).await {
                Ok(()) => {
                    tracing::warn!(webhook.id = %endpoint.id, reason = %reason, "a webhook was disabled");
                    return Ok(());
                }
                Err(StoreError::ConditionFailed(Condition::Contested)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(DomainError::Contested.into())
    }
}
