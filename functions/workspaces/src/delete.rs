//! `DELETE /api/workspaces/{workspace_id}`

use switchboard_dialect_whatsapp::{
    Allowed, ErrorBody, Failure, NoContent, Path, ValidationErrorBody, WireId,
};
use switchboard_model::access::DeleteWorkspace;

use crate::{State, workspace_id};

/// Delete a workspace
///
/// Needs OWNER. Its phone numbers are deleted with it, so that they can be registered elsewhere.
#[utoipa::path(
    delete,
    path = "/api/workspaces/{workspace_id}",
    operation_id = "delete_workspace",
    tag = "Workspaces",
    params(("workspace_id" = WireId, Path, description = "Workspace ID")),
    security(("bearer" = [])),
    responses(
        (status = 204, description = "The workspace is deleted"),
        (status = 401, description = "The token is not good", body = ErrorBody),
        (status = 403, description = "OWNER role required", body = ErrorBody),
        (status = 404, description = "Workspace not found", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "The plan's limit of requests is reached", body = ErrorBody),
    )
)]
pub(crate) async fn delete(
    state: State,
    allowed: Allowed<DeleteWorkspace>,
    path: Path<String>,
) -> Result<NoContent, Failure> {
    let id = workspace_id(&path.value)?;
    state.service.delete(&allowed.permit, id).await?;
    Ok(NoContent)
}
