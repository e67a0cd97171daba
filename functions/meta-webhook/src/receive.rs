//! `POST /webhook`

use axum::body::Body;
use http::HeaderMap;
use switchboard_dialect_whatsapp::webhook::TakenOut;
use switchboard_dialect_whatsapp::{ErrorBody, Failure, Found};
use switchboard_http::raw_body;

use crate::State;

/// Most bytes of a POST (Meta, webhooks: 3 MB).
const MAX_BODY_BYTES: usize = 3 * 1024 * 1024;
const SIGNATURE: &str = "x-hub-signature-256";

/// Receive events of Meta
///
/// Answers once every event is in the queue. Meta repeats whatever is not answered with 200.
#[utoipa::path(
    post,
    path = "/webhook",
    operation_id = "receive_webhook",
    tag = "Webhooks",
    params(
        ("X-Hub-Signature-256" = String, Header,
         description = "`sha256=` and the HMAC-SHA256 of the body by the app secret, in hexadecimal digits"),
    ),
    request_body(content = serde_json::Value, description = "What Meta reports", content_type = "application/json"),
    responses(
        (status = 200, description = "The events are taken", body = TakenOut),
        (status = 400, description = "The body is not JSON", body = ErrorBody),
        (status = 401, description = "The signature is missing or wrong", body = ErrorBody),
        (status = 413, description = "The body is larger than 3 MiB", body = ErrorBody),
        (status = 503, description = "The queue is unavailable", body = ErrorBody),
    )
)]
pub(crate) async fn receive(
    state: State,
    headers: HeaderMap,
    body: Body,
) -> Result<Found<TakenOut>, Failure> {
    let body = raw_body(body, MAX_BODY_BYTES).await?;
    let signature = headers.get(SIGNATURE).and_then(|value| value.to_str().ok());
    state.take(signature, &body).await?;
    Ok(Found::new(TakenOut { status: "ok" }))
}
