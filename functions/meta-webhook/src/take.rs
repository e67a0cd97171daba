//! From a POST of Meta to messages of the queue.

use switchboard_graph::webhook::{Update, split, verify_signature};
use switchboard_model::DomainError;
use switchboard_model::phone_number::MetaId;
use switchboard_runtime::parcel::{self, ParcelError};
use switchboard_runtime::queue::{BATCH_MAX_BYTES, Outgoing};
use switchboard_vault::MetaSecrets;

use crate::Webhook;

/// The group of updates that concern no known account.
const NO_GROUP: &str = "none";

impl Webhook {
    /// Puts every update of `body` into the queue, one message each, if the signature over exactly these bytes
    /// holds. An update that no queue message can carry costs its neighbours nothing, but the POST is refused.
    pub(crate) async fn take(&self, signature: Option<&str>, body: &[u8]) -> Result<(), DomainError> {
        let signed = |secrets: &MetaSecrets| verify_signature(&secrets.app_secret, signature, body).is_ok();
        if !self.knows(signed).await? {
            return Err(DomainError::SignatureInvalid);
        }
        let updates = split(body)?;
        let count = updates.len();
        let messages: Vec<_> =
            updates.iter().filter_map(|update| carried(update).transpose()).collect::<Result<_, _>>()?;
        let left_out = count - messages.len();
        self.events
            .send_all_unordered(messages)
            .await
            .map_err(|source| DomainError::Unavailable { source: source.into() })?;
        if left_out > 0 {
            return Err(DomainError::TooLarge { max_bytes: BATCH_MAX_BYTES as u64 });
        }
        tracing::debug!(updates = count, "updates queued");
        Ok(())
    }
}

/// The queue message of an update; `None` where none can carry it.
fn carried(update: &Update) -> Result<Option<Outgoing>, DomainError> {
    let json = serde_json::to_string(update).map_err(DomainError::internal)?;
    let body = match parcel::pack(json) {
        Ok(body) => body,
        Err(error @ ParcelError::TooLarge(_)) => {
            tracing::error!(error = &error as &dyn std::error::Error, update.kind = ?update.kind, "update left out");
            return Ok(None);
        }
        Err(error) => return Err(DomainError::internal(error)),
    };
    Ok(Some(Outgoing { body, group: group(update), deduplication_id: None, delay: None }))
}

/// What shares a fair part of the workers: a number, or else an account.
fn group(update: &Update) -> String {
    let origin = &update.origin;
    origin
        .phone_number_id
        .as_ref()
        .or(origin.business_id.as_ref())
        .map_or(NO_GROUP, MetaId::as_str)
        .to_owned()
}
