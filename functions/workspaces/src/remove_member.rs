//! `DELETE /api/workspaces/{workspace_id}/members/{member_id}`

use switchboard_dialect_whatsapp::{
    Allowed, ErrorBody, Failure, NoContent, Path, ValidationErrorBody, WireId,
};
use switchboard_model::access::ReadWorkspace;

use crate::{State, member_id, workspace_id};

/// Remove a member
///
/// Everybody can remove themselves; removing others needs OWNER or ADMIN, and an OWNER where it is an OWNER. One
/// OWNER must stay.
#[utoipa::path(
    delete,
    path = "/api/workspaces/{workspace_id}/members/{member_id}",
    tag = "Workspaces",
    params(
        ("workspace_id" = WireId, Path, description = "Workspace ID"),
        ("member_id" = WireId, Path, description = "ID of the membership"),
    ),
    security(("bearer" = [])),
    responses(
        (status = 204, description = "The person is no member any more"),
        (status = 400, description = "The last OWNER can't leave", body = ErrorBody),
        (status = 401, description = "The token is not good", body = ErrorBody),
        (status = 403, description = "OWNER or ADMIN role required", body = ErrorBody),
        (status = 404, description = "Workspace or member not found", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "The plan's limit of requests is reached", body = ErrorBody),
    )
)]
pub(crate) async fn remove_member(
    state: State,
    allowed: Allowed<ReadWorkspace>,
    path: Path<(String, String)>,
) -> Result<NoContent, Failure> {
    let (workspace, member) = (workspace_id(&path.value.0)?, member_id(&path.value.1)?);
    state.service.remove_member(&allowed.permit, workspace, member).await?;
    Ok(NoContent)
}
