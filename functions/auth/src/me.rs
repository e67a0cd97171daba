//! `GET /api/auth/me`

use switchboard_dialect_whatsapp::auth::MeOut;
use switchboard_dialect_whatsapp::{Allowed, ErrorBody, Failure, Found};
use switchboard_model::access::SignedIn;

use crate::State;

/// Get the signed-in user
#[utoipa::path(
    get,
    path = "/api/auth/me",
    tag = "Authentication",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The user", body = MeOut),
        (status = 401, description = "The token is not good", body = ErrorBody),
    )
)]
pub(crate) async fn me(state: State, allowed: Allowed<SignedIn>) -> Result<Found<MeOut>, Failure> {
    let user = state.service.me(&allowed.permit).await?;
    Ok(Found::new(MeOut::from(&user)))
}
