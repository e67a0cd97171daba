//! Errors on the wire: `{error, code, message?, details?}`.

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use switchboard_http::Dialect;
use switchboard_model::field::{FieldError, Step};
use switchboard_model::{DomainError, ErrorKind};
use utoipa::ToSchema;

/// An error.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorBody {
    /// What went wrong, in words.
    #[schema(example = "Channel not found")]
    pub error: String,
    /// What went wrong, for programs.
    #[schema(example = "CHANNEL_NOT_FOUND")]
    pub code: String,
    /// More words, where there is more to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The fields that are wrong, where that is the error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<Vec<FieldErrorBody>>,
}

/// A field that is wrong.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldErrorBody {
    /// The way to the field, with dots between its steps; empty for the body as a whole.
    #[schema(example = "actions.0.label")]
    pub field: String,
    /// What is wrong with it.
    #[schema(example = "String should have at least 1 character")]
    pub message: String,
}

/// The answer to an error.
pub(crate) fn response(error: &DomainError) -> Response {
    let status = status(error);
    // Strings always have a JSON form.
    let body = serde_json::to_vec(&body(error)).unwrap_or_default();
    let mut response = (status, [(CONTENT_TYPE, "application/json")], body).into_response();
    let headers = response.headers_mut();
    if let Some(seconds) = error.retry_after() {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let DomainError::RateLimited { limit } = error {
        crate::WorkspaceApi::limit_headers(limit, headers);
    }
    if status == StatusCode::UNAUTHORIZED && code(error) == INVALID_API_KEY {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"API\""));
    }
    response
}

pub(crate) fn body(error: &DomainError) -> ErrorBody {
    use DomainError as E;
    let code = code(error);
    let (text, message, details) = match error {
        E::Invalid { fields } => {
            ("Invalid request body".to_owned(), None, Some(fields.iter().map(FieldErrorBody::from).collect()))
        }
        E::RateLimited { limit } => {
            let message = format!("Rate limit of {} requests per {} exceeded", limit.limit, limit.window);
            ("Rate limit exceeded".to_owned(), Some(message), None)
        }
        other if code == INVALID_API_KEY => {
            let message = match other {
                E::CredentialsMissing => "Send an API token as a bearer token".to_owned(),
                _ => "The API token is invalid, has expired or was revoked".to_owned(),
            };
            ("Invalid API key".to_owned(), Some(message), None)
        }
        other if code == INSUFFICIENT_PERMISSIONS => {
            ("Insufficient permissions".to_owned(), Some(other.to_string()), None)
        }
        E::SignatureInvalid => ("Invalid signature".to_owned(), None, None),
        E::SignatureStale => ("Invalid signature".to_owned(), Some(error.to_string()), None),
        E::WebhookNotFound => ("Webhook not found or inactive".to_owned(), None, None),
        other => (other.to_string(), None, None),
    };
    ErrorBody { error: text, code, message, details }
}

const INVALID_API_KEY: &str = "INVALID_API_KEY";
const INSUFFICIENT_PERMISSIONS: &str = "INSUFFICIENT_PERMISSIONS";
const INVALID_SIGNATURE: &str = "INVALID_SIGNATURE";

/// The code of an error: one of those that are documented or, for what this API's document does not know, the
/// error's own in upper case.
pub fn code(error: &DomainError) -> String {
    use DomainError as E;
    let documented = match error {
        E::Invalid { .. } | E::TooLarge { .. } | E::WebhookUnreadable => "INVALID_REQUEST_BODY",
        E::CredentialsMissing | E::CredentialsInvalid | E::CredentialsExpired | E::SessionEnded => {
            INVALID_API_KEY
        }
        E::RoleRequired { .. }
        | E::GrantRequired { .. }
        | E::UserRequired
        | E::ActionNotAllowed { .. }
        | E::WorkspaceInactive => INSUFFICIENT_PERMISSIONS,
        E::SignatureInvalid | E::SignatureStale => INVALID_SIGNATURE,
        E::WebhookNotFound => "INVALID_WEBHOOK",
        E::RateLimited { .. } => "RATE_LIMIT_EXCEEDED",
        E::RouteNotFound => "NOT_FOUND",
        E::Internal { .. } => "INTERNAL_ERROR",
        other => return other.code().to_uppercase(),
    };
    documented.to_owned()
}

