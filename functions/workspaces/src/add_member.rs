//! `POST /api/workspaces/{workspace_id}/members`

use switchboard_dialect_whatsapp::workspaces::{AddMemberIn, AddedMemberOut};
use switchboard_dialect_whatsapp::{
    Allowed, ErrorBody, Failure, Found, Json, Path, ValidationErrorBody, WireId,
};
use switchboard_model::access::ManageWorkspace;

use crate::{State, workspace_id};

/// Add a member
///
/// Needs OWNER or ADMIN; only an OWNER can add an OWNER. Somebody without an account is `invited` until they sign up;
/// as OWNER or ADMIN they present `invitation_token`, at sign-up or at `…/members/accept`.
#[utoipa::path(
    post,
    path = "/api/workspaces/{workspace_id}/members",
    tag = "Workspaces",
    params(("workspace_id" = WireId, Path, description = "Workspace ID")),
    request_body = AddMemberIn,
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The member", body = AddedMemberOut),
        (status = 401, description = "The token is not good", body = ErrorBody),
        (status = 403, description = "OWNER or ADMIN role required", body = ErrorBody),
        (status = 404, description = "Workspace not found", body = ErrorBody),
        (status = 409, description = "The person is a member already", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "The plan's limit of requests is reached", body = ErrorBody),
    )
)]
pub(crate) async fn add_member(
    state: State,
    allowed: Allowed<ManageWorkspace>,
    path: Path<String>,
    body: Json<AddMemberIn>,
) -> Result<Found<AddedMemberOut>, Failure> {
    let id = workspace_id(&path.value)?;
    let (email, role) = body.value.try_into()?;
    let joined = state.service.add_member(&allowed.permit, id, &email, role).await?;
    Ok(Found::new(AddedMemberOut::new(joined.member, joined.invitation.as_ref())))
}
