//! Access tokens: JWTs signed with HMAC-SHA-256 (RFC 7519).

use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use switchboard_model::access::Caller;
use switchboard_model::session::ACCESS_TOKEN_LIFETIME;
use switchboard_model::{DomainError, Id};
use switchboard_vault::TokenKey;

const ISSUER: &str = "switchboard";

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    /// The person.
    sub: Id,
    /// The session.
    sid: Id,
    iat: i64,
    exp: i64,
}

/// An access token of `user_id` in the session `session_id`, good from `now` on for an hour.
pub(crate) fn issue(
    key: &TokenKey,
    user_id: Id,
    session_id: Id,
    now: Timestamp,
) -> Result<String, DomainError> {
    let iat = now.as_second();
    let exp = iat + i64::try_from(ACCESS_TOKEN_LIFETIME.as_secs()).unwrap_or(i64::MAX);
    let claims = Claims { iss: ISSUER.to_owned(), sub: user_id, sid: session_id, iat, exp };
    let key = EncodingKey::from_secret(key.key.expose_secret().as_bytes());
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key).map_err(DomainError::internal)
}

/// Who presents `token` at `now`.
pub(crate) fn verify(key: &TokenKey, token: &str, now: Timestamp) -> Result<Caller, DomainError> {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_issuer(&[ISSUER]);
    // The crate asks the machine's clock; the time is passed in here.
    validation.validate_exp = false;
    let key = DecodingKey::from_secret(key.key.expose_secret().as_bytes());
    let claims = jsonwebtoken::decode::<Claims>(token, &key, &validation)
        .map_err(|_| DomainError::CredentialsInvalid)?
        .claims;
    if claims.exp <= now.as_second() {
        return Err(DomainError::CredentialsExpired);
    }
    Ok(Caller::User { user_id: claims.sub, session_id: claims.sid })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use secrecy::SecretString;

    use super::*;

    fn key(text: &str) -> TokenKey {
        TokenKey { key: SecretString::from(text) }
    }

    fn now() -> Timestamp {
        "2026-01-01T00:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_token_is_good_for_an_hour() {
        let (user_id, session_id) = (Id::from_bits(1).unwrap(), Id::from_bits(2).unwrap());
        let key = key("0123456789abcdef0123456789abcdef");

        let token = issue(&key, user_id, session_id, now()).unwrap();

        assert_eq!(
            verify(&key, &token, now() + Duration::from_secs(3_599)).unwrap(),
            Caller::User { user_id, session_id }
        );
        let late = verify(&key, &token, now() + Duration::from_hours(1)).unwrap_err();
        assert!(matches!(late, DomainError::CredentialsExpired));
    }

    #[test]
    fn a_token_of_another_key_or_without_signature_is_refused() {
        let id = Id::from_bits(1).unwrap();
        let foreign = issue(&key("another key, another key, another"), id, id, now()).unwrap();
        let ours = key("0123456789abcdef0123456789abcdef");
        let claims = foreign.split('.').nth(1).unwrap();
        let unsigned = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{claims}.");

        for token in [foreign.as_str(), unsigned.as_str(), "", "a.b.c", "nonsense"] {
            assert!(matches!(verify(&ours, token, now()), Err(DomainError::CredentialsInvalid)), "{token}");
        }
    }
}
