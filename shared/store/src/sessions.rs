//! Sessions and refresh tokens: patterns S1 to S4 and S6.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_model::Id;
use switchboard_model::session::Session;

use crate::expression::{Change, Check, boolean, number};
use crate::item::StoredForm;
use crate::{Condition, Store, StoreError, keys};

/// A session as stored.
#[derive(Serialize, Deserialize)]
struct StoredSession {
    id: Id,
    user_id: Id,
    /// When it ends, in Unix seconds; DynamoDB deletes it some time after.
    ttl: i64,
}

impl StoredForm for StoredSession {
    const ENTITY: &'static str = "session";
}

/// A refresh token as stored; its digest is in the key.
#[derive(Serialize, Deserialize)]
struct StoredRefreshToken {
    used: bool,
    ttl: i64,
}

impl StoredForm for StoredRefreshToken {
    const ENTITY: &'static str = "refresh_token";
}

/// A refresh token, by its digest.
#[derive(Clone, Debug)]
pub struct RefreshTokenDigest {
    /// SHA-256 of the token.
    pub digest: String,
    /// When it stops being good.
    pub expires_at: Timestamp,
}

impl Store {
    /// S6: the session, unless it has ended by `now`.
    pub async fn session(&self, id: Id, now: Timestamp) -> Result<Option<Session>, StoreError> {
        let stored = self.get::<StoredSession>(&keys::session(id)).await?;
        stored.filter(|stored| stored.ttl > now.as_second()).as_ref().map(session_of).transpose()
    }

    /// S1: starts a session with its first refresh token. Fails as `IdTaken`.
    pub async fn start_session(
        &self,
        session: &Session,
        token: &RefreshTokenDigest,
    ) -> Result<(), StoreError> {
        let stored =
            StoredSession { id: session.id, user_id: session.user_id, ttl: session.expires_at.as_second() };
        self.transaction()
            .create(&keys::session(session.id), &stored, Condition::IdTaken)?
            .put(&keys::refresh_token(session.id, &token.digest), &stored_token(token))?
            .commit()
            .await
    }

    /// S2: uses up the token with digest `used` and puts `next` in its place. Fails as `SessionEnded` where the
    /// session or the token has ended or never was, as `TokenUsed` where the token was used before.
    pub async fn rotate_refresh_token(
        &self,
        session_id: Id,
        used: &str,
        next: &RefreshTokenDigest,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let token = keys::refresh_token(session_id, used);
        let lives = Check::Above("ttl", number(now.as_second()));
        let unused = Check::Equals("used", boolean(false));
        let rotated = self
            .transaction()
            .check(&keys::session(session_id), lives.clone(), Condition::SessionEnded)?
            .update(
                &token,
                Change::default()
                    .set("used", boolean(true))
                    .only_if(Check::All(vec![unused, lives]), Condition::TokenUsed),
            )?
            .put(&keys::refresh_token(session_id, &next.digest), &stored_token(next))?
            .commit()
            .await;
        match rotated {
            Err(StoreError::ConditionFailed(Condition::TokenUsed)) => {
                let was_used = self.get::<StoredRefreshToken>(&token).await?.is_some_and(|token| token.used);
                let condition = if was_used { Condition::TokenUsed } else { Condition::SessionEnded };
                Err(StoreError::ConditionFailed(condition))
            }
            rotated => rotated,
        }
    }

    /// S3: adds a refresh token to a session. Fails as `SessionEnded`.
    pub async fn add_refresh_token(
        &self,
        session_id: Id,
        next: &RefreshTokenDigest,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let lives = Check::Above("ttl", number(now.as_second()));
        self.transaction()
            .check(&keys::session(session_id), lives, Condition::SessionEnded)?
            .put(&keys::refresh_token(session_id, &next.digest), &stored_token(next))?
            .commit()
            .await
    }

    /// S4: ends a session with all its refresh tokens.
    pub async fn end_session(&self, id: Id) -> Result<(), StoreError> {
        self.delete(&keys::session(id)).await
    }
}

fn stored_token(token: &RefreshTokenDigest) -> StoredRefreshToken {
    StoredRefreshToken { used: false, ttl: token.expires_at.as_second() }
}

fn session_of(stored: &StoredSession) -> Result<Session, StoreError> {
    let expires_at =
        Timestamp::from_second(stored.ttl).map_err(|error| StoreError::Unstorable(error.into()))?;
    Ok(Session { id: stored.id, user_id: stored.user_id, expires_at })
}
