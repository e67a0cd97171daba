//! What goes wrong: Graph's own errors, and the answers that are no errors of Graph's at all.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use serde_json::{Value, json};

use crate::codes::{self, GraphCode};
use crate::ids;

/// Marks a response that must never reach the caller: the connection is closed instead.
#[derive(Clone, Copy, Debug)]
pub struct DropConnection;

/// The code a call was refused with, kept on the response for the counters and the log.
#[derive(Clone, Debug)]
pub struct Refused(pub String);

/// An error object as Graph answers it, boxed for its size.
#[derive(Clone, Debug)]
pub struct GraphError(Box<Parts>);

#[derive(Clone, Debug)]
struct Parts {
    row: GraphCode,
    kind: &'static str,
    message: Option<String>,
    details: Option<String>,
    subcode: Option<u32>,
    user_text: Option<(String, String)>,
}

impl GraphError {
    /// The error of a catalogued code; a code outside the catalogue becomes 131000.
    pub fn of(code: u32) -> Self {
        let fallback = GraphCode { code: 131_000, http: 500, title: "Something went wrong", subcode: None };
        let row = codes::lookup(code).unwrap_or(fallback);
        let (kind, message, details, user_text) = ("OAuthException", None, None, None);
        Self(Box::new(Parts { row, kind, message, details, subcode: row.subcode, user_text }))
    }

    /// Code 100 with a message of its own.
    pub fn parameter(message: impl Into<String>) -> Self {
        let mut error = Self::of(100);
        error.0.message = Some(message.into());
        error
    }

    /// Code 100 with a subcode and texts for people, as template creation answers.
    pub fn template(subcode: u32, title: &str, message: impl Into<String>) -> Self {
        let mut error = Self::of(100);
        error.0.subcode = Some(subcode);
        error.0.user_text = Some((title.to_owned(), message.into()));
        error
    }

    /// Code 100, subcode 33: there is no such object, or not for this method.
    pub fn unknown_object(id: &str) -> Self {
        let mut error =
            Self::parameter(format!("Unsupported request: object '{id}' is unknown or out of reach"));
        error.0.kind = "GraphMethodException";
        error.0.subcode = Some(33);
        error
    }

    /// Code 190 without a subcode: the token is no token.
    pub fn invalid_token(message: &str) -> Self {
        let mut error = Self::of(190);
        error.0.message = Some(message.to_owned());
        error.0.subcode = None;
        error
    }

    /// Adds `error_data.details`.
    pub fn with_details(mut self, details: impl Into<String>) -> Self {
        self.0.details = Some(details.into());
        self
    }

    fn body(&self) -> Value {
        let parts = &self.0;
        let message = parts.message.as_deref().unwrap_or(parts.row.title);
        let details = parts.details.as_deref().unwrap_or(message);
        let mut error = json!({
            "message": format!("(#{}) {message}", parts.row.code),
            "type": parts.kind,
            "code": parts.row.code,
            "error_data": {"messaging_product": "whatsapp", "details": details},
            "fbtrace_id": ids::trace_id(),
        });
        if let Some(subcode) = parts.subcode {
            error["error_subcode"] = subcode.into();
        }
        if let Some((title, text)) = &parts.user_text {
            error["error_user_title"] = title.as_str().into();
            error["error_user_msg"] = text.as_str().into();
        }
        if parts.row.http >= 500 {
            error["is_transient"] = true.into();
        }
        json!({ "error": error })
    }
}

impl IntoResponse for GraphError {
    fn into_response(self) -> Response {
        let parts = &self.0;
        let status = StatusCode::from_u16(parts.row.http).unwrap_or(StatusCode::BAD_REQUEST);
        let mut response = (status, Json(self.body())).into_response();
        response.extensions_mut().insert(Refused(parts.row.code.to_string()));
        response
    }
}

/// Everything a call can end in instead of its result.
#[derive(Clone, Debug)]
pub enum Failure {
    /// An error object.
    Graph(GraphError),
    /// HTTP 500 with a web page and no error object.
    Page,
    /// The connection is closed without a response.
    Lost,
    /// 404 without an error object, as media addresses answer.
    NotFound,
}

impl From<GraphError> for Failure {
    fn from(error: GraphError) -> Self {
        Self::Graph(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Self::Graph(error) => error.into_response(),
            Self::Page => {
                let page =
                    Html("<!DOCTYPE html><html><body><h1>Sorry, something went wrong.</h1></body></html>");
                let mut response = (StatusCode::INTERNAL_SERVER_ERROR, page).into_response();
                response.extensions_mut().insert(Refused("html".to_owned()));
                response
            }
            Self::Lost => lost(),
            Self::NotFound => StatusCode::NOT_FOUND.into_response(),
        }
    }
}

/// A response that `serve` replaces by closing the connection.
pub fn lost() -> Response {
    let mut response = StatusCode::BAD_GATEWAY.into_response();
    response.extensions_mut().insert(DropConnection);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carries_code_subcode_and_trace() {
        let body = GraphError::of(190).with_details("over").body();
        assert_eq!(body["error"]["code"], 190);
        assert_eq!(body["error"]["error_subcode"], 463);
        assert_eq!(body["error"]["error_data"]["details"], "over");
        assert!(body["error"]["fbtrace_id"].as_str().is_some_and(|id| id.len() > 10));
    }
}
