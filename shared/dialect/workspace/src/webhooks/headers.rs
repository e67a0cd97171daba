//! The headers of a request of an incoming webhook.

use http::HeaderMap;
use switchboard_model::field::{FieldError, Part, Reason};
use switchboard_model::id::spelling::{prefixed, uuid};
use switchboard_model::incoming_webhook::{REQUEST_NAME_MAX_LENGTH, RequestName, Signature};
use switchboard_model::{DomainError, Id};

use crate::id::WEBHOOK;

/// Names the webhook.
const WEBHOOK_ID: &str = "X-Webhook-Id";
/// Names a request that may come again and is carried out once.
const IDEMPOTENCY_KEY: &str = "Idempotency-Key";
const SIGNATURE: &str = "X-Webhook-Signature";
const TIMESTAMP: &str = "X-Webhook-Timestamp";
const DELIVERY: &str = "X-Webhook-Delivery";
// Those of Standard Webhooks 1.0.0.
const STANDARD_ID: &str = "webhook-id";
const STANDARD_TIMESTAMP: &str = "webhook-timestamp";
const STANDARD_SIGNATURE: &str = "webhook-signature";

/// What the headers of a request say.
#[derive(Clone, Debug)]
pub struct Headers {
    /// The webhook.
    pub webhook_id: Id,
    /// How the request is signed, if it is.
    pub signature: Option<Signature>,
    /// When it was sent, if that is told.
    pub sent_at: Option<String>,
    /// What its sender calls it: a key, a delivery, both or nothing.
    pub names: Vec<RequestName>,
}

impl TryFrom<&HeaderMap> for Headers {
    type Error = DomainError;

    /// Reads the headers. What is no text is as good as nothing, but for names of requests, which must not be passed
    /// over.
    fn try_from(headers: &HeaderMap) -> Result<Self, DomainError> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let webhook =
            text(WEBHOOK_ID).ok_or_else(|| refused(WEBHOOK_ID, Reason::Missing, "Header required"))?;
        let webhook_id = prefixed::parse(WEBHOOK, &webhook).or_else(|| uuid::parse(&webhook));
        let standard = || {
            let (id, timestamp) = (text(STANDARD_ID)?, text(STANDARD_TIMESTAMP)?);
            Some(Signature::Standard { id, timestamp, signatures: text(STANDARD_SIGNATURE)? })
        };
        let signature = text(SIGNATURE).map(Signature::Document).or_else(standard);
        let is_standard = matches!(signature, Some(Signature::Standard { .. }));
        // What a signature vouches for counts before what anybody can write beside it.
        let deliveries = if is_standard { [STANDARD_ID, DELIVERY] } else { [DELIVERY, STANDARD_ID] };
        let times =
            if is_standard { [STANDARD_TIMESTAMP, TIMESTAMP] } else { [TIMESTAMP, STANDARD_TIMESTAMP] };
        let key = request_name(headers, &[IDEMPOTENCY_KEY])?.map(RequestName::IdempotencyKey);
        let delivery = request_name(headers, &deliveries)?.map(RequestName::Delivery);
        Ok(Self {
            webhook_id: webhook_id.ok_or(DomainError::WebhookNotFound)?,
            signature,
            sent_at: times.into_iter().find_map(text),
            names: key.into_iter().chain(delivery).collect(),
        })
    }
}

/// What the first header of `names` that is there calls the request.
fn request_name(headers: &HeaderMap, names: &[&str]) -> Result<Option<String>, DomainError> {
    let found = names.iter().find_map(|name| Some((name, headers.get(*name)?)));
    let Some((name, value)) = found else { return Ok(None) };
    let text = value.to_str().map(str::trim).unwrap_or_default();
    if (1..=REQUEST_NAME_MAX_LENGTH).contains(&text.len()) {
        return Ok(Some(text.to_owned()));
    }
    let message = format!("Header should have 1 to {REQUEST_NAME_MAX_LENGTH} ASCII characters");
    Err(refused(name, Reason::BadValue, message))
}

fn refused(name: &str, reason: Reason, message: impl Into<String>) -> DomainError {
    DomainError::field(FieldError::new(Part::Header, name, reason, message))
}
