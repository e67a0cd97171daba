//! The secrets of incoming webhooks: sealed, opened, remembered.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use secrecy::ExposeSecret;
use switchboard_model::incoming_webhook::IncomingWebhook;
use switchboard_model::webhook::Keyring;
use switchboard_model::{DomainError, Id};
use switchboard_vault::{Purpose, Sealer};

/// The kind of sealed value, which KMS binds the ciphertext to.
const KIND: &str = "incoming_webhook_keyring";
/// Most keyrings that are remembered.
const MAX_KNOWN: usize = 500;

/// Seals the secrets of the incoming webhook with this id; they can be opened for it only.
pub(super) async fn seal(sealer: &Sealer, id: Id, keyring: &Keyring) -> Result<Vec<u8>, DomainError> {
    let plain = serde_json::to_string(keyring).map_err(DomainError::internal)?;
    Ok(sealer.seal(Purpose { kind: KIND, owner: &id.to_string() }, &plain).await?)
}

/// The secrets of an incoming webhook.
pub(super) async fn open(sealer: &Sealer, webhook: &IncomingWebhook) -> Result<Keyring, DomainError> {
    let purpose = Purpose { kind: KIND, owner: &webhook.id.to_string() };
    let plain = sealer.open(purpose, &webhook.sealed_keyring).await?;
    serde_json::from_str(plain.expose_secret()).map_err(DomainError::internal)
}

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
        let keyring = open(sealer, webhook).await?;
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_KNOWN {
            known.clear();
        }
        known.insert(webhook.id, (webhook.version, keyring.clone()));
        Ok(keyring)
    }
}
