//! `GET /api/workspaces/{workspace_id}/incoming-webhooks/{webhook_id}`

use http::HeaderMap;
use switchboard_dialect_whatsapp::incoming_webhooks::{IncomingWebhookOut, webhook_id};
use switchboard_dialect_whatsapp::{Allowed, ErrorBody, Failure, Found, Path, ValidationErrorBody, WireId};
use switchboard_model::access::ManageWorkspace;

use super::origin;
use crate::{State, workspace_id};

/// Get an incoming webhook
///
/// Role OWNER or ADMIN.
#[utoipa::path(
    get,
    path = "/api/workspaces/{workspace_id}/incoming-webhooks/{webhook_id}",
    operation_id = "get_incoming_webhook",
    tag = "Incoming Webhooks",
    security(("bearer" = [])),
    params(("workspace_id" = WireId, Path, description = "The workspace"), ("webhook_id" = WireId, Path, description = "The webhook")),
    responses(
        (status = 200, description = "The webhook", body = IncomingWebhookOut),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 403, description = "Another role is required", body = ErrorBody),
        (status = 404, description = "No such webhook", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn get(
    state: State,
    allowed: Allowed<ManageWorkspace>,
    path: Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Found<IncomingWebhookOut>, Failure> {
    let (workspace_id, webhook_id) = (workspace_id(&path.value.0)?, webhook_id(&path.value.1)?);
    let (webhook, usage) = state.service.incoming.get(&allowed.permit, workspace_id, webhook_id).await?;
    Ok(Found::new(IncomingWebhookOut::new(webhook, usage, &origin(&headers))))
}
