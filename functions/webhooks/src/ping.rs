//! `POST /api/workspaces/{workspace_id}/webhooks/{webhook_id}/ping`

use switchboard_dialect_whatsapp::webhooks::{PingOut, webhook_id};
use switchboard_dialect_whatsapp::{
    Accepted, Allowed, ErrorBody, Failure, Path, ValidationErrorBody, WireId,
};
use switchboard_model::access::ManageWorkspace;

use crate::{State, workspace_id};

/// Ping a webhook
///
/// Posts the event `webhook.ping` to it. What comes of it is in the log. Role OWNER or ADMIN.
#[utoipa::path(
    post,
    path = "/api/workspaces/{workspace_id}/webhooks/{webhook_id}/ping",
    operation_id = "ping_webhook",
    tag = "Webhooks",
    security(("bearer" = [])),
    params(("workspace_id" = WireId, Path, description = "The workspace"), ("webhook_id" = WireId, Path, description = "The webhook")),
    responses(
        (status = 202, description = "The ping is under way", body = PingOut),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 403, description = "Another role is required", body = ErrorBody),
        (status = 404, description = "No such webhook", body = ErrorBody),
        (status = 409, description = "The webhook is disabled", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn ping(
    state: State,
    allowed: Allowed<ManageWorkspace>,
    path: Path<(String, String)>,
) -> Result<Accepted<PingOut>, Failure> {
    let (workspace_id, webhook_id) = (workspace_id(&path.value.0)?, webhook_id(&path.value.1)?);
    let event = state.service.webhooks.ping(&allowed.permit, workspace_id, webhook_id).await?;
    Ok(Accepted::new(PingOut { event_id: event.id.to_string() }))
}
