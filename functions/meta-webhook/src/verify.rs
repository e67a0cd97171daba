//! `GET /webhook`

use secrecy::ExposeSecret;
use subtle::ConstantTimeEq;
use switchboard_dialect_whatsapp::webhook::VerifyQuery;
use switchboard_dialect_whatsapp::{ErrorBody, Failure, Query};
use switchboard_model::DomainError;
use switchboard_vault::MetaSecrets;

use crate::State;

/// Verify the webhook
///
/// Meta calls this when the webhook is set up, and again whenever its address or token is edited.
#[utoipa::path(
    get,
    path = "/webhook",
    operation_id = "verify_webhook",
    tag = "Webhooks",
    params(VerifyQuery),
    responses(
        (status = 200, description = "The challenge, as it came", body = String, content_type = "text/plain"),
        (status = 403, description = "The token is not the agreed one", body = ErrorBody),
    )
)]
pub(crate) async fn verify(state: State, query: Query<VerifyQuery>) -> Result<String, Failure> {
    let VerifyQuery { mode, verify_token, challenge } = query.value;
    let given = verify_token.unwrap_or_default();
    let agreed = |secrets: &MetaSecrets| {
        let agreed = secrets.verify_token.expose_secret();
        bool::from(given.as_bytes().ct_eq(agreed.as_bytes()))
    };
    let known = state.knows(agreed).await?;
    match challenge {
        Some(challenge) if known && mode.as_deref() == Some("subscribe") => Ok(challenge),
        _ => Err(DomainError::VerificationRefused.into()),
    }
}
