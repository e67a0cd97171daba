//! `POST /api/workspaces/{workspace_id}/api-key/rotate` and `POST /api/workspaces/{workspace_id}/webhook-secret/rotate`

use switchboard_dialect_whatsapp::workspaces::WorkspaceOut;
use switchboard_dialect_whatsapp::{Allowed, ErrorBody, Failure, Found, Path, ValidationErrorBody, WireId};
use switchboard_model::access::ManageWorkspace;

use crate::{State, workspace_id};

/// Rotate the API key
///
/// Needs OWNER or ADMIN. The old key stops working at once.
#[utoipa::path(
    post,
    path = "/api/workspaces/{workspace_id}/api-key/rotate",
    tag = "Workspaces",
    params(("workspace_id" = WireId, Path, description = "Workspace ID")),
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The workspace with the new value", body = WorkspaceOut),
        (status = 401, description = "The token is not good", body = ErrorBody),
        (status = 403, description = "OWNER or ADMIN role required", body = ErrorBody),
        (status = 404, description = "Workspace not found", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "The plan's limit of requests is reached", body = ErrorBody),
    )
)]
pub(crate) async fn rotate_api_key(
    state: State,
    allowed: Allowed<ManageWorkspace>,
    path: Path<String>,
) -> Result<Found<WorkspaceOut>, Failure> {
    let id = workspace_id(&path.value)?;
    let rotated = state.service.rotate_api_key(&allowed.permit, id).await?;
    Ok(Found::new(WorkspaceOut::from((rotated.workspace, rotated.secrets))))
}

/// Rotate the webhook secret
///
/// Needs OWNER or ADMIN.
#[utoipa::path(
    post,
    path = "/api/workspaces/{workspace_id}/webhook-secret/rotate",
    tag = "Workspaces",
    params(("workspace_id" = WireId, Path, description = "Workspace ID")),
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The workspace with the new value", body = WorkspaceOut),
        (status = 401, description = "The token is not good", body = ErrorBody),
        (status = 403, description = "OWNER or ADMIN role required", body = ErrorBody),
        (status = 404, description = "Workspace not found", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "The plan's limit of requests is reached", body = ErrorBody),
    )
)]
pub(crate) async fn rotate_webhook_secret(
    state: State,
    allowed: Allowed<ManageWorkspace>,
    path: Path<String>,
) -> Result<Found<WorkspaceOut>, Failure> {
    let id = workspace_id(&path.value)?;
    let rotated = state.service.rotate_webhook_secret(&allowed.permit, id).await?;
    Ok(Found::new(WorkspaceOut::from((rotated.workspace, rotated.secrets))))
}
