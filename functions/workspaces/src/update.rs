//! `PATCH /api/workspaces/{workspace_id}`

use switchboard_dialect_whatsapp::workspaces::{UpdateWorkspace, UpdateWorkspaceIn, WorkspaceOut};
use switchboard_dialect_whatsapp::{
    Allowed, ErrorBody, Failure, Found, Json, Path, ValidationErrorBody, WireId,
};
use switchboard_model::access::ManageWorkspace;
use switchboard_service::workspaces::WorkspaceChange;

use crate::{State, workspace_id};

/// Update a workspace
///
/// Needs OWNER or ADMIN. All fields are optional; settings are replaced as a whole.
#[utoipa::path(
    patch,
    path = "/api/workspaces/{workspace_id}",
    operation_id = "update_workspace",
    tag = "Workspaces",
    params(("workspace_id" = WireId, Path, description = "Workspace ID")),
    request_body = UpdateWorkspaceIn,
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The workspace as it is now", body = WorkspaceOut),
        (status = 401, description = "The token is not good", body = ErrorBody),
        (status = 403, description = "OWNER or ADMIN role required", body = ErrorBody),
        (status = 404, description = "Workspace not found", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "The plan's limit of requests is reached", body = ErrorBody),
    )
)]
pub(crate) async fn update(
    state: State,
    allowed: Allowed<ManageWorkspace>,
    path: Path<String>,
    body: Json<UpdateWorkspaceIn>,
) -> Result<Found<WorkspaceOut>, Failure> {
    let id = workspace_id(&path.value)?;
    let UpdateWorkspace { name, plan, status, settings } = body.value.try_into()?;
    let change = WorkspaceChange { name, plan, status, settings };
    let updated = state.service.update(&allowed.permit, id, &change).await?;
    Ok(Found::new(WorkspaceOut::from((updated.workspace, updated.secrets))))
}