/// Every error has a place by its kind; a few stand elsewhere.
fn status(error: &DomainError) -> StatusCode {
    use DomainError as E;
    match error {
        E::MethodNotAllowed => return StatusCode::METHOD_NOT_ALLOWED,
        E::ActionsExpired | E::AlreadyResponded => return StatusCode::BAD_REQUEST,
        _ => {}
    }
    match error.kind() {
        ErrorKind::Invalid => StatusCode::BAD_REQUEST,
        ErrorKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        ErrorKind::Forbidden => StatusCode::FORBIDDEN,
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::Conflict => StatusCode::CONFLICT,
        ErrorKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorKind::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        ErrorKind::Upstream => StatusCode::BAD_GATEWAY,
        ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl From<&FieldError> for FieldErrorBody {
    fn from(error: &FieldError) -> Self {
        let steps = error.path.iter().map(|step| match step {
            Step::Name(name) => name.clone(),
            Step::Index(index) => index.to_string(),
        });
        Self { field: steps.collect::<Vec<_>>().join("."), message: error.message.clone() }
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
        invalid_input 400 {"error":"Invalid request body","code":"INVALID_REQUEST_BODY","details":[{"field":"email","message":"Invalid email format"}]}
        credentials_missing 401 {"error":"Invalid API key","code":"INVALID_API_KEY","message":"Send an API token as a bearer token"}
        credentials_invalid 401 {"error":"Invalid API key","code":"INVALID_API_KEY","message":"The API token is invalid, has expired or was revoked"}
        credentials_expired 401 {"error":"Invalid API key","code":"INVALID_API_KEY","message":"The API token is invalid, has expired or was revoked"}
        sign_in_refused 401 {"error":"Invalid credentials","code":"SIGN_IN_REFUSED"}
        sign_in_throttled 429 {"error":"Too many sign-in attempts. Please try again later.","code":"SIGN_IN_THROTTLED"}
        sign_up_throttled 429 {"error":"Too many sign-up attempts. Please try again later.","code":"SIGN_UP_THROTTLED"}
        session_ended 401 {"error":"Invalid API key","code":"INVALID_API_KEY","message":"The API token is invalid, has expired or was revoked"}
        signature_invalid 401 {"error":"Invalid signature","code":"INVALID_SIGNATURE"}
        signature_stale 401 {"error":"Invalid signature","code":"INVALID_SIGNATURE","message":"Webhook timestamp is more than 5 minutes from now"}
        webhook_unreadable 400 {"error":"Webhook body is not valid JSON","code":"INVALID_REQUEST_BODY"}
        verification_refused 403 {"error":"Webhook verification failed","code":"VERIFICATION_REFUSED"}
        role_required 403 {"error":"Insufficient permissions","code":"INSUFFICIENT_PERMISSIONS","message":"Insufficient permissions. OWNER or ADMIN role required"}
        user_required 403 {"error":"Insufficient permissions","code":"INSUFFICIENT_PERMISSIONS","message":"Insufficient permissions. This operation needs a user's access token"}
        workspace_not_found 404 {"error":"Workspace not found","code":"WORKSPACE_NOT_FOUND"}
        workspace_inactive 403 {"error":"Insufficient permissions","code":"INSUFFICIENT_PERMISSIONS","message":"Workspace is not active"}
        member_not_found 404 {"error":"Member not found","code":"MEMBER_NOT_FOUND"}
        invitation_not_found 404 {"error":"Invitation not found","code":"INVITATION_NOT_FOUND"}
        phone_number_not_found 404 {"error":"Phone number not found","code":"PHONE_NUMBER_NOT_FOUND"}
        phone_number_inactive 409 {"error":"Phone number is not active","code":"PHONE_NUMBER_INACTIVE"}
        too_many_phone_numbers 409 {"error":"A workspace can have at most 100 phone numbers","code":"TOO_MANY_PHONE_NUMBERS"}
        message_not_found 404 {"error":"Message not found","code":"MESSAGE_NOT_FOUND"}
        conversation_not_found 404 {"error":"Conversation not found","code":"CONVERSATION_NOT_FOUND"}
        window_closed 409 {"error":"The customer has not written within the last 24 hours. Send a template message instead.","code":"WINDOW_CLOSED"}
        media_not_found 404 {"error":"Media not found","code":"MEDIA_NOT_FOUND"}
        media_incomplete 409 {"error":"Media has not been uploaded completely","code":"MEDIA_INCOMPLETE"}
        media_type_refused 400 {"error":"image/svg+xml files can't be sent by WhatsApp. Allowed are image/jpeg, image/png","code":"MEDIA_TYPE_REFUSED"}
        upload_too_large 413 {"error":"File is too large for a direct upload: at most 4000000 bytes are allowed. Ask for an upload URL with POST /api/media/uploads instead.","code":"UPLOAD_TOO_LARGE"}
        template_not_found 404 {"error":"Template not found","code":"TEMPLATE_NOT_FOUND"}
        template_taken 409 {"error":"A template with this name and language already exists","code":"TEMPLATE_TAKEN"}
        template_not_approved 409 {"error":"Template is not approved by Meta: it is PENDING","code":"TEMPLATE_NOT_APPROVED"}
        template_locked 409 {"error":"Template can't be changed now: it is under review","code":"TEMPLATE_LOCKED"}
        account_unknown 409 {"error":"The phone number has no WhatsApp business account. Register it with its business_id.","code":"ACCOUNT_UNKNOWN"}
        contact_not_found 404 {"error":"Contact not found","code":"CONTACT_NOT_FOUND"}
        contact_taken 409 {"error":"A contact with this phone number already exists","code":"CONTACT_TAKEN"}
        contact_file_refused 400 {"error":"The file can't be imported: it is empty","code":"CONTACT_FILE_REFUSED"}
        contact_file_too_large 413 {"error":"File is too large for a direct import: at most 4000000 bytes are allowed. Ask for an upload URL with POST /api/contacts/imports/uploads instead.","code":"CONTACT_FILE_TOO_LARGE"}
        contact_file_incomplete 409 {"error":"The file has not been uploaded completely","code":"CONTACT_FILE_INCOMPLETE"}
        import_not_found 404 {"error":"Import not found","code":"IMPORT_NOT_FOUND"}
        campaign_not_found 404 {"error":"Campaign not found","code":"CAMPAIGN_NOT_FOUND"}
        campaign_state 409 {"error":"Campaign can't be started while it is completed","code":"CAMPAIGN_STATE"}
        campaign_unready 409 {"error":"Campaign can't be started: it has no template","code":"CAMPAIGN_UNREADY"}
        grant_required 403 {"error":"Insufficient permissions","code":"INSUFFICIENT_PERMISSIONS","message":"This operation requires the permission write:channels"}
        api_token_not_found 404 {"error":"API token not found","code":"API_TOKEN_NOT_FOUND"}
        too_many_api_tokens 409 {"error":"A workspace can have at most 100 API tokens","code":"TOO_MANY_API_TOKENS"}
        channel_not_found 404 {"error":"Channel not found","code":"CHANNEL_NOT_FOUND"}
        too_many_channels 409 {"error":"A workspace can have at most 1000 channels","code":"TOO_MANY_CHANNELS"}
        department_not_found 404 {"error":"Department not found","code":"DEPARTMENT_NOT_FOUND"}
        too_many_departments 409 {"error":"A workspace can have at most 1000 departments","code":"TOO_MANY_DEPARTMENTS"}
        manager_not_found 404 {"error":"Manager not found in workspace","code":"MANAGER_NOT_FOUND"}
        action_not_found 404 {"error":"Action not found","code":"ACTION_NOT_FOUND"}
        actions_expired 400 {"error":"The actions of this message have expired","code":"ACTIONS_EXPIRED"}
        already_responded 400 {"error":"You have already responded to this action","code":"ALREADY_RESPONDED"}
        webhook_not_found 404 {"error":"Webhook not found or inactive","code":"INVALID_WEBHOOK"}
        too_many_webhooks 409 {"error":"A workspace can have at most 50 webhooks","code":"TOO_MANY_WEBHOOKS"}
        action_not_allowed 403 {"error":"Insufficient permissions","code":"INSUFFICIENT_PERMISSIONS","message":"This webhook may not add_member"}
        delivery_repeated 409 {"error":"This delivery was received before","code":"DELIVERY_REPEATED"}
        idempotency_key_reused 409 {"error":"The idempotency key was used for another request","code":"IDEMPOTENCY_KEY_REUSED"}
        webhook_disabled 409 {"error":"Webhook is disabled","code":"WEBHOOK_DISABLED"}
        delivery_not_found 404 {"error":"Delivery not found","code":"DELIVERY_NOT_FOUND"}
        route_not_found 404 {"error":"Not Found","code":"NOT_FOUND"}
        method_not_allowed 405 {"error":"Method Not Allowed","code":"METHOD_NOT_ALLOWED"}
        email_taken 409 {"error":"Email already registered","code":"EMAIL_TAKEN"}
        already_member 409 {"error":"User is already a member of this workspace","code":"ALREADY_MEMBER"}
        too_many_members 409 {"error":"A workspace can have at most 1000 members","code":"TOO_MANY_MEMBERS"}
        last_owner 409 {"error":"A workspace must keep at least one OWNER","code":"LAST_OWNER"}
        meta_number_taken 409 {"error":"Phone number is already registered","code":"META_NUMBER_TAKEN"}
        contested 409 {"error":"The resource was changed by another request. Please try again.","code":"CONTESTED"}
        provider_not_configured 400 {"error":"Authentication provider 'Google' is not configured","code":"PROVIDER_NOT_CONFIGURED"}
        meta_refused 400 {"error":"Meta rejected the request: the access token has expired","code":"META_REFUSED"}
        token_lacks_permission 400 {"error":"The access token lacks the permission whatsapp_business_messaging","code":"TOKEN_LACKS_PERMISSION"}
        meta_unavailable 502 {"error":"WhatsApp is unavailable at the moment. Please try again later.","code":"META_UNAVAILABLE"}
        rate_limited 429 {"error":"Rate limit exceeded","code":"RATE_LIMIT_EXCEEDED","message":"Rate limit of 100 requests per hour exceeded"}
        too_large 413 {"error":"Request body is too large: at most 1048576 bytes are allowed","code":"INVALID_REQUEST_BODY"}
        unavailable 503 {"error":"Service temporarily unavailable. Please try again later.","code":"UNAVAILABLE"}
        internal 500 {"error":"Internal server error","code":"INTERNAL_ERROR"}
        "#);
    }

    #[test]
    fn headers_say_when_to_come_again_and_how_to_sign_in() {
        let limited =
            DomainError::samples().into_iter().find(|error| error.code() == "rate_limited").unwrap();
        let limited = response(&limited);
        let refused = response(&DomainError::CredentialsMissing);
        let header = |response: &Response, name: &str| response.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header(&limited, "retry-after"), "1800");
        assert_eq!(header(&limited, "x-ratelimit-remaining"), "0");
        assert_eq!(header(&refused, "www-authenticate"), "Bearer realm=\"API\"");
    }
}
