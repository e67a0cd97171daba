//! Everything that can be told to a client, independent of any dialect.
//!
//! To add an error: add the variant with typed data, give it a code and a kind in `kind.rs` and a sample in `sample.rs`, then let the
//! compiler show you the table of every dialect.

mod kind;
mod sample;

use std::fmt::{self, Display};

use strum::{EnumDiscriminants, EnumIter, IntoStaticStr};

use crate::access::Role;
use crate::api_token::Grant;
use crate::field::FieldError;
use crate::incoming_webhook::IncomingAction;
use crate::plan::Limit;

pub use kind::ErrorKind;

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
    /// Too many accounts were made from one address.
    #[error("Too many sign-up attempts. Please try again later.")]
    SignUpThrottled {
        /// Seconds until the next attempt is allowed.
        retry_after: u32,
    },
    /// The refresh token is unknown or expired, was used before, or its session has ended.
    #[error("Refresh token is invalid or has been used")]
    SessionEnded,
    /// A webhook's signature is missing or wrong.
    #[error("Invalid webhook signature")]
    SignatureInvalid,
    /// The time that a webhook's sender tells is too far from ours.
    #[error("Webhook timestamp is more than 5 minutes from now")]
    SignatureStale,
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
    /// The invitation is unknown, of somebody else, replaced, or taken up already.
    #[error("Invitation not found")]
    InvitationNotFound,
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
    /// No such conversation.
    #[error("Conversation not found")]
    ConversationNotFound,
    /// Free-form messages may only follow a customer's message within 24 hours (Meta, customer service window).
    #[error("The customer has not written within the last 24 hours. Send a template message instead.")]
    WindowClosed,
    /// No such media file.
    #[error("Media not found")]
    MediaNotFound,
    /// The file is announced, but it is not there yet, or not as it was announced.
    #[error("Media has not been uploaded completely")]
    MediaIncomplete,
    /// The file is of a type that WhatsApp does not take.
    #[error("{found} files can't be sent by WhatsApp. Allowed are {allowed}")]
    MediaTypeRefused {
        /// What the file's bytes say it is.
        found: String,
        /// The types that WhatsApp takes.
        allowed: &'static str,
    },
    /// The file does not fit through the API; it can be uploaded in two steps.
    #[error(
        "File is too large for a direct upload: at most {max_bytes} bytes are allowed. Ask for an upload URL with POST /api/media/uploads instead."
    )]
    UploadTooLarge {
        /// The most bytes that fit through the API.
        max_bytes: u64,
    },
    /// No such template.
    #[error("Template not found")]
    TemplateNotFound,
    /// The account has a template of this name and language.
    #[error("A template with this name and language already exists")]
    TemplateTaken,
    /// The template can't be sent in its state.
    #[error("Template is not approved by Meta: it is {status}")]
    TemplateNotApproved {
        /// Its status.
        status: &'static str,
    },
    /// Meta does not let the template be changed in its state.
    #[error("Template can't be changed now: {reason}")]
    TemplateLocked {
        /// Why.
        reason: String,
    },
    /// The phone number's WhatsApp business account is not known.
    #[error("The phone number has no WhatsApp business account. Register it with its business_id.")]
    AccountUnknown,
    /// No such contact.
    #[error("Contact not found")]
    ContactNotFound,
    /// The workspace has a contact with this number.
    #[error("A contact with this phone number already exists")]
    ContactTaken,
    /// A file of contacts can't be read.
    #[error("The file can't be imported: {reason}")]
    ContactFileRefused {
        /// What is wrong with it.
        reason: String,
    },
    /// A file of contacts does not fit through the API; it can be uploaded by itself.
    #[error(
        "File is too large for a direct import: at most {max_bytes} bytes are allowed. Ask for an upload URL with POST /api/contacts/imports/uploads instead."
    )]
    ContactFileTooLarge {
        /// The most bytes that fit through the API.
        max_bytes: u64,
    },
    /// The file of an import has not been uploaded, or not as it was announced.
    #[error("The file has not been uploaded completely")]
    ContactFileIncomplete,
    /// No such import of contacts.
    #[error("Import not found")]
    ImportNotFound,
    /// No such campaign.
    #[error("Campaign not found")]
    CampaignNotFound,
    /// The campaign's status does not allow this.
    #[error("Campaign can't be {operation} while it is {status}")]
    CampaignState {
        /// What was asked for.
        operation: &'static str,
        /// The campaign's status.
        status: &'static str,
    },
    /// Something is missing before the campaign can start.
    #[error("Campaign can't be started: {reason}")]
    CampaignUnready {
        /// What is missing.
        reason: String,
    },
    /// The API token does not have the permission.
    #[error("This operation requires the permission {grant}")]
    GrantRequired {
        /// The permission.
        grant: Grant,
    },
    /// No such API token.
    #[error("API token not found")]
    ApiTokenNotFound,
    /// The workspace has as many API tokens as it may.
    #[error("A workspace can have at most {max} API tokens")]
    TooManyApiTokens {
        /// The most a workspace may have.
        max: u32,
    },
    /// No such channel.
    #[error("Channel not found")]
    ChannelNotFound,
    /// The workspace has as many channels as it may.
    #[error("A workspace can have at most {max} channels")]
    TooManyChannels {
        /// The most a workspace may have.
        max: u32,
    },
    /// No such department.
    #[error("Department not found")]
    DepartmentNotFound,
    /// The workspace has as many departments as it may.
    #[error("A workspace can have at most {max} departments")]
    TooManyDepartments {
        /// The most a workspace may have.
        max: u32,
    },
    /// Who is to manage a department is no member of the workspace.
    #[error("Manager not found in workspace")]
    ManagerNotFound,
    /// The message has no such action.
    #[error("Action not found")]
    ActionNotFound,
    /// The message's actions can't be chosen any longer.
    #[error("The actions of this message have expired")]
    ActionsExpired,
    /// The person has chosen this action before.
    #[error("You have already responded to this action")]
    AlreadyResponded,
    /// There is no such webhook in the workspace.
    #[error("Webhook not found")]
    WebhookNotFound,
    /// The workspace has as many webhooks as it may have.
    #[error("A workspace can have at most {max} webhooks")]
    TooManyWebhooks {
        /// The most webhooks.
        max: usize,
    },
    /// The incoming webhook may not do this.
    #[error("This webhook may not {action}")]
    ActionNotAllowed {
        /// What it may not do.
        action: IncomingAction,
    },
    /// The delivery was carried out before.
    #[error("This delivery was received before")]
    DeliveryRepeated,
    /// Another request came with the same key.
    #[error("The idempotency key was used for another request")]
    IdempotencyKeyReused,
    /// The webhook is told nothing.
    #[error("Webhook is disabled")]
    WebhookDisabled,
    /// There is no such delivery to the webhook, or no longer.
    #[error("Delivery not found")]
    DeliveryNotFound,
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
