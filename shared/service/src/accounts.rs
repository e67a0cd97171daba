//! Accounts and sessions.

use std::sync::Arc;

use jiff::Timestamp;
use switchboard_model::access::{Caller, Permit, SignedIn};
use switchboard_model::address::EmailAddress;
use switchboard_model::invitation::Invitation;
use switchboard_model::session::{
    REFRESH_TOKEN_LIFETIME, SESSION_LIFETIME, SecretToken, Session, refresh_token, session_of_refresh_token,
};
use switchboard_model::user::{Password, User, UserState};
use switchboard_model::workspace::Member;
use switchboard_model::{DomainError, Id};
use switchboard_store::{Condition, RefreshTokenDigest, StoreError};
use switchboard_vault::{Secret, TokenKey};

use crate::{Resources, password, token};

/// Failed attempts to sign in to one account from one address in a window.
const OWN_ATTEMPTS: i64 = 10;
/// Failed attempts to sign in to one account in a window, from wherever: so many that few strangers can't keep its
/// owner out, and too few to guess a password.
const ACCOUNT_ATTEMPTS: i64 = 100;
/// Failed attempts to sign in from one address in a window: many people can share one.
const ADDRESS_ATTEMPTS: i64 = 100;
/// Attempts to sign up from one address in a window. Each that is let through hashes a password.
const ADDRESS_SIGN_UPS: i64 = 100;
const WINDOW_SECONDS: i64 = 15 * 60;
/// How often a change is tried anew where another came first.
const TRIES: usize = 4;
/// Workspaces that somebody comes into by signing up: as many as a transaction has room for (AWS, DynamoDB quotas).
const COMING_AT_ONCE: usize = 90;

/// Accounts and sessions.
#[derive(Clone)]
pub struct Accounts {
    resources: Resources,
    token_key: Arc<Secret<TokenKey>>,
}

/// An account to make.
#[derive(Debug)]
pub struct NewAccount {
    /// The person's address.
    pub email: EmailAddress,
    /// The password they chose.
    pub password: Password,
    /// What they are called.
    pub name: Option<String>,
    /// The token of an invitation, if they were given one.
    pub invitation_token: Option<SecretToken>,
}

/// A pair of tokens of one session.
#[derive(Debug)]
pub struct TokenPair {
    /// Whose they are.
    pub user_id: Id,
    /// The access token.
    pub access_token: String,
    /// The refresh token, which works once.
    pub refresh_token: SecretToken,
}

impl Accounts {
    /// Accounts whose access tokens are signed with `token_key`.
    pub fn new(resources: Resources, token_key: Arc<Secret<TokenKey>>) -> Self {
        Self { resources, token_key }
    }

    /// Makes an account. Who was invited comes into every workspace that they are not to manage, and into the one whose
    /// invitation they present.
    pub async fn sign_up(&self, new: NewAccount, source_address: &str) -> Result<User, DomainError> {
        let store = &self.resources.store;
        let (subject, now) = (format!("sign-ups {source_address}"), self.resources.now());
        let (sign_ups, known) = futures::try_join!(
            store.count_sign_ins(&subject, 1, WINDOW_SECONDS, now),
            store.user_by_email(&new.email),
        )?;
        if sign_ups > ADDRESS_SIGN_UPS {
            return Err(DomainError::SignUpThrottled { retry_after: seconds_left(now) });
        }
        let invited = match known {
            Some(User { state: UserState::Active { .. }, .. }) => return Err(DomainError::EmailTaken),
            invited => invited,
        };
        let invitation = new.invitation_token.map(|token| {
            let presented = Invitation::presented(token.expose()).filter(|_| invited.is_some());
            presented.ok_or(DomainError::InvitationNotFound)
        });
        let invitation = invitation.transpose()?;
        let password_hash = password::hash(&new.password, &*self.resources.randomness)?;
        match invited {
            Some(invited) => self.claim(invited, new.name, password_hash, invitation.as_ref()).await,
            None => self.create(new.email, new.name, password_hash).await,
        }
    }

    async fn create(
        &self,
        email: EmailAddress,
        name: Option<String>,
        password_hash: String,
    ) -> Result<User, DomainError> {
        let state = UserState::Active { password_hash };
        let created_at = self.resources.now();
        let created = self.resources.create(|id| {
            let (email, name, state) = (email.clone(), name.clone(), state.clone());
            let user = User { id, email, email_verified: false, name, state, created_at };
            async move { self.resources.store.create_user(&user).await.map(|()| user) }
        });
        created.await.map_err(sign_up_error)
    }

    async fn claim(
        &self,
        invited: User,
        name: Option<String>,
        password_hash: String,
        invitation: Option<&Invitation>,
    ) -> Result<User, DomainError> {
        let store = &self.resources.store;
        for _ in 0..TRIES {
            let mut coming = store.invited_members(invited.id).await?;
            coming.retain(Member::comes_in_by_address);
            coming.truncate(COMING_AT_ONCE);
            let claimed = store.claim_user(invited.id, name.as_deref(), &password_hash, &coming, invitation);
            match claimed.await {
                Err(StoreError::ConditionFailed(Condition::Contested)) => {}
                claimed => {
                    claimed.map_err(sign_up_error)?;
                    return Ok(User { name, state: UserState::Active { password_hash }, ..invited });
                }
            }
        }
        Err(DomainError::Contested)
    }

