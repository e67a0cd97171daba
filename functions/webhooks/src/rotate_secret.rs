//! `POST /api/workspaces/{workspace_id}/webhooks/{webhook_id}/secret/rotate`

use switchboard_dialect_whatsapp::webhooks::{RotateWebhookSecretIn, WebhookOut, webhook_id};
use switchboard_dialect_whatsapp::{
    Allowed, ErrorBody, Failure, Found, OptionalJson, Path, ValidationErrorBody, WireId,
};
use switchboard_model::access::ManageWorkspace;

use crate::{State, workspace_id};

/// Rotate the secret of a webhook
///
/// The old secrets sign beside the new one for `overlap_seconds` more. The answer is the only one that has the new
/// secret in full. Role OWNER or ADMIN.
#[utoipa::path(
    post,
    path = "/api/workspaces/{workspace_id}/webhooks/{webhook_id}/secret/rotate",
    operation_id = "rotate_webhook_secret_of_webhook",
    tag = "Webhooks",
    security(("bearer" = [])),
    params(("workspace_id" = WireId, Path, description = "The workspace"), ("webhook_id" = WireId, Path, description = "The webhook")),
    request_body = RotateWebhookSecretIn,
    responses(
        (status = 200, description = "The webhook, with its new secret", body = WebhookOut),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 403, description = "Another role is required", body = ErrorBody),
        (status = 404, description = "No such webhook", body = ErrorBody),
        (status = 409, description = "Other changes came in between", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn rotate_secret(
    state: State,
    allowed: Allowed<ManageWorkspace>,
    path: Path<(String, String)>,
    body: OptionalJson<RotateWebhookSecretIn>,
) -> Result<Found<WebhookOut>, Failure> {
    let (workspace_id, webhook_id) = (workspace_id(&path.value.0)?, webhook_id(&path.value.1)?);
    let overlap = body.value.checked()?;
    let rotated = state.service.webhooks.rotate(&allowed.permit, workspace_id, webhook_id, overlap).await?;
    Ok(Found::new(WebhookOut::with_secret(rotated.endpoint, rotated.secret)))
}
