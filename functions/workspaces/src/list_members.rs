//! `GET /api/workspaces/{workspace_id}/members`

use switchboard_dialect_whatsapp::workspaces::MemberOut;
use switchboard_dialect_whatsapp::{Allowed, ErrorBody, Failure, Found, Path, ValidationErrorBody, WireId};
use switchboard_model::access::ReadWorkspace;

use crate::{State, workspace_id};

/// List the members of a workspace
#[utoipa::path(
    get,
    path = "/api/workspaces/{workspace_id}/members",
    tag = "Workspaces",
    params(("workspace_id" = WireId, Path, description = "Workspace ID")),
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The members, as they were added", body = [MemberOut]),
        (status = 401, description = "The token is not good", body = ErrorBody),
        (status = 404, description = "Workspace not found", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "The plan's limit of requests is reached", body = ErrorBody),
    )
)]
pub(crate) async fn list_members(
    state: State,
    allowed: Allowed<ReadWorkspace>,
    path: Path<String>,
) -> Result<Found<Vec<MemberOut>>, Failure> {
    let id = workspace_id(&path.value)?;
    let members = state.service.members(&allowed.permit, id).await?;
    Ok(Found::new(members.into_iter().map(MemberOut::from).collect()))
}
