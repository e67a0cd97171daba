//! People.

use jiff::Timestamp;

use crate::Id;
use crate::address::EmailAddress;
use crate::field::{Refusal, check_length};

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Their id.
    pub id: Id,
    /// Their address, which is unique.
    pub email: EmailAddress,
    /// Whether they proved that the address is theirs.
    pub email_verified: bool,
    /// What they are called.
    pub name: Option<String>,
    /// How far their account has come.
    pub state: UserState,
    /// When the account, or the invitation to it, was made.
    pub created_at: Timestamp,
}

/// How far an account has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserState {
    /// Named in an invitation; there is no account yet.
    Invited,
    /// Signed up.
    Active {
        /// The password, hashed with argon2id in PHC form.
        password_hash: String,
    },
}

/// A password as a person typed it. Never printed or stored.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// Fewest characters of a new password (NIST SP 800-63B, section 5.1.1.2).
    pub const MIN_LENGTH: usize = 8;
    /// Most characters of any password: hashing must stay bounded.
    pub const MAX_LENGTH: usize = 128;

    /// A password for a new account.
    pub fn chosen(text: String) -> Result<Self, Refusal> {
        check_length(&text, Self::MIN_LENGTH, Self::MAX_LENGTH)?;
        Ok(Self(text))
    }

    /// A password that is to be compared with a stored one.
    pub fn claimed(text: String) -> Result<Self, Refusal> {
        check_length(&text, 0, Self::MAX_LENGTH)?;
        Ok(Self(text))
    }

    /// The bytes to hash.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

/// Most characters of a person's name.
pub const NAME_MAX_LENGTH: usize = 200;

/// A person's name without surrounding space; `None` where nothing is left.
pub fn person_name(text: &str) -> Result<Option<String>, Refusal> {
    let name = text.trim();
    check_length(name, 0, NAME_MAX_LENGTH)?;
    Ok((!name.is_empty()).then(|| name.to_owned()))
}
