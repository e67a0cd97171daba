//! The code and the kind of every error.

use super::DomainError;

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

impl DomainError {
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
            E::SignUpThrottled { .. } => "sign_up_throttled",
            E::SessionEnded => "session_ended",
            E::SignatureInvalid => "signature_invalid",
            E::SignatureStale => "signature_stale",
            E::WebhookUnreadable => "webhook_unreadable",
            E::VerificationRefused => "verification_refused",
            E::RoleRequired { .. } => "role_required",
            E::UserRequired => "user_required",
            E::WorkspaceNotFound => "workspace_not_found",
            E::WorkspaceInactive => "workspace_inactive",
            E::MemberNotFound => "member_not_found",
            E::InvitationNotFound => "invitation_not_found",
            E::PhoneNumberNotFound => "phone_number_not_found",
            E::PhoneNumberInactive => "phone_number_inactive",
            E::TooManyPhoneNumbers { .. } => "too_many_phone_numbers",
            E::MessageNotFound => "message_not_found",
            E::ConversationNotFound => "conversation_not_found",
            E::WindowClosed => "window_closed",
            E::MediaNotFound => "media_not_found",
            E::MediaIncomplete => "media_incomplete",
            E::MediaTypeRefused { .. } => "media_type_refused",
            E::UploadTooLarge { .. } => "upload_too_large",
            E::TemplateNotFound => "template_not_found",
            E::TemplateTaken => "template_taken",
            E::TemplateNotApproved { .. } => "template_not_approved",
            E::TemplateLocked { .. } => "template_locked",
            E::AccountUnknown => "account_unknown",
            E::ContactNotFound => "contact_not_found",
            E::ContactTaken => "contact_taken",
            E::ContactFileRefused { .. } => "contact_file_refused",
            E::ContactFileTooLarge { .. } => "contact_file_too_large",
            E::ContactFileIncomplete => "contact_file_incomplete",
            E::ImportNotFound => "import_not_found",
            E::CampaignNotFound => "campaign_not_found",
            E::CampaignState { .. } => "campaign_state",
            E::CampaignUnready { .. } => "campaign_unready",
            E::GrantRequired { .. } => "grant_required",
            E::ApiTokenNotFound => "api_token_not_found",
            E::TooManyApiTokens { .. } => "too_many_api_tokens",
            E::ChannelNotFound => "channel_not_found",
            E::TooManyChannels { .. } => "too_many_channels",
            E::DepartmentNotFound => "department_not_found",
            E::TooManyDepartments { .. } => "too_many_departments",
            E::ManagerNotFound => "manager_not_found",
            E::ActionNotFound => "action_not_found",
            E::ActionsExpired => "actions_expired",
            E::AlreadyResponded => "already_responded",
            E::WebhookNotFound => "webhook_not_found",
            E::TooManyWebhooks { .. } => "too_many_webhooks",
            E::ActionNotAllowed { .. } => "action_not_allowed",
            E::DeliveryRepeated => "delivery_repeated",
            E::IdempotencyKeyReused => "idempotency_key_reused",
            E::WebhookDisabled => "webhook_disabled",
            E::DeliveryNotFound => "delivery_not_found",
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
            | E::MediaTypeRefused { .. }
            | E::ContactFileRefused { .. }
            | E::WebhookUnreadable
            | E::ProviderNotConfigured { .. }
            | E::MetaRefused { .. }
            | E::TokenLacksPermission { .. } => ErrorKind::Invalid,
            E::CredentialsMissing
            | E::CredentialsInvalid
            | E::CredentialsExpired
            | E::SignInRefused
            | E::SessionEnded
            | E::SignatureInvalid
            | E::SignatureStale => ErrorKind::Unauthenticated,
            E::VerificationRefused
            | E::RoleRequired { .. }
            | E::GrantRequired { .. }
            | E::UserRequired
            | E::ActionNotAllowed { .. }
            | E::WorkspaceInactive => ErrorKind::Forbidden,
            E::WorkspaceNotFound
            | E::MemberNotFound
            | E::InvitationNotFound
            | E::PhoneNumberNotFound
            | E::MessageNotFound
            | E::ConversationNotFound
            | E::MediaNotFound
            | E::TemplateNotFound
            | E::ContactNotFound
            | E::ImportNotFound
            | E::CampaignNotFound
            | E::ApiTokenNotFound
            | E::ChannelNotFound
            | E::DepartmentNotFound
            | E::ManagerNotFound
            | E::ActionNotFound
            | E::WebhookNotFound
            | E::DeliveryNotFound
            | E::RouteNotFound
            | E::MethodNotAllowed => ErrorKind::NotFound,
            E::PhoneNumberInactive
            | E::TooManyPhoneNumbers { .. }
            | E::TooManyApiTokens { .. }
            | E::TooManyChannels { .. }
            | E::TooManyDepartments { .. }
            | E::ActionsExpired
            | E::AlreadyResponded
            | E::EmailTaken
            | E::AlreadyMember
            | E::TooManyMembers { .. }
            | E::LastOwner
            | E::MetaNumberTaken
            | E::WindowClosed
            | E::MediaIncomplete
            | E::TemplateTaken
            | E::TemplateNotApproved { .. }
            | E::TemplateLocked { .. }
            | E::AccountUnknown
            | E::ContactTaken
            | E::ContactFileIncomplete
            | E::CampaignState { .. }
            | E::CampaignUnready { .. }
            | E::TooManyWebhooks { .. }
            | E::WebhookDisabled
            | E::DeliveryRepeated
            | E::IdempotencyKeyReused
            | E::Contested => ErrorKind::Conflict,
            E::TooLarge { .. } | E::UploadTooLarge { .. } | E::ContactFileTooLarge { .. } => {
                ErrorKind::TooLarge
            }
            E::SignInThrottled { .. } | E::SignUpThrottled { .. } | E::RateLimited { .. } => {
                ErrorKind::RateLimited
            }
            E::MetaUnavailable { .. } => ErrorKind::Upstream,
            E::Unavailable { .. } => ErrorKind::Unavailable,
            E::Internal { .. } => ErrorKind::Internal,
        }
    }

    /// Seconds after which the same request may succeed, where that is known.
    pub fn retry_after(&self) -> Option<u32> {
        match self {
            Self::SignInThrottled { retry_after } | Self::SignUpThrottled { retry_after } => {
                Some(*retry_after)
            }
            Self::RateLimited { limit } => Some(limit.seconds_to_reset),
            Self::Unavailable { .. } => Some(1),
            _ => None,
        }
    }
}
