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
            let message = format!("Rate limit of {} requests per hour exceeded", limit.limit);
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
        other => (other.to_string(), None, None),
    };
    ErrorBody { error: text, code, message, details }
}

const INVALID_API_KEY: &str = "INVALID_API_KEY";
const INSUFFICIENT_PERMISSIONS: &str = "INSUFFICIENT_PERMISSIONS";

/// The code of an error: one of those that are documented or, for what this API's document does not know, the
/// error's own in upper case.
pub fn code(error: &DomainError) -> String {
    use DomainError as E;
    let documented = match error {
        E::Invalid { .. } | E::TooLarge { .. } | E::WebhookUnreadable => "INVALID_REQUEST_BODY",
        E::CredentialsMissing | E::CredentialsInvalid | E::CredentialsExpired | E::SessionEnded => {
            INVALID_API_KEY
        }
        E::RoleRequired { .. } | E::GrantRequired { .. } | E::UserRequired | E::WorkspaceInactive => {
            INSUFFICIENT_PERMISSIONS
        }
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
        insta::assert_snapshot!(table, @"");
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
