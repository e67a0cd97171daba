//! `GET /api/workspaces/{workspace_id}`

use switchboard_dialect_whatsapp::workspaces::WorkspaceOut;
use switchboard_dialect_whatsapp::{Allowed, ErrorBody, Failure, Found, Path, ValidationErrorBody, WireId};
use switchboard_model::access::ReadWorkspace;

use crate::{State, workspace_id};

/// Get a workspace
///
/// `api_key` and `webhook_secret` are masked for everyone but OWNER and ADMIN.
#[utoipa::path(
    get,
    path = "/api/workspaces/{workspace_id}",
    operation_id = "get_workspace",
    tag = "Workspaces",
    params(("workspace_id" = WireId, Path, description = "Workspace ID")),
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The workspace", body = WorkspaceOut),
        (status = 401, description = "The token is not good", body = ErrorBody),
        (status = 404, description = "Workspace not found", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "The plan's limit of requests is reached", body = ErrorBody),
    )
)]
pub(crate) async fn get(
    state: State,
    allowed: Allowed<ReadWorkspace>,
    path: Path<String>,
) -> Result<Found<WorkspaceOut>, Failure> {
    let id = workspace_id(&path.value)?;
    let found = state.service.get(&allowed.permit, id).await?;
    Ok(Found::new(WorkspaceOut::from((found.workspace, found.secrets))))
}
