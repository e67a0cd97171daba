//! `DELETE /api/workspaces/{workspace_id}/incoming-webhooks/{webhook_id}`

use switchboard_dialect_whatsapp::incoming_webhooks::webhook_id;
use switchboard_dialect_whatsapp::{
    Allowed, ErrorBody, Failure, NoContent, Path, ValidationErrorBody, WireId,
};
use switchboard_model::access::ManageWorkspace;

use crate::{State, workspace_id};

/// Delete an incoming webhook
///
/// It ends at once. What it made stays. Role OWNER or ADMIN.
#[utoipa::path(
    delete,
    path = "/api/workspaces/{workspace_id}/incoming-webhooks/{webhook_id}",
    operation_id = "delete_incoming_webhook",
    tag = "Incoming Webhooks",
    security(("bearer" = [])),
    params(("workspace_id" = WireId, Path, description = "The workspace"), ("webhook_id" = WireId, Path, description = "The webhook")),
    responses(
        (status = 204, description = "It is deleted"),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 403, description = "Another role is required", body = ErrorBody),
        (status = 404, description = "No such webhook", body = ErrorBody),
        (status = 409, description = "Other changes came in between", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn delete(
    state: State,
    allowed: Allowed<ManageWorkspace>,
    path: Path<(String, String)>,
) -> Result<NoContent, Failure> {
    let (workspace_id, webhook_id) = (workspace_id(&path.value.0)?, webhook_id(&path.value.1)?);
    state.service.incoming.delete(&allowed.permit, workspace_id, webhook_id).await?;
    Ok(NoContent)
}
