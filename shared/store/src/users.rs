//! People: patterns U1 to U4.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_model::Id;
use switchboard_model::address::EmailAddress;
use switchboard_model::invitation::Invitation;
use switchboard_model::user::{User, UserState};
use switchboard_model::workspace::Member;

use crate::expression::{Change, Check, string};
use crate::item::{StoredForm, to_attribute};
use crate::members::{accepting, admitting};
use crate::transaction::Transaction;
use crate::{Condition, Store, StoreError, keys};

/// A user as stored. One without a password has been invited only.
#[derive(Serialize, Deserialize)]
struct StoredUser {
    id: Id,
    email: EmailAddress,
    email_verified: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    password_hash: Option<String>,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    created_at: Timestamp,
}

impl StoredForm for StoredUser {
    const ENTITY: &'static str = "user";
}

/// Whose an e-mail address is.
#[derive(Serialize, Deserialize)]
struct StoredEmail {
    user_id: Id,
}

impl StoredForm for StoredEmail {
    const ENTITY: &'static str = "email";
}

const PASSWORD_HASH: &str = "password_hash";

impl Store {
    /// U1: the user with this id.
    pub async fn user_by_id(&self, id: Id) -> Result<Option<User>, StoreError> {
        Ok(self.get::<StoredUser>(&keys::user(id)).await?.map(User::from))
    }

    /// U2: the user with this e-mail address. It takes two reads whether there is one or not, so that its time
    /// does not tell which addresses have accounts.
    pub async fn user_by_email(&self, email: &EmailAddress) -> Result<Option<User>, StoreError> {
        let owner = self.get::<StoredEmail>(&keys::email(email)).await?;
        self.user_by_id(owner.map_or(Id::NONE, |owner| owner.user_id)).await
    }

    /// U5: those of the people with these ids who exist.
    pub async fn users(&self, ids: &[Id]) -> Result<Vec<User>, StoreError> {
        let wanted: Vec<_> = ids.iter().map(|id| keys::user(*id)).collect();
        let found = self.get_all(&wanted).await?;
        found.into_iter().map(|(key, item)| self.read::<StoredUser>(&key, item).map(User::from)).collect()
    }

    /// U3: creates a user. Fails as `IdTaken` or `EmailTaken`.
    pub async fn create_user(&self, user: &User) -> Result<(), StoreError> {
        self.transaction().create_user(user)?.commit().await
    }

    /// U4, second part: makes an account of somebody who was invited, and lets them in as those members, and where they
    /// present the invitation. Fails as `AlreadySignedUp` or `InvitationGone`; as `Contested` where a member is not as
    /// it was read.
    pub async fn claim_user(
        &self,
        id: Id,
        name: Option<&str>,
        password_hash: &str,
        coming: &[Member],
        invitation: Option<&Invitation>,
    ) -> Result<(), StoreError> {
        let mut change = Change::default()
            .set(PASSWORD_HASH, string(password_hash))
            .only_if(without_account(), Condition::AlreadySignedUp);
        if let Some(name) = name {
            change = change.set("name", to_attribute(&name)?);
        }
        let mut claim = self.transaction().update(&keys::user(id), change)?;
        if let Some(invitation) = invitation {
            claim = claim.update(&keys::member(invitation.workspace_id, id), accepting(invitation)?)?;
        }
        let presented = invitation.map(|invitation| invitation.workspace_id);
        for member in coming.iter().filter(|member| Some(member.workspace_id) != presented) {
            claim = claim.update(&keys::member(member.workspace_id, id), admitting(member)?)?;
        }
        claim.commit().await
    }
}

impl Transaction<'_> {
    /// The part of U3 that other transactions share.
    pub(crate) fn create_user(self, user: &User) -> Result<Self, StoreError> {
        self.create(&keys::user(user.id), &StoredUser::from(user), Condition::IdTaken)?.create(
            &keys::email(&user.email),
            &StoredEmail { user_id: user.id },
            Condition::EmailTaken,
        )
    }

    /// Lets the transaction fail as `AlreadySignedUp` unless the person has been invited only.
    pub(crate) fn not_signed_up(self, id: Id) -> Result<Self, StoreError> {
        self.check(&keys::user(id), without_account(), Condition::AlreadySignedUp)
    }
}

fn without_account() -> Check {
    Check::All(vec![Check::Present, Check::Lacks(PASSWORD_HASH)])
}

impl From<&User> for StoredUser {
    fn from(user: &User) -> Self {
        Self {
            id: user.id,
            email: user.email.clone(),
            email_verified: user.email_verified,
            name: user.name.clone(),
            password_hash: match &user.state {
                UserState::Invited => None,
                UserState::Active { password_hash } => Some(password_hash.clone()),
            },
            created_at: user.created_at,
        }
    }
}

impl From<StoredUser> for User {
    fn from(stored: StoredUser) -> Self {
        Self {
            id: stored.id,
            email: stored.email,
            email_verified: stored.email_verified,
            name: stored.name,
            state: match stored.password_hash {
                None => UserState::Invited,
                Some(password_hash) => UserState::Active { password_hash },
            },
            created_at: stored.created_at,
        }
    }
}