    /// Starts a session. An unknown address and a wrong password get the same answer after the same work.
    pub async fn sign_in(
        &self,
        email: &EmailAddress,
        password: Password,
        source_address: &str,
    ) -> Result<TokenPair, DomainError> {
        let store = &self.resources.store;
        let account = format!("account {}", email.unique_form());
        let (own, address) = (format!("{account} {source_address}"), format!("address {source_address}"));
        let now = self.resources.now();
        let count = |subject, change| store.count_sign_ins(subject, change, WINDOW_SECONDS, now);
        let (own_attempts, account_attempts, address_attempts, user) = futures::try_join!(
            count(&own, 1),
            count(&account, 1),
            count(&address, 1),
            store.user_by_email(email),
        )?;
        let throttled = own_attempts > OWN_ATTEMPTS
            || account_attempts > ACCOUNT_ATTEMPTS
            || address_attempts > ADDRESS_ATTEMPTS;
        if throttled {
            return Err(DomainError::SignInThrottled { retry_after: seconds_left(now) });
        }
        let (user_id, hash) = match user {
            Some(User { id, state: UserState::Active { password_hash }, .. }) => (id, Some(password_hash)),
            Some(User { id, state: UserState::Invited, .. }) => (id, None),
            None => (Id::NONE, None),
        };
        if !password::verify(&password, hash.as_deref())? {
            return Err(DomainError::SignInRefused);
        }
        // Only failures count: a person who knows the password takes back their own attempts.
        let taken_back = async {
            futures::try_join!(
                count(&own, -own_attempts),
                count(&account, -own_attempts),
                count(&address, -1)
            )?;
            Ok(())
        };
        let (pair, ()) = futures::try_join!(self.start_session(user_id, now), taken_back)?;
        Ok(pair)
    }

    async fn start_session(&self, user_id: Id, now: Timestamp) -> Result<TokenPair, DomainError> {
        let created = self.resources.create(|id| async move {
            let session = Session { id, user_id, expires_at: now + SESSION_LIFETIME };
            let token = refresh_token(id, &*self.resources.randomness);
            self.resources.store.start_session(&session, &digest(&token, now)).await.map(|()| (id, token))
        });
        let (session_id, refresh_token) = created.await?;
        self.pair(user_id, session_id, refresh_token, now).await
    }

    /// Gives a new pair for a valid access token.
    pub async fn refresh_with_access_token(
        &self,
        permit: &Permit<SignedIn>,
    ) -> Result<TokenPair, DomainError> {
        let Caller::User { user_id, session_id } = *permit.caller() else {
            return Err(DomainError::UserRequired);
        };
        let now = self.resources.now();
        let next = refresh_token(session_id, &*self.resources.randomness);
        let added = self.resources.store.add_refresh_token(session_id, &digest(&next, now), now).await;
        added.map_err(session_error)?;
        self.pair(user_id, session_id, next, now).await
    }

    /// Gives a new pair for a refresh token, which is used up. One that was used before ends its session.
    pub async fn refresh(&self, presented: &str) -> Result<TokenPair, DomainError> {
        let store = &self.resources.store;
        let now = self.resources.now();
        let session_id = session_of_refresh_token(presented).ok_or(DomainError::SessionEnded)?;
        let used = SecretToken::presented(presented).digest();
        let next = refresh_token(session_id, &*self.resources.randomness);
        let next_digest = digest(&next, now);
        let (session, rotated) = futures::join!(
            store.session(session_id, now),
            store.rotate_refresh_token(session_id, &used, &next_digest, now),
        );
        if let Err(StoreError::ConditionFailed(Condition::TokenUsed)) = rotated {
            store.end_session(session_id).await?;
        }
        rotated.map_err(session_error)?;
        let session = session?.ok_or(DomainError::SessionEnded)?;
        self.pair(session.user_id, session_id, next, now).await
    }

    /// The signed-in person.
    pub async fn me(&self, permit: &Permit<SignedIn>) -> Result<User, DomainError> {
        let user_id = permit.caller().user_id().ok_or(DomainError::UserRequired)?;
        self.resources.store.user_by_id(user_id).await?.ok_or(DomainError::CredentialsInvalid)
    }

    async fn pair(
        &self,
        user_id: Id,
        session_id: Id,
        refresh_token: SecretToken,
        now: Timestamp,
    ) -> Result<TokenPair, DomainError> {
        let key = self.token_key.get().await?;
        let access_token = token::issue(&key, user_id, session_id, now)?;
        Ok(TokenPair { user_id, access_token, refresh_token })
    }
}

fn digest(token: &SecretToken, now: Timestamp) -> RefreshTokenDigest {
    RefreshTokenDigest { digest: token.digest(), expires_at: now + REFRESH_TOKEN_LIFETIME }
}

fn sign_up_error(error: StoreError) -> DomainError {
    match error.condition() {
        Some(Condition::EmailTaken | Condition::AlreadySignedUp) => DomainError::EmailTaken,
        Some(Condition::InvitationGone) => DomainError::InvitationNotFound,
        _ => error.into(),
    }
}

fn session_error(error: StoreError) -> DomainError {
    match error.condition() {
        Some(Condition::SessionEnded | Condition::TokenUsed) => DomainError::SessionEnded,
        _ => error.into(),
    }
}

/// Seconds until the window that `now` is in ends.
fn seconds_left(now: Timestamp) -> u32 {
    u32::try_from(WINDOW_SECONDS - now.as_second().rem_euclid(WINDOW_SECONDS)).unwrap_or(1)
}
