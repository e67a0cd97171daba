//! Errors on the wire: `{"detail": "…"}`, or a list with `loc` for validation.

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use switchboard_http::Dialect;
use switchboard_model::DomainError;
use switchboard_model::field::{FieldError, Part, Reason, Step};
use utoipa::ToSchema;

/// An error in words.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorBody {
    /// What went wrong.
    pub detail: String,
}

/// An error that names the fields that are wrong.
#[derive(Debug, Serialize, ToSchema)]
pub struct ValidationErrorBody {
    /// One entry a field.
    pub detail: Vec<FieldErrorBody>,
}

/// A field that is wrong.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldErrorBody {
    /// The way to the field, from the part of the request it is in.
    #[schema(value_type = Vec<String>)]
    pub loc: Vec<Location>,
    /// What is wrong with it.
    pub msg: String,
    /// What sort of error it is.
    #[serde(rename = "type")]
    pub kind: &'static str,
}

/// One step of `loc`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Location {
    /// A name.
    Name(String),
    /// A place in an array.
    Index(usize),
}

/// The answer to an error.
pub(crate) fn response(error: &DomainError) -> Response {
    let status = status(error);
    let body = match error {
        DomainError::Invalid { fields } => serde_json::to_vec(&ValidationErrorBody {
            detail: fields.iter().map(FieldErrorBody::from).collect(),
        }),
        other => serde_json::to_vec(&ErrorBody { detail: other.to_string() }),
    };
    // Strings and numbers always have a JSON form.
    let body = body.unwrap_or_default();
    let mut response = (status, [(CONTENT_TYPE, "application/json")], body).into_response();
    let headers = response.headers_mut();
    if let Some(seconds) = error.retry_after() {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let DomainError::RateLimited { limit } = error {
        crate::WhatsApp::limit_headers(limit, headers);
    }
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

fn status(error: &DomainError) -> StatusCode {
    use DomainError as E;
    match error {
        E::Invalid { .. } | E::ProviderNotConfigured { .. } | E::ContactFileRefused { .. } => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        E::CredentialsMissing
        | E::CredentialsInvalid
        | E::CredentialsExpired
        | E::SignInRefused
        | E::SessionEnded
        | E::SignatureInvalid
        | E::SignatureStale => StatusCode::UNAUTHORIZED,
        E::RoleRequired { .. }
        | E::GrantRequired { .. }
        | E::UserRequired
        | E::VerificationRefused
        | E::ActionNotAllowed { .. }
        | E::WorkspaceInactive => StatusCode::FORBIDDEN,
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
        | E::RouteNotFound => StatusCode::NOT_FOUND,
        E::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        E::MetaRefused { .. } | E::TokenLacksPermission { .. } | E::LastOwner | E::WebhookUnreadable => {
            StatusCode::BAD_REQUEST
        }
        E::EmailTaken
        | E::AlreadyMember
        | E::MetaNumberTaken
        | E::Contested
        | E::PhoneNumberInactive
        | E::TooManyPhoneNumbers { .. }
        | E::TooManyApiTokens { .. }
        | E::TooManyChannels { .. }
        | E::TooManyDepartments { .. }
        | E::ActionsExpired
        | E::AlreadyResponded
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
        | E::TooManyMembers { .. } => StatusCode::CONFLICT,
        E::TooLarge { .. } | E::UploadTooLarge { .. } | E::ContactFileTooLarge { .. } => {
            StatusCode::PAYLOAD_TOO_LARGE
        }
        E::MediaTypeRefused { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        E::RateLimited { .. } | E::SignInThrottled { .. } | E::SignUpThrottled { .. } => {
            StatusCode::TOO_MANY_REQUESTS
        }
        E::MetaUnavailable { .. } => StatusCode::BAD_GATEWAY,
        E::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
        E::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl From<&FieldError> for FieldErrorBody {
    fn from(error: &FieldError) -> Self {
        let part = match error.part {
            Part::Body => "body",
            Part::Query => "query",
            Part::Path => "path",
            Part::Header => "header",
        };
        let steps = error.path.iter().map(|step| match step {
            Step::Name(name) => Location::Name(name.clone()),
            Step::Index(index) => Location::Index(*index),
        });
        Self {
            loc: std::iter::once(Location::Name(part.to_owned())).chain(steps).collect(),
            msg: error.message.clone(),
            kind: kind(error.reason),
        }
    }
}

fn kind(reason: Reason) -> &'static str {
    match reason {
        Reason::Missing => "missing",
        Reason::WrongType => "type_error",
        Reason::Malformed => "json_invalid",
        Reason::TooShort => "string_too_short",
        Reason::TooLong => "string_too_long",
        Reason::OutOfRange => "out_of_range",
        Reason::NotAllowed => "enum",
        Reason::BadValue => "value_error",
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use http_body_util::BodyExt;

    use super::*;

    #[tokio::test]
    async fn every_error_has_its_reviewed_place_in_the_table() {
        let mut table = String::new();
        for error in DomainError::samples() {
            let response = response(&error);
            let status = response.status().as_u16();
            let body = response.into_body().collect().await.unwrap().to_bytes();
            writeln!(table, "{} {status} {}", error.code(), String::from_utf8_lossy(&body)).unwrap();
        }
        insta::assert_snapshot!(table, @r#"
        invalid_input 422 {"detail":[{"loc":["body","email"],"msg":"Invalid email format","type":"value_error"}]}
        credentials_missing 401 {"detail":"Not authenticated"}
        credentials_invalid 401 {"detail":"Invalid authentication credentials"}
        credentials_expired 401 {"detail":"Access token has expired"}
        sign_in_refused 401 {"detail":"Invalid credentials"}
        sign_in_throttled 429 {"detail":"Too many sign-in attempts. Please try again later."}
        sign_up_throttled 429 {"detail":"Too many sign-up attempts. Please try again later."}
        session_ended 401 {"detail":"Refresh token is invalid or has been used"}
        signature_invalid 401 {"detail":"Invalid webhook signature"}
        signature_stale 401 {"detail":"Webhook timestamp is more than 5 minutes from now"}
        webhook_unreadable 400 {"detail":"Webhook body is not valid JSON"}
        verification_refused 403 {"detail":"Webhook verification failed"}
        role_required 403 {"detail":"Insufficient permissions. OWNER or ADMIN role required"}
        user_required 403 {"detail":"Insufficient permissions. This operation needs a user's access token"}
        workspace_not_found 404 {"detail":"Workspace not found"}
        workspace_inactive 403 {"detail":"Workspace is not active"}
        member_not_found 404 {"detail":"Member not found"}
        invitation_not_found 404 {"detail":"Invitation not found"}
        phone_number_not_found 404 {"detail":"Phone number not found"}
        phone_number_inactive 409 {"detail":"Phone number is not active"}
        too_many_phone_numbers 409 {"detail":"A workspace can have at most 100 phone numbers"}
        message_not_found 404 {"detail":"Message not found"}
        conversation_not_found 404 {"detail":"Conversation not found"}
        window_closed 409 {"detail":"The customer has not written within the last 24 hours. Send a template message instead."}
        media_not_found 404 {"detail":"Media not found"}
        media_incomplete 409 {"detail":"Media has not been uploaded completely"}
        media_type_refused 415 {"detail":"image/svg+xml files can't be sent by WhatsApp. Allowed are image/jpeg, image/png"}
        upload_too_large 413 {"detail":"File is too large for a direct upload: at most 4000000 bytes are allowed. Ask for an upload URL with POST /api/media/uploads instead."}
        template_not_found 404 {"detail":"Template not found"}
        template_taken 409 {"detail":"A template with this name and language already exists"}
        template_not_approved 409 {"detail":"Template is not approved by Meta: it is PENDING"}
        template_locked 409 {"detail":"Template can't be changed now: it is under review"}
        account_unknown 409 {"detail":"The phone number has no WhatsApp business account. Register it with its business_id."}
        contact_not_found 404 {"detail":"Contact not found"}
        contact_taken 409 {"detail":"A contact with this phone number already exists"}
        contact_file_refused 422 {"detail":"The file can't be imported: it is empty"}
        contact_file_too_large 413 {"detail":"File is too large for a direct import: at most 4000000 bytes are allowed. Ask for an upload URL with POST /api/contacts/imports/uploads instead."}
        contact_file_incomplete 409 {"detail":"The file has not been uploaded completely"}
        import_not_found 404 {"detail":"Import not found"}
        campaign_not_found 404 {"detail":"Campaign not found"}
        campaign_state 409 {"detail":"Campaign can't be started while it is completed"}
        campaign_unready 409 {"detail":"Campaign can't be started: it has no template"}
        grant_required 403 {"detail":"This operation requires the permission write:channels"}
        api_token_not_found 404 {"detail":"API token not found"}
        too_many_api_tokens 409 {"detail":"A workspace can have at most 100 API tokens"}
        channel_not_found 404 {"detail":"Channel not found"}
        too_many_channels 409 {"detail":"A workspace can have at most 1000 channels"}
        department_not_found 404 {"detail":"Department not found"}
        too_many_departments 409 {"detail":"A workspace can have at most 1000 departments"}
        manager_not_found 404 {"detail":"Manager not found in workspace"}
        action_not_found 404 {"detail":"Action not found"}
        actions_expired 409 {"detail":"The actions of this message have expired"}
        already_responded 409 {"detail":"You have already responded to this action"}
        webhook_not_found 404 {"detail":"Webhook not found"}
        too_many_webhooks 409 {"detail":"A workspace can have at most 50 webhooks"}
        action_not_allowed 403 {"detail":"This webhook may not add_member"}
        delivery_repeated 409 {"detail":"This delivery was received before"}
        idempotency_key_reused 409 {"detail":"The idempotency key was used for another request"}
        webhook_disabled 409 {"detail":"Webhook is disabled"}
        delivery_not_found 404 {"detail":"Delivery not found"}
        route_not_found 404 {"detail":"Not Found"}
        method_not_allowed 405 {"detail":"Method Not Allowed"}
        email_taken 409 {"detail":"Email already registered"}
        already_member 409 {"detail":"User is already a member of this workspace"}
        too_many_members 409 {"detail":"A workspace can have at most 1000 members"}
        last_owner 400 {"detail":"A workspace must keep at least one OWNER"}
        meta_number_taken 409 {"detail":"Phone number is already registered"}
        contested 409 {"detail":"The resource was changed by another request. Please try again."}
        provider_not_configured 422 {"detail":"Authentication provider 'Google' is not configured"}
        meta_refused 400 {"detail":"Meta rejected the request: the access token has expired"}
        token_lacks_permission 400 {"detail":"The access token lacks the permission whatsapp_business_messaging"}
        meta_unavailable 502 {"detail":"WhatsApp is unavailable at the moment. Please try again later."}
        rate_limited 429 {"detail":"Rate limit exceeded. Please try again later."}
        too_large 413 {"detail":"Request body is too large: at most 1048576 bytes are allowed"}
        unavailable 503 {"detail":"Service temporarily unavailable. Please try again later."}
        internal 500 {"detail":"Internal server error"}
        "#);
    }
}
