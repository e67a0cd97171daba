//! Sessions and the tokens that belong to them.
//!
//! A session is one sign-in. It has any number of refresh tokens, of which each works once; a token that is
//! presented a second time has been stolen from somebody, so its whole session ends (RFC 9700, section 4.14.2).

use std::time::Duration;

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::{Id, Randomness, random};

/// How long an access token is good for.
pub const ACCESS_TOKEN_LIFETIME: Duration = Duration::from_hours(1);
/// How long a refresh token is good for, if it is not used.
pub const REFRESH_TOKEN_LIFETIME: Duration = Duration::from_hours(30 * 24);
/// How long a session lasts at most, however often it is refreshed.
pub const SESSION_LIFETIME: Duration = Duration::from_hours(180 * 24);

/// One sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: Id,
    /// Whose it is.
    pub user_id: Id,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
}

/// A secret that is handed out once and stored as a digest.
#[derive(Clone)]
pub struct SecretToken(String);

impl SecretToken {
    /// Makes a token behind `prefix`.
    pub fn generate(prefix: &str, randomness: &dyn Randomness) -> Self {
        Self(format!("{prefix}{}", random::token(randomness)))
    }

    /// A token that a client presents.
    pub fn presented(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The token itself, to be handed out.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// SHA-256 of the token, in lower-case hex: what is stored and looked up.
    pub fn digest(&self) -> String {
        HEXLOWER.encode(&Sha256::digest(self.0.as_bytes()))
    }
}

impl std::fmt::Debug for SecretToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretToken(…)")
    }
}

/// What stands in front of a refresh token: `swr_`, then the session's id.
pub const REFRESH_TOKEN_PREFIX: &str = "swr_";

/// Makes a refresh token of the session `session_id`, which it names so that it is found in one read.
pub fn refresh_token(session_id: Id, randomness: &dyn Randomness) -> SecretToken {
    SecretToken::generate(&format!("{REFRESH_TOKEN_PREFIX}{session_id}."), randomness)
}

/// The session that a presented refresh token names.
pub fn session_of_refresh_token(token: &str) -> Option<Id> {
    let (session_id, _) = token.strip_prefix(REFRESH_TOKEN_PREFIX)?.split_once('.')?;
    crate::id::spelling::key::parse(session_id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SeededRandomness;

    #[test]
    fn a_refresh_token_names_its_session() {
        let session_id = Id::from_bits(42).unwrap();
        let token = refresh_token(session_id, &SeededRandomness::new(1));
        assert_eq!(session_of_refresh_token(token.expose()), Some(session_id));
        assert_eq!(session_of_refresh_token("swr_nonsense"), None);
    }
}
