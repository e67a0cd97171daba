//! Secrets of webhooks, sealed for their owner: those that events are signed with, and those that sign requests.

use secrecy::ExposeSecret;
use switchboard_model::webhook::Keyring;
use switchboard_model::{DomainError, Id};
use switchboard_vault::{Purpose, Sealer};

/// The kind of sealed value, which KMS binds the ciphertext to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum KeyringKind {
    /// Of a webhook that is told events.
    Outgoing,
    /// Of a webhook by which services do things.
    Incoming,
}

impl KeyringKind {
    const fn name(self) -> &'static str {
        match self {
            Self::Outgoing => "webhook_keyring",
            Self::Incoming => "incoming_webhook_keyring",
        }
    }

    /// Seals the secrets of the webhook with this id; they can be opened for it only.
    pub(crate) async fn seal(
        self,
        sealer: &Sealer,
        id: Id,
        keyring: &Keyring,
    ) -> Result<Vec<u8>, DomainError> {
        let plain = serde_json::to_string(keyring).map_err(DomainError::internal)?;
        Ok(sealer.seal(Purpose { kind: self.name(), owner: &id.to_string() }, &plain).await?)
    }

    /// The secrets that were sealed for the webhook with this id.
    pub(crate) async fn open(self, sealer: &Sealer, id: Id, sealed: &[u8]) -> Result<Keyring, DomainError> {
        let plain = sealer.open(Purpose { kind: self.name(), owner: &id.to_string() }, sealed).await?;
        serde_json::from_str(plain.expose_secret()).map_err(DomainError::internal)
    }
}
