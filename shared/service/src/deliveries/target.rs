//! Where a delivery goes, and what signs it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use switchboard_model::Id;
use switchboard_model::event::{Event, EventId};
use switchboard_model::webhook::{Endpoint, EndpointStatus, Keyring};
use switchboard_model::workspace::Workspace;
use switchboard_vault::Sealer;
use tokio::time::Instant;

use super::DeliveryError;
use crate::keyrings::KeyringKind;
use crate::{Resources, workspaces};

/// How long a webhook or a secret that was read is used before it is read again.
const MEMORY: Duration = Duration::from_secs(5);
/// Most entries of each sort that are remembered.
const MAX_KNOWN: usize = 500;

/// Webhooks, their secrets and events, remembered for some seconds: many deliveries in a row have the same.
#[derive(Debug)]
pub(super) struct Targets {
    resources: Resources,
    sealer: Sealer,
    endpoints: Remembered<(Id, Id), Endpoint>,
    keyrings: Remembered<(Id, u32), Keyring>,
    events: Remembered<EventId, Option<Event>>,
}

#[derive(Debug)]
struct Remembered<K, V>(Mutex<HashMap<K, (V, Instant)>>);

impl<K: std::hash::Hash + Eq, V: Clone> Remembered<K, V> {
    fn new() -> Self {
        Self(Mutex::new(HashMap::new()))
    }

    fn get(&self, key: &K) -> Option<V> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(key).filter(|(_, until)| *until > Instant::now()).map(|(value, _)| value.clone())
    }

    fn keep(&self, key: K, value: V) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_KNOWN {
            known.clear();
        }
        known.insert(key, (value, Instant::now() + MEMORY));
    }
}

impl Targets {
    pub(super) fn new(resources: Resources, sealer: Sealer) -> Self {
        Self {
            resources,
            sealer,
            endpoints: Remembered::new(),
            keyrings: Remembered::new(),
            events: Remembered::new(),
        }
    }

    /// The webhook, if there is one that is told anything. What is not told anything is read each time: it may be by
    /// now, and what is given up is not told at all.
    pub(super) async fn active_endpoint(
        &self,
        workspace_id: Id,
        id: Id,
    ) -> Result<Option<Endpoint>, DeliveryError> {
        if let Some(known) = self.endpoints.get(&(workspace_id, id)) {
            return Ok(Some(known));
        }
        let found = self.resources.store.endpoint(workspace_id, id).await?;
        let active = found.filter(|endpoint| endpoint.status == EndpointStatus::Active);
        if let Some(endpoint) = &active {
            self.endpoints.keep((workspace_id, id), endpoint.clone());
        }
        Ok(active)
    }

    /// The secrets of a webhook.
    pub(super) async fn keyring(&self, endpoint: &Endpoint) -> Result<Keyring, DeliveryError> {
        let key = (endpoint.id, endpoint.version);
        if let Some(known) = self.keyrings.get(&key) {
            return Ok(known);
        }
        let keyring = KeyringKind::Outgoing.open(&self.sealer, endpoint.id, &endpoint.sealed_keyring).await?;
        self.keyrings.keep(key, keyring.clone());
        Ok(keyring)
    }

    /// The secret that signs what is posted to a workspace's callbacks; `None` where there is no such workspace.
    pub(super) async fn callback_secret(&self, workspace_id: Id) -> Result<Option<Keyring>, DeliveryError> {
        if let Some(known) = self.keyrings.get(&(workspace_id, 0)) {
            return Ok(Some(known));
        }
        let found: Option<Workspace> = self.resources.store.access(workspace_id, None, None).await?.workspace;
        let Some(workspace) = found else { return Ok(None) };
        let secrets = workspaces::open_secrets(&self.sealer, &workspace).await?;
        let keyring = Keyring::of([secrets.webhook_secret]);
        self.keyrings.keep((workspace_id, 0), keyring.clone());
        Ok(Some(keyring))
    }

    /// The event, if it is still kept.
    pub(super) async fn event(&self, workspace_id: Id, id: &EventId) -> Result<Option<Event>, DeliveryError> {
        if let Some(known) = self.events.get(id) {
            return Ok(known);
        }
        let found = self.resources.store.workspace_event(workspace_id, id).await?;
        self.events.keep(id.clone(), found.clone());
        Ok(found)
    }
}
