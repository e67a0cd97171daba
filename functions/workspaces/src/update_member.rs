//! `PATCH /api/workspaces/{workspace_id}/members/{member_id}`

use switchboard_dialect_whatsapp::workspaces::{MemberOut, UpdateMemberIn};
use switchboard_dialect_whatsapp::{
    Allowed, ErrorBody, Failure, Found, Json, Path, ValidationErrorBody, WireId,
};
use switchboard_model::access::ManageWorkspace;

use crate::{State, member_id, workspace_id};

/// Change the role of a member
///
/// Needs OWNER or ADMIN; only an OWNER can make or change an OWNER, and one must stay.
#[utoipa::path(
    patch,
    path = "/api/workspaces/{workspace_id}/members/{member_id}",
    tag = "Workspaces",
    params(
        ("workspace_id" = WireId, Path, description = "Workspace ID"),
        ("member_id" = WireId, Path, description = "ID of the membership"),
    ),
    request_body = UpdateMemberIn,
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The member as they are now", body = MemberOut),
        (status = 400, description = "The last OWNER can't step down", body = ErrorBody),
        (status = 401, description = "The token is not good", body = ErrorBody),
        (status = 403, description = "OWNER or ADMIN role required", body = ErrorBody),
        (status = 404, description = "Workspace or member not found", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "The plan's limit of requests is reached", body = ErrorBody),
    )
)]
pub(crate) async fn update_member(
    state: State,
    allowed: Allowed<ManageWorkspace>,
    path: Path<(String, String)>,
    body: Json<UpdateMemberIn>,
) -> Result<Found<MemberOut>, Failure> {
    let (workspace, member) = (workspace_id(&path.value.0)?, member_id(&path.value.1)?);
    let role = body.value.try_into()?;
    let member = state.service.change_role(&allowed.permit, workspace, member, role).await?;
    Ok(Found::new(MemberOut::from(member)))
}
