//! `POST /api/auth/signup`

use axum::Extension;
use switchboard_dialect_whatsapp::auth::{ProviderQuery, SignUp, SignUpIn, SignUpOut};
use switchboard_dialect_whatsapp::{ErrorBody, Failure, Found, Json, Query, ValidationErrorBody};
use switchboard_http::SourceAddress;
use switchboard_service::accounts::NewAccount;

use crate::State;

/// Create an account
///
/// Somebody who was invited to a workspace comes into it. As OWNER or ADMIN they need the invitation's token, here or
/// afterwards at `POST /api/workspaces/{workspace_id}/members/accept`.
#[utoipa::path(
    post,
    path = "/api/auth/signup",
    tag = "Authentication",
    params(ProviderQuery),
    request_body = SignUpIn,
    responses(
        (status = 200, description = "The account", body = SignUpOut),
        (status = 404, description = "No such invitation", body = ErrorBody),
        (status = 409, description = "The address has an account", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Too many accounts from one address", body = ErrorBody),
    )
)]
pub(crate) async fn sign_up(
    state: State,
    query: Query<ProviderQuery>,
    source: Option<Extension<SourceAddress>>,
    body: Json<SignUpIn>,
) -> Result<Found<SignUpOut>, Failure> {
    query.value.check()?;
    let SignUp { email, password, name, invitation_token } = body.value.try_into()?;
    let source_address = source.map(|Extension(source)| source.0).unwrap_or_default();
    let new = NewAccount { email, password, name, invitation_token };
    let user = state.service.sign_up(new, &source_address).await?;
    Ok(Found::new(SignUpOut::from(&user)))
}
