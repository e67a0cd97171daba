//! `POST /api/auth/refresh`

use http::HeaderMap;
use switchboard_dialect_whatsapp::auth::{RefreshIn, RefreshOut};
use switchboard_dialect_whatsapp::{ErrorBody, Failure, Found, OptionalJson};
use switchboard_http::{Authenticate, bearer_token};
use switchboard_model::access::Permit;
use switchboard_model::session::REFRESH_TOKEN_PREFIX;

use crate::State;

/// Refresh a session
///
/// With a refresh token in the body or as the bearer, or with a valid access token as the bearer. A refresh
/// token works once; one that is presented again ends its session.
#[utoipa::path(
    post,
    path = "/api/auth/refresh",
    tag = "Authentication",
    request_body = Option<RefreshIn>,
    security(("bearer" = [])),
    responses(
        (status = 200, description = "A new pair of tokens", body = RefreshOut),
        (status = 401, description = "The token is not good", body = ErrorBody),
    )
)]
pub(crate) async fn refresh(
    state: State,
    headers: HeaderMap,
    body: OptionalJson<RefreshIn>,
) -> Result<Found<RefreshOut>, Failure> {
    let pair = match body.value.refresh_token {
        Some(token) => state.service.refresh(&token).await?,
        None => match bearer_token(&headers)? {
            token if token.starts_with(REFRESH_TOKEN_PREFIX) => state.service.refresh(token).await?,
            token => {
                state
                    .service
                    .refresh_with_access_token(&Permit::new(state.authenticate(token).await?))
                    .await?
            }
        },
    };
    Ok(Found::new(RefreshOut {
        access_token: pair.access_token,
        refresh_token: pair.refresh_token.expose().to_owned(),
    }))
}
