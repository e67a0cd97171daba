//! Every path and method that is nobody's.

use std::sync::LazyLock;

use axum::response::{IntoResponse, Response};
use http::header::ALLOW;
use http::{HeaderValue, Uri};
use serde_json::Value;
use switchboard_dialect_whatsapp::Failure;
use switchboard_model::DomainError;

use crate::document::{DOCUMENTS, Document};

/// Where the paths of the Workspace Messaging API v1 begin.
const V1: &str = "/api/v1";

/// A path of a document and what it can be asked.
struct KnownPath {
    segments: Vec<String>,
    /// The methods, as the `Allow` header lists them.
    methods: String,
}

static KNOWN: LazyLock<Vec<KnownPath>> = LazyLock::new(|| DOCUMENTS.iter().flat_map(known_paths).collect());

/// 405 for a path that is known with other methods, 404 for any other.
pub(crate) async fn unknown(uri: Uri) -> Response {
    let segments: Vec<_> = uri.path().split('/').collect();
    let Some(known) = KNOWN.iter().find(|known| known.matches(&segments)) else {
        return refused(uri.path(), DomainError::RouteNotFound);
    };
    let mut response = refused(uri.path(), DomainError::MethodNotAllowed);
    if let Ok(methods) = HeaderValue::from_str(&known.methods) {
        response.headers_mut().insert(ALLOW, methods);
    }
    response
}

/// An error in the shape of the dialect that a path belongs to.
fn refused(path: &str, error: DomainError) -> Response {
    if path == V1 || path.strip_prefix(V1).is_some_and(|rest| rest.starts_with('/')) {
        switchboard_dialect_workspace::Failure::from(error).into_response()
    } else {
        Failure::from(error).into_response()
    }
}

impl KnownPath {
    fn matches(&self, segments: &[&str]) -> bool {
        self.segments.len() == segments.len()
            && self
                .segments
                .iter()
                .zip(segments)
                .all(|(known, given)| if known.starts_with('{') { !given.is_empty() } else { known == given })
    }
}

fn known_paths(document: &Document) -> Vec<KnownPath> {
    // A document that can't be read knows no paths; a test holds that it can.
    let document: Value = serde_json::from_str(document.json).unwrap_or_default();
    let paths = document["paths"].as_object().into_iter().flatten();
    paths
        .map(|(path, operations)| {
            let methods: Vec<_> =
                operations.as_object().into_iter().flat_map(|operations| operations.keys()).collect();
            let methods =
                methods.into_iter().map(|method| method.to_uppercase()).collect::<Vec<_>>().join(", ");
            KnownPath { segments: path.split('/').map(str::to_owned).collect(), methods }
        })
        .collect()
}
