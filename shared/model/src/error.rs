//! Everything that can be told to a client, independent of any dialect.
//!
//! To add an error: add the variant with typed data, give it a code, a kind and a sample below, then let the
//! compiler show you the table of every dialect.

use std::fmt::{self, Display};

use strum::{EnumDiscriminants, EnumIter, IntoStaticStr};

use crate::access::Role;
use crate::field::FieldError;
use crate::plan::Limit;

/// What sort of thing went wrong. A closed set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The request can't be understood or breaks a rule.
    Invalid,
    /// Nobody, or nobody known, is asking.
    Unauthenticated,
    /// The caller may not do this.
    Forbidden,
    /// There is no such thing, for this caller.
    NotFound,
    /// The thing is in a state that does not allow this.
    Conflict,
    /// The request is too large.
    TooLarge,
    /// Too much was asked in too short a time.
    RateLimited,
    /// A system that we depend on refused or failed.
    Upstream,
    /// Not now; the same request may succeed later.
    Unavailable,
    /// Our fault.
    Internal,
}

/// An error of the domain. Its `Display` is the public text; a cause, where there is one, is only logged.
#[derive(Debug, thiserror::Error, EnumDiscriminants)]
#[strum_discriminants(
    name(DomainErrorName),
    derive(EnumIter, IntoStaticStr, Hash),
    doc = "The variants of [`DomainError`]."
)]
pub enum DomainError {
    /// One or more fields are refused.
    #[error("{}", listed(fields))]
    Invalid {
        /// The refused fields.
        fields: Vec<FieldError>,
    },
    /// The request carries no credentials.
    #[error("Not authenticated")]
    CredentialsMissing,
    /// The credentials are malformed, unknown or revoked.
    #[error("Invalid authentication credentials")]
    CredentialsInvalid,
    /// The access token has expired.
    #[error("Access token has expired")]
    CredentialsExpired,
    /// Unknown e-mail or wrong password; which of them is not told.
    #[error("Invalid credentials")]
    SignInRefused,
    /// Too many attempts to sign in to one account or from one address.
    #[error("Too many sign-in attempts. Please try again later.")]
    SignInThrottled {
        /// Seconds until the next attempt is allowed.
        retry_after: u32,
    },
    /// The refresh token is unknown or expired, was used before, or its session has ended.
    #[error("Refresh token is invalid or has been used")]
    SessionEnded,
    /// A webhook's signature is missing or wrong.
    #[error("Invalid webhook signature")]
    SignatureInvalid,
    /// A webhook's body is signed and is not JSON.
    #[error("Webhook body is not valid JSON")]
    WebhookUnreadable,
    /// A webhook's verification request does not carry the agreed token.
    #[error("Webhook verification failed")]
    VerificationRefused,
    /// The caller's role does not allow this.
    #[error("Insufficient permissions. {} role required", joined(allowed))]
    RoleRequired {
        /// The roles that are allowed.
        allowed: &'static [Role],
    },
    /// The operation needs a person; an API key will not do.
    #[error("Insufficient permissions. This operation needs a user's access token")]
    UserRequired,
    /// No such workspace.
    #[error("Workspace not found")]
    WorkspaceNotFound,
    /// The workspace exists but is suspended.
    #[error("Workspace is not active")]
    WorkspaceInactive,
    /// No such member of the workspace.
    #[error("Member not found")]
    MemberNotFound,
    /// No such phone number.
    #[error("Phone number not found")]
    PhoneNumberNotFound,
    /// The phone number is not in a state to send.
    #[error("Phone number is not active")]
    PhoneNumberInactive,
    /// The workspace has as many phone numbers as it may.
    #[error("A workspace can have at most {max} phone numbers")]
    TooManyPhoneNumbers {
        /// The most a workspace may have.
        max: u32,
    },
    /// No such message.
    #[error("Message not found")]
    MessageNotFound,
    /// No such route.
    #[error("Not Found")]
    RouteNotFound,
    /// The route exists, but not with this method.
    #[error("Method Not Allowed")]
    MethodNotAllowed,
    /// The e-mail address has an account.
    #[error("Email already registered")]
    EmailTaken,
    /// The person is a member already.
    #[error("User is already a member of this workspace")]
    AlreadyMember,
    /// The workspace has as many members as it may.
    #[error("A workspace can have at most {max} members")]
    TooManyMembers {
        /// The most a workspace may have.
        max: u32,
    },
    /// The last owner can't leave or step down.
    #[error("A workspace must keep at least one OWNER")]
    LastOwner,
    /// The Meta phone number id is registered already, here or elsewhere.
    #[error("Phone number is already registered")]
    MetaNumberTaken,
    /// Another change came in between; the caller should look again.
    #[error("The resource was changed by another request. Please try again.")]
    Contested,
    /// The identity provider is known but not configured.
    #[error("Authentication provider '{provider}' is not configured")]
    ProviderNotConfigured {
        /// The provider's name.
        provider: String,
    },
    /// Meta refused, and says why.
    #[error("Meta rejected the request: {message}")]
    MetaRefused {
        /// Meta's error code.
        code: i64,
        /// Meta's words.
        message: String,
    },
    /// The Meta access token may not do what it is for.
    #[error("The access token lacks the permission {permission}")]
    TokenLacksPermission {
        /// Meta's name of the permission.
        permission: &'static str,
    },
    /// Meta can't be reached or fails.
    #[error("WhatsApp is unavailable at the moment. Please try again later.")]
    MetaUnavailable {
        /// What happened.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The workspace's plan allows no more requests for now.
    #[error("Rate limit exceeded. Please try again later.")]
    RateLimited {
        /// The limit and when it ends.
        limit: Limit,
    },
    /// The body is larger than allowed.
    #[error("Request body is too large: at most {max_bytes} bytes are allowed")]
    TooLarge {
        /// The most bytes allowed.
        max_bytes: u64,
    },
    /// A store or queue that we need does not answer or is throttled.
    #[error("Service temporarily unavailable. Please try again later.")]
    Unavailable {
        /// What happened.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Our fault.
    #[error("Internal server error")]
    Internal {
        /// What happened.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl DomainError {
    /// An internal error with this cause.
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal { source: source.into() }
    }

    /// One refused field.
    pub fn field(error: FieldError) -> Self {
        Self::Invalid { fields: vec![error] }
    }

    /// The stable code, for programs.
    pub fn code(&self) -> &'static str {
        use DomainError as E;
        match self {
            E::Invalid { .. } => "invalid_input",
            E::CredentialsMissing => "credentials_missing",
            E::CredentialsInvalid => "credentials_invalid",
            E::CredentialsExpired => "credentials_expired",
            E::SignInRefused => "sign_in_refused",
            E::SignInThrottled { .. } => "sign_in_throttled",
            E::SessionEnded => "session_ended",
            E::SignatureInvalid => "signature_invalid",
            E::WebhookUnreadable => "webhook_unreadable",
            E::VerificationRefused => "verification_refused",
            E::RoleRequired { .. } => "role_required",
            E::UserRequired => "user_required",
            E::WorkspaceNotFound => "workspace_not_found",
            E::WorkspaceInactive => "workspace_inactive",
            E::MemberNotFound => "member_not_found",
            E::PhoneNumberNotFound => "phone_number_not_found",
            E::PhoneNumberInactive => "phone_number_inactive",
            E::TooManyPhoneNumbers { .. } => "too_many_phone_numbers",
            E::MessageNotFound => "message_not_found",
            E::RouteNotFound => "route_not_found",
            E::MethodNotAllowed => "method_not_allowed",
            E::EmailTaken => "email_taken",
            E::AlreadyMember => "already_member",
            E::TooManyMembers { .. } => "too_many_members",
            E::LastOwner => "last_owner",
            E::MetaNumberTaken => "meta_number_taken",
            E::Contested => "contested",
            E::ProviderNotConfigured { .. } => "provider_not_configured",
            E::MetaRefused { .. } => "meta_refused",
            E::TokenLacksPermission { .. } => "token_lacks_permission",
            E::MetaUnavailable { .. } => "meta_unavailable",
            E::RateLimited { .. } => "rate_limited",
            E::TooLarge { .. } => "too_large",
            E::Unavailable { .. } => "unavailable",
            E::Internal { .. } => "internal",
        }
    }

    /// The sort of error.
    pub fn kind(&self) -> ErrorKind {
        use DomainError as E;
        match self {
            E::Invalid { .. }
            | E::WebhookUnreadable
            | E::ProviderNotConfigured { .. }
            | E::MetaRefused { .. }
            | E::TokenLacksPermission { .. } => ErrorKind::Invalid,
            E::CredentialsMissing
            | E::CredentialsInvalid
            | E::CredentialsExpired
            | E::SignInRefused
            | E::SessionEnded
            | E::SignatureInvalid => ErrorKind::Unauthenticated,
            E::VerificationRefused | E::RoleRequired { .. } | E::UserRequired | E::WorkspaceInactive => {
                ErrorKind::Forbidden
            }
            E::WorkspaceNotFound
            | E::MemberNotFound
            | E::PhoneNumberNotFound
            | E::MessageNotFound
            | E::RouteNotFound
            | E::MethodNotAllowed => ErrorKind::NotFound,
            E::PhoneNumberInactive
            | E::TooManyPhoneNumbers { .. }
            | E::EmailTaken
            | E::AlreadyMember
            | E::TooManyMembers { .. }
            | E::LastOwner
            | E::MetaNumberTaken
            | E::Contested => ErrorKind::Conflict,
            E::TooLarge { .. } => ErrorKind::TooLarge,
            E::SignInThrottled { .. } | E::RateLimited { .. } => ErrorKind::RateLimited,
            E::MetaUnavailable { .. } => ErrorKind::Upstream,
            E::Unavailable { .. } => ErrorKind::Unavailable,
            E::Internal { .. } => ErrorKind::Internal,
        }
    }

    /// Seconds after which the same request may succeed, where that is known.
    pub fn retry_after(&self) -> Option<u32> {
        match self {
            Self::SignInThrottled { retry_after } => Some(*retry_after),
            Self::RateLimited { limit } => Some(limit.seconds_to_reset),
            Self::Unavailable { .. } => Some(1),
            _ => None,
        }
    }

    /// One of each variant, for tests that must see them all.
    pub fn samples() -> Vec<Self> {
        use strum::IntoEnumIterator;
        DomainErrorName::iter().map(Self::sample).collect()
    }

    fn sample(name: DomainErrorName) -> Self {
        use crate::field::Reason;
        use DomainErrorName as N;
        match name {
            N::Invalid => Self::field(FieldError::body("email", Reason::BadValue, "Invalid email format")),
            N::CredentialsMissing => Self::CredentialsMissing,
            N::CredentialsInvalid => Self::CredentialsInvalid,
            N::CredentialsExpired => Self::CredentialsExpired,
            N::SignInRefused => Self::SignInRefused,
            N::SignInThrottled => Self::SignInThrottled { retry_after: 60 },
            N::SessionEnded => Self::SessionEnded,
            N::SignatureInvalid => Self::SignatureInvalid,
            N::WebhookUnreadable => Self::WebhookUnreadable,
            N::VerificationRefused => Self::VerificationRefused,
            N::RoleRequired => Self::RoleRequired { allowed: &[Role::Owner, Role::Admin] },
            N::UserRequired => Self::UserRequired,
            N::WorkspaceNotFound => Self::WorkspaceNotFound,
            N::WorkspaceInactive => Self::WorkspaceInactive,
            N::MemberNotFound => Self::MemberNotFound,
            N::PhoneNumberNotFound => Self::PhoneNumberNotFound,
            N::PhoneNumberInactive => Self::PhoneNumberInactive,
            N::TooManyPhoneNumbers => Self::TooManyPhoneNumbers { max: 100 },
            N::MessageNotFound => Self::MessageNotFound,
            N::RouteNotFound => Self::RouteNotFound,
            N::MethodNotAllowed => Self::MethodNotAllowed,
            N::EmailTaken => Self::EmailTaken,
            N::AlreadyMember => Self::AlreadyMember,
            N::TooManyMembers => Self::TooManyMembers { max: 1_000 },
            N::LastOwner => Self::LastOwner,
            N::MetaNumberTaken => Self::MetaNumberTaken,
            N::Contested => Self::Contested,
            N::ProviderNotConfigured => Self::ProviderNotConfigured { provider: "Google".to_owned() },
            N::MetaRefused => {
                Self::MetaRefused { code: 190, message: "the access token has expired".to_owned() }
            }
            N::TokenLacksPermission => {
                Self::TokenLacksPermission { permission: "whatsapp_business_messaging" }
            }
            N::MetaUnavailable => Self::MetaUnavailable { source: "connection refused".into() },
            N::RateLimited => Self::RateLimited {
                limit: Limit { limit: 100, remaining: 0, reset_at: 1_767_229_200, seconds_to_reset: 1_800 },
            },
            N::TooLarge => Self::TooLarge { max_bytes: 1_048_576 },
            N::Unavailable => Self::Unavailable { source: "throttled".into() },
            N::Internal => Self::internal("a secret cause"),
        }
    }
}

fn listed(fields: &[FieldError]) -> String {
    fields.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

fn joined<T: Display>(items: &[T]) -> impl Display {
    struct Joined(String);
    impl Display for Joined {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(&self.0)
        }
    }
    Joined(items.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or "))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_error_has_a_code_of_its_own() {
        let samples = DomainError::samples();
        let codes: HashSet<_> = samples.iter().map(DomainError::code).collect();
        assert_eq!(codes.len(), samples.len());
    }

    #[test]
    fn the_public_text_never_shows_the_cause() {
        assert_eq!(DomainError::internal("password in a query").to_string(), "Internal server error");
    }
}
