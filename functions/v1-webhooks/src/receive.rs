//! `POST /api/v1/webhooks/incoming`

use axum::body::Body;
use http::HeaderMap;
use switchboard_dialect_workspace::webhooks::{Headers, IncomingIn, IncomingOut, asked};
use switchboard_dialect_workspace::{ErrorBody, Failure, Found, WorkspaceApi};
use switchboard_http::{Dialect, raw_body};
use switchboard_service::incoming_webhooks::Received;

use crate::State;

/// Do something by an incoming webhook
///
/// What a webhook may do is set where it is made. It adds members and guests, but nobody who manages the workspace.
///
/// The signature is the HMAC-SHA256 of the body by the whole secret, in hex: of the body as it is sent, or as
/// `JSON.stringify` or Python's `json.dumps` writes what it says. Or a request is signed by Standard Webhooks 1.0.0
/// (`webhook-id`, `webhook-timestamp`, `webhook-signature`). A request whose sender tells its time is refused more than
/// five minutes before or after it.
///
/// A request with an `Idempotency-Key` may come again within 30 days: it is done once, and answered as before. One
/// with the id of a delivery (`X-Webhook-Delivery` or `webhook-id`) comes once, and is refused with 409 after that.
/// What was refused was not done, and may come again.
#[utoipa::path(
    post,
    path = "/api/v1/webhooks/incoming",
    operation_id = "receive_incoming_webhook",
    tag = "Webhooks",
    request_body = IncomingIn,
    params(
        ("X-Webhook-Id" = String, Header, description = "The webhook"),
        ("X-Webhook-Signature" = Option<String>, Header, description = "`sha256=` and the signature in hex"),
        ("X-Webhook-Timestamp" = Option<String>, Header, description = "When the request was sent: Unix seconds or milliseconds, or ISO 8601"),
        ("X-Webhook-Delivery" = Option<String>, Header, description = "The id of the delivery"),
        ("Idempotency-Key" = Option<String>, Header, description = "A key of the request, up to 255 characters"),
    ),
    responses(
        (status = 200, description = "What was made", body = IncomingOut),
        (status = 400, description = "A header or a field is missing or refused", body = ErrorBody),
        (status = 401, description = "The signature is missing or wrong, or too old", body = ErrorBody),
        (status = 403, description = "The webhook may not do this", body = ErrorBody),
        (status = 404, description = "No such webhook, or it is inactive; no such channel", body = ErrorBody),
        (status = 409, description = "The delivery came before, the key was used for another request, the person is a member already, or there are too many", body = ErrorBody),
        (status = 413, description = "The body is larger than 1 MiB", body = ErrorBody),
        (status = 429, description = "The rate limit of the webhook is exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn receive(
    state: State,
    headers: HeaderMap,
    body: Body,
) -> Result<Found<IncomingOut>, Failure> {
    let Headers { webhook_id, signature, sent_at, names } = (&headers).try_into()?;
    let body = raw_body(body, WorkspaceApi::MAX_BODY_BYTES).await?;
    let asked = asked(&body);
    let done = state.receive(Received { webhook_id, signature, sent_at, names, body: &body, asked }).await?;
    Ok(Found::new(IncomingOut::new(done.action, done.resource_id)))
}
