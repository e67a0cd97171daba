//! `POST /api/workspaces/{workspace_id}/incoming-webhooks/{webhook_id}/rotate`

use http::HeaderMap;
use switchboard_dialect_whatsapp::incoming_webhooks::{IncomingWebhookOut, webhook_id};
use switchboard_dialect_whatsapp::webhooks::RotateWebhookSecretIn;
use switchboard_dialect_whatsapp::{
    Allowed, ErrorBody, Failure, Found, OptionalJson, Path, ValidationErrorBody, WireId,
};
use switchboard_model::access::ManageWorkspace;

use super::origin;
use crate::{State, workspace_id};

/// Rotate the secret of an incoming webhook
///
/// Requests that the old secrets sign are taken for `overlap_seconds` more, a day where nothing is said. The answer is
/// the only one that has the new secret in full. Role OWNER or ADMIN.
#[utoipa::path(
    post,
    path = "/api/workspaces/{workspace_id}/incoming-webhooks/{webhook_id}/rotate",
    operation_id = "rotate_incoming_webhook",
    tag = "Incoming Webhooks",
    security(("bearer" = [])),
    params(("workspace_id" = WireId, Path, description = "The workspace"), ("webhook_id" = WireId, Path, description = "The webhook")),
    request_body = RotateWebhookSecretIn,
    responses(
        (status = 200, description = "The webhook, with its new secret", body = IncomingWebhookOut),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 403, description = "Another role is required", body = ErrorBody),
        (status = 404, description = "No such webhook", body = ErrorBody),
        (status = 409, description = "Other changes came in between", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn rotate(
    state: State,
    allowed: Allowed<ManageWorkspace>,
    path: Path<(String, String)>,
    headers: HeaderMap,
    body: OptionalJson<RotateWebhookSecretIn>,
) -> Result<Found<IncomingWebhookOut>, Failure> {
    let (workspace_id, webhook_id) = (workspace_id(&path.value.0)?, webhook_id(&path.value.1)?);
    let overlap = body.value.checked()?;
    let rotated = state.service.incoming.rotate(&allowed.permit, workspace_id, webhook_id, overlap).await?;
    let webhook = IncomingWebhookOut::new(rotated.webhook, rotated.usage, &origin(&headers));
    Ok(Found::new(webhook.with_secret(rotated.secret)))
}
