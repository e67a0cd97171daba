//! The secrets of incoming webhooks, remembered.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use switchboard_model::incoming_webhook::IncomingWebhook;
use switchboard_model::webhook::Keyring;
use switchboard_model::{DomainError, Id};
use switchboard_vault::Sealer;

use crate::keyrings::KeyringKind;

/// Most keyrings that are remembered.
const MAX_KNOWN: usize = 500;

/// Secrets that were opened before, by webhook and version: KMS is asked once for each.
#[derive(Debug, Default)]
pub(super) struct Keyrings(Mutex<HashMap<Id, (u32, Keyring)>>);

impl Keyrings {
    /// The secrets of an incoming webhook, as it was read.
    pub(super) async fn of(
        &self,
        sealer: &Sealer,
        webhook: &IncomingWebhook,
    ) -> Result<Keyring, DomainError> {
        let known = {
            let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            known.get(&webhook.id).filter(|(version, _)| *version == webhook.version).cloned()
        };
        if let Some((_, keyring)) = known {
            return Ok(keyring);
        }
        let keyring = KeyringKind::Incoming.open(sealer, webhook.id, &webhook.sealed_keyring).await?;
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_KNOWN {
            known.clear();
        }
        known.insert(webhook.id, (webhook.version, keyring.clone()));
        Ok(keyring)
    }
}
