//! One of every error.

use super::{DomainError, DomainErrorName};
use crate::access::Role;
use crate::field::FieldError;
use crate::incoming_webhook::IncomingAction;
use crate::plan::{Limit, Window};

impl DomainError {
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
            N::SignUpThrottled => Self::SignUpThrottled { retry_after: 60 },
            N::SessionEnded => Self::SessionEnded,
            N::SignatureInvalid => Self::SignatureInvalid,
            N::SignatureStale => Self::SignatureStale,
            N::WebhookUnreadable => Self::WebhookUnreadable,
            N::VerificationRefused => Self::VerificationRefused,
            N::RoleRequired => Self::RoleRequired { allowed: &[Role::Owner, Role::Admin] },
            N::UserRequired => Self::UserRequired,
            N::WorkspaceNotFound => Self::WorkspaceNotFound,
            N::WorkspaceInactive => Self::WorkspaceInactive,
            N::MemberNotFound => Self::MemberNotFound,
            N::InvitationNotFound => Self::InvitationNotFound,
            N::PhoneNumberNotFound => Self::PhoneNumberNotFound,
            N::PhoneNumberInactive => Self::PhoneNumberInactive,
            N::TooManyPhoneNumbers => Self::TooManyPhoneNumbers { max: 100 },
            N::MessageNotFound => Self::MessageNotFound,
            N::ConversationNotFound => Self::ConversationNotFound,
            N::WindowClosed => Self::WindowClosed,
            N::MediaNotFound => Self::MediaNotFound,
            N::MediaIncomplete => Self::MediaIncomplete,
            N::MediaTypeRefused => {
                Self::MediaTypeRefused { found: "image/svg+xml".to_owned(), allowed: "image/jpeg, image/png" }
            }
            N::UploadTooLarge => Self::UploadTooLarge { max_bytes: 4_000_000 },
            N::TemplateNotFound => Self::TemplateNotFound,
            N::TemplateTaken => Self::TemplateTaken,
            N::TemplateNotApproved => Self::TemplateNotApproved { status: "PENDING" },
            N::TemplateLocked => Self::TemplateLocked { reason: "it is under review".to_owned() },
            N::AccountUnknown => Self::AccountUnknown,
            N::ContactNotFound => Self::ContactNotFound,
            N::ContactTaken => Self::ContactTaken,
            N::ContactFileRefused => Self::ContactFileRefused { reason: "it is empty".to_owned() },
            N::ContactFileTooLarge => Self::ContactFileTooLarge { max_bytes: 4_000_000 },
            N::ContactFileIncomplete => Self::ContactFileIncomplete,
            N::ImportNotFound => Self::ImportNotFound,
            N::CampaignNotFound => Self::CampaignNotFound,
            N::CampaignState => Self::CampaignState { operation: "started", status: "completed" },
            N::CampaignUnready => Self::CampaignUnready { reason: "it has no template".to_owned() },
            N::GrantRequired => Self::GrantRequired { grant: crate::api_token::Grant::WriteChannels },
            N::ApiTokenNotFound => Self::ApiTokenNotFound,
            N::TooManyApiTokens => Self::TooManyApiTokens { max: 100 },
            N::ChannelNotFound => Self::ChannelNotFound,
            N::TooManyChannels => Self::TooManyChannels { max: 1_000 },
            N::DepartmentNotFound => Self::DepartmentNotFound,
            N::TooManyDepartments => Self::TooManyDepartments { max: 1_000 },
            N::ManagerNotFound => Self::ManagerNotFound,
            N::ActionNotFound => Self::ActionNotFound,
            N::ActionsExpired => Self::ActionsExpired,
            N::AlreadyResponded => Self::AlreadyResponded,
            N::WebhookNotFound => Self::WebhookNotFound,
            N::TooManyWebhooks => Self::TooManyWebhooks { max: 50 },
            N::ActionNotAllowed => Self::ActionNotAllowed { action: IncomingAction::AddMember },
            N::DeliveryRepeated => Self::DeliveryRepeated,
            N::IdempotencyKeyReused => Self::IdempotencyKeyReused,
            N::WebhookDisabled => Self::WebhookDisabled,
            N::DeliveryNotFound => Self::DeliveryNotFound,
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
                limit: Limit {
                    window: Window::Hour,
                    limit: 100,
                    remaining: 0,
                    reset_at: 1_767_229_200,
                    seconds_to_reset: 1_800,
                },
            },
            N::TooLarge => Self::TooLarge { max_bytes: 1_048_576 },
            N::Unavailable => Self::Unavailable { source: "throttled".into() },
            N::Internal => Self::internal("a secret cause"),
        }
    }
}
