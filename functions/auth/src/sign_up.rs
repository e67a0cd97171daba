//! `POST /api/auth/signup`

use switchboard_dialect_whatsapp::auth::{ProviderQuery, SignUp, SignUpIn, SignUpOut};
use switchboard_dialect_whatsapp::{ErrorBody, Failure, Found, Json, Query, ValidationErrorBody};

use crate::State;

/// Create an account
///
/// An address that has been added to a workspace becomes an active member of it.
#[utoipa::path(
    post,
    path = "/api/auth/signup",
    tag = "Authentication",
    params(ProviderQuery),
    request_body = SignUpIn,
    responses(
        (status = 200, description = "The account", body = SignUpOut),
        (status = 409, description = "The address has an account", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
    )
)]
pub(crate) async fn sign_up(
    state: State,
    query: Query<ProviderQuery>,
    body: Json<SignUpIn>,
) -> Result<Found<SignUpOut>, Failure> {
    query.value.check()?;
    let SignUp { email, password, name } = body.value.try_into()?;
    let user = state.service.sign_up(email, password, name).await?;
    Ok(Found::new(SignUpOut::from(&user)))
}
