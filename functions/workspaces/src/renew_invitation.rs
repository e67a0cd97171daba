//! `POST /api/workspaces/{workspace_id}/members/{member_id}/invitation`

use switchboard_dialect_whatsapp::workspaces::AddedMemberOut;
use switchboard_dialect_whatsapp::{Allowed, ErrorBody, Failure, Found, Path, ValidationErrorBody, WireId};
use switchboard_model::access::ManageWorkspace;

use crate::{State, member_id, workspace_id};

/// Invite a member anew
///
/// Gives a member who is `invited` another token, in the place of the one before. Needs OWNER or ADMIN; only an OWNER
/// can invite an OWNER.
#[utoipa::path(
    post,
    path = "/api/workspaces/{workspace_id}/members/{member_id}/invitation",
    tag = "Workspaces",
    params(
        ("workspace_id" = WireId, Path, description = "Workspace ID"),
        ("member_id" = WireId, Path, description = "ID of the membership"),
    ),
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The member, with the new token", body = AddedMemberOut),
        (status = 401, description = "The token is not good", body = ErrorBody),
        (status = 403, description = "OWNER or ADMIN role required", body = ErrorBody),
        (status = 404, description = "Workspace or member not found", body = ErrorBody),
        (status = 409, description = "The person has come in already", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "The plan's limit of requests is reached", body = ErrorBody),
    )
)]
pub(crate) async fn renew_invitation(
    state: State,
    allowed: Allowed<ManageWorkspace>,
    path: Path<(String, String)>,
) -> Result<Found<AddedMemberOut>, Failure> {
    let (workspace, member) = path.value;
    let (id, member_id) = (workspace_id(&workspace)?, member_id(&member)?);
    let (member, token) = state.service.renew_invitation(&allowed.permit, id, member_id).await?;
    Ok(Found::new(AddedMemberOut::new(member, Some(&token))))
}
