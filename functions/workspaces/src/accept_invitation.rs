//! `POST /api/workspaces/{workspace_id}/members/accept`

use switchboard_dialect_whatsapp::workspaces::{AcceptInvitationIn, MemberOut};
use switchboard_dialect_whatsapp::{
    Allowed, ErrorBody, Failure, Found, Json, Path, ValidationErrorBody, WireId,
};
use switchboard_model::DomainError;
use switchboard_model::access::SignedIn;

use crate::State;

/// Accept an invitation
///
/// Lets somebody in who has an account and was invited. May be repeated.
#[utoipa::path(
    post,
    path = "/api/workspaces/{workspace_id}/members/accept",
    tag = "Workspaces",
    params(("workspace_id" = WireId, Path, description = "Workspace ID")),
    request_body = AcceptInvitationIn,
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The member", body = MemberOut),
        (status = 401, description = "The token is not good", body = ErrorBody),
        (status = 404, description = "No such invitation", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
    )
)]
pub(crate) async fn accept_invitation(
    state: State,
    allowed: Allowed<SignedIn>,
    path: Path<String>,
    body: Json<AcceptInvitationIn>,
) -> Result<Found<MemberOut>, Failure> {
    let id = WireId::in_path("workspace_id", &path.value, DomainError::InvitationNotFound)?;
    let token = body.value.invitation_token;
    let member = state.service.accept_invitation(&allowed.permit, id, &token).await?;
    Ok(Found::new(MemberOut::from(member)))
}
