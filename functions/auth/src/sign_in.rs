//! `POST /api/auth/signin`

use axum::Extension;
use switchboard_dialect_whatsapp::auth::{ProviderQuery, SignInIn, SignInOut};
use switchboard_dialect_whatsapp::{ErrorBody, Failure, Found, Json, Query, ValidationErrorBody};
use switchboard_http::SourceAddress;

use crate::State;

/// Sign in
#[utoipa::path(
    post,
    path = "/api/auth/signin",
    tag = "Authentication",
    params(ProviderQuery),
    request_body = SignInIn,
    responses(
        (status = 200, description = "A session", body = SignInOut),
        (status = 401, description = "Unknown address or wrong password", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Too many failed attempts", body = ErrorBody),
    )
)]
pub(crate) async fn sign_in(
    state: State,
    query: Query<ProviderQuery>,
    source: Option<Extension<SourceAddress>>,
    body: Json<SignInIn>,
) -> Result<Found<SignInOut>, Failure> {
    query.value.check()?;
    let (email, password) = body.value.try_into()?;
    let source_address = source.map(|Extension(source)| source.0).unwrap_or_default();
    let pair = state.service.sign_in(&email, password, &source_address).await?;
    Ok(Found::new(SignInOut {
        user_id: pair.user_id.into(),
        access_token: pair.access_token,
        refresh_token: pair.refresh_token.expose().to_owned(),
        token_type: "bearer",
    }))
}
