//! Accounts and sessions on the wire.

use serde::{Deserialize, Serialize};
use switchboard_model::DomainError;
use switchboard_model::address::EmailAddress;
use switchboard_model::field::{Checks, FieldError, Part, Reason};
use switchboard_model::session::SecretToken;
use switchboard_model::user::{Password, User, person_name};
use utoipa::{IntoParams, ToSchema};

use crate::WireId;

/// Identity providers that a client may name.
const PROVIDERS: [&str; 3] = ["Email", "Google", "GitHub"];

/// Who vouches for the person.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ProviderQuery {
    /// `Email`, `Google` or `GitHub`; only `Email` is configured.
    #[param(example = "Email")]
    pub provider: Option<String>,
}

impl ProviderQuery {
    /// Checks that the provider is the one that is configured.
    pub fn check(self) -> Result<(), DomainError> {
        match self.provider {
            None => Ok(()),
            Some(provider) if provider == "Email" => Ok(()),
            Some(provider) if PROVIDERS.contains(&provider.as_str()) => {
                Err(DomainError::ProviderNotConfigured { provider })
            }
            Some(_) => {
                let message = "Input should be 'Email', 'Google' or 'GitHub'";
                Err(DomainError::field(FieldError::new(Part::Query, "provider", Reason::NotAllowed, message)))
            }
        }
    }
}

/// An account to make.
#[derive(Deserialize, ToSchema)]
pub struct SignUpIn {
    /// The person's address.
    #[schema(example = "user@example.com")]
    email: String,
    /// 8 to 128 characters.
    #[schema(example = "SecurePassword123!")]
    password: String,
    /// What the person is called.
    #[schema(example = "John Doe")]
    name: Option<String>,
    /// The token of an invitation to a workspace: the person comes into it at once.
    #[schema(example = "swi_0m7sx5wyrjvng.3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    invitation_token: Option<String>,
}

/// The checked form of [`SignUpIn`].
#[derive(Debug)]
pub struct SignUp {
    /// The person's address.
    pub email: EmailAddress,
    /// The password they chose.
    pub password: Password,
    /// What they are called.
    pub name: Option<String>,
    /// The token of an invitation.
    pub invitation_token: Option<SecretToken>,
}

impl TryFrom<SignUpIn> for SignUp {
    type Error = DomainError;

    fn try_from(wire: SignUpIn) -> Result<Self, DomainError> {
        let mut checks = Checks::default();
        let email = checks.body("email", wire.email.parse());
        let password = checks.body("password", Password::chosen(wire.password));
        let name = checks.body("name", person_name(wire.name.as_deref().unwrap_or_default()));
        checks.finish(email.zip(password).zip(name).map(|((email, password), name)| Self {
            email,
            password,
            name,
            invitation_token: wire.invitation_token.map(SecretToken::presented),
        }))
    }
}

/// Credentials.
#[derive(Deserialize, ToSchema)]
pub struct SignInIn {
    /// The person's address.
    #[schema(example = "user@example.com")]
    email: String,
    /// Their password.
    #[schema(example = "SecurePassword123!")]
    password: String,
}

impl TryFrom<SignInIn> for (EmailAddress, Password) {
    type Error = DomainError;

    fn try_from(wire: SignInIn) -> Result<Self, DomainError> {
        let mut checks = Checks::default();
        let email = checks.body("email", wire.email.parse());
        let password = checks.body("password", Password::claimed(wire.password));
        checks.finish(email.zip(password))
    }
}

/// A refresh token, for clients that do not send it as the bearer.
#[derive(Default, Deserialize, ToSchema)]
pub struct RefreshIn {
    /// The token that the last answer gave.
    pub refresh_token: Option<String>,
}

/// An account that was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignUpOut {
    /// Its id.
    pub user_id: WireId,
    /// What the person is called.
    #[schema(example = "John Doe")]
    pub name: Option<String>,
    /// Their address.
    #[schema(example = "user@example.com")]
    pub email: String,
}

impl From<&User> for SignUpOut {
    fn from(user: &User) -> Self {
        Self { user_id: user.id.into(), name: user.name.clone(), email: user.email.as_str().to_owned() }
    }
}

/// A session that was started.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignInOut {
    /// Whose it is.
    pub user_id: WireId,
    /// Good for an hour.
    pub access_token: String,
    /// Good for one refresh.
    pub refresh_token: String,
    /// Always `bearer`.
    #[schema(example = "bearer")]
    pub token_type: &'static str,
}

/// A refreshed session.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefreshOut {
    /// Good for an hour.
    pub access_token: String,
    /// Good for one refresh.
    pub refresh_token: String,
}

/// The signed-in person.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeOut {
    /// Their id.
    pub id: WireId,
    /// Their address.
    #[schema(example = "user@example.com")]
    pub email: String,
    /// What they are called.
    #[schema(example = "John Doe")]
    pub name: Option<String>,
    /// Whether they proved that the address is theirs.
    pub email_verified: bool,
}

impl From<&User> for MeOut {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.into(),
            email: user.email.as_str().to_owned(),
            name: user.name.clone(),
            email_verified: user.email_verified,
        }
    }
}
