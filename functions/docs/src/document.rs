//! `GET /openapi/{document}`

use axum::response::{IntoResponse, Response};
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE};
use switchboard_dialect_whatsapp::{Failure, Path};
use switchboard_model::DomainError;

/// A published document.
pub(crate) struct Document {
    name: &'static str,
    /// The document, in JSON.
    pub(crate) json: &'static str,
}

/// One document a dialect.
pub(crate) const DOCUMENTS: [Document; 2] = [
    Document { name: "whatsapp.json", json: include_str!("../../../openapi/whatsapp.json") },
    Document { name: "workspace.json", json: include_str!("../../../openapi/workspace.json") },
];

/// The document may be read by pages of any origin, such as another viewer.
pub(crate) async fn document(path: Path<String>) -> Result<Response, Failure> {
    let found = DOCUMENTS.iter().find(|document| document.name == path.value);
    let document = found.ok_or(DomainError::RouteNotFound)?;
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CACHE_CONTROL, "public, max-age=300"),
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    Ok((headers, document.json).into_response())
}
