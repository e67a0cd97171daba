//! What must stay secret: values sealed by KMS, and the deployment's own secrets in Secrets Manager.
//!
//! Nothing is fetched before it is needed. A process keeps a secret until something does not match it: it may have been
//! replaced since.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use switchboard_model::lazy::Lazy;
use switchboard_model::{DomainError, Timestamp};
use tokio::sync::Mutex;

/// How often a secret is fetched anew at most: whoever presents what does not match can't make more calls than these.
const RENEWAL: Duration = Duration::from_mins(1);

/// An error of the vault.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// KMS does not answer or refuses.
    #[error("KMS failed")]
    Kms(#[source] Box<dyn Error + Send + Sync>),
    /// Secrets Manager does not answer or refuses.
    #[error("Secrets Manager failed")]
    Secrets(#[source] Box<dyn Error + Send + Sync>),
    /// What came back is not what was put in.
    #[error("{0} can't be read")]
    Unreadable(&'static str),
}

impl From<VaultError> for DomainError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Kms(_) | VaultError::Secrets(_) => Self::Unavailable { source: error.into() },
            VaultError::Unreadable(_) => Self::internal(error),
        }
    }
}

/// Seals values with a key that never leaves KMS.
#[derive(Clone, Debug)]
pub struct Sealer {
    client: Lazy<aws_sdk_kms::Client>,
    key_id: String,
}

/// What a sealed value is bound to: it can be opened only with the same words.
#[derive(Clone, Copy, Debug)]
pub struct Purpose<'a> {
    /// What sort of value it is.
    pub kind: &'static str,
    /// The id of what it belongs to.
    pub owner: &'a str,
}

impl Sealer {
    /// A sealer with the KMS key `key_id`.
    pub fn new(client: impl Into<Lazy<aws_sdk_kms::Client>>, key_id: String) -> Self {
        Self { client: client.into(), key_id }
    }

    /// Seals `plain`, at most 4,096 bytes (AWS, KMS Encrypt).
    pub async fn seal(&self, purpose: Purpose<'_>, plain: &str) -> Result<Vec<u8>, VaultError> {
        let answer = self
            .client
            .encrypt()
            .key_id(&self.key_id)
            .plaintext(aws_sdk_kms::primitives::Blob::new(plain))
            .encryption_context("kind", purpose.kind)
            .encryption_context("owner", purpose.owner)
            .send()
            .await
            .map_err(|error| VaultError::Kms(error.into()))?;
        answer
            .ciphertext_blob
            .map(aws_sdk_kms::primitives::Blob::into_inner)
            .ok_or(VaultError::Unreadable("a sealed value"))
    }

    /// Opens what [`Sealer::seal`] sealed for the same purpose.
    pub async fn open(&self, purpose: Purpose<'_>, sealed: &[u8]) -> Result<SecretString, VaultError> {
        let answer = self
            .client
            .decrypt()
            .key_id(&self.key_id)
            .ciphertext_blob(aws_sdk_kms::primitives::Blob::new(sealed))
            .encryption_context("kind", purpose.kind)
            .encryption_context("owner", purpose.owner)
            .send()
            .await
            .map_err(|error| VaultError::Kms(error.into()))?;
        let plain = answer.plaintext.map(aws_sdk_kms::primitives::Blob::into_inner).unwrap_or_default();
        String::from_utf8(plain).map(SecretString::from).map_err(|_| VaultError::Unreadable("a sealed value"))
    }
}

/// A secret of the deployment, fetched when it is first needed.
#[derive(Debug)]
pub struct Secret<T> {
    client: Lazy<aws_sdk_secretsmanager::Client>,
    id: String,
    held: Mutex<Option<Held<T>>>,
}

/// A secret as it was fetched.
#[derive(Debug)]
struct Held<T> {
    value: Arc<T>,
    renewed_at: Option<Timestamp>,
}

impl<T: DeserializeOwned> Secret<T> {
    /// The secret with this ARN or name, which holds `T` as JSON.
    pub fn new(client: impl Into<Lazy<aws_sdk_secretsmanager::Client>>, id: String) -> Self {
        Self { client: client.into(), id, held: Mutex::new(None) }
    }

    /// The secret.
    pub async fn get(&self) -> Result<Arc<T>, VaultError> {
        let mut held = self.held.lock().await;
        if let Some(held) = &*held {
            return Ok(Arc::clone(&held.value));
        }
        let value = Arc::new(self.fetch().await?);
        *held = Some(Held { value: Arc::clone(&value), renewed_at: None });
        Ok(value)
    }

    /// The secret as it is by now, for what does not match the one that is held. Nothing where it was fetched anew
    /// within the last minute.
    pub async fn renewed(&self, now: Timestamp) -> Result<Option<Arc<T>>, VaultError> {
        let mut held = self.held.lock().await;
        if let Some(held) = &mut *held {
            if held.renewed_at.is_some_and(|at| now.duration_since(at).unsigned_abs() < RENEWAL) {
                return Ok(None);
            }
            held.renewed_at = Some(now);
        }
        let value = Arc::new(self.fetch().await?);
        *held = Some(Held { value: Arc::clone(&value), renewed_at: Some(now) });
        Ok(Some(value))
    }

    async fn fetch(&self) -> Result<T, VaultError> {
        let answer = self
            .client
            .get_secret_value()
            .secret_id(&self.id)
            .send()
            .await
            .map_err(|error| VaultError::Secrets(error.into()))?;
        let text = answer.secret_string.unwrap_or_default();
        serde_json::from_str(&text).map_err(|_| VaultError::Unreadable("a secret of the deployment"))
    }
}

/// What signs access tokens.
#[derive(Debug, Deserialize)]
pub struct TokenKey {
    /// At least 32 random characters.
    pub key: SecretString,
}

/// What the deployment shares with its Meta app.
#[derive(Debug, Deserialize)]
pub struct MetaSecrets {
    /// Signs Meta's webhooks.
    pub app_secret: SecretString,
    /// Is named by Meta when the webhook is set up.
    pub verify_token: SecretString,
}
