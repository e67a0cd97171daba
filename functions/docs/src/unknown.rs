//! Every path and method that is nobody's.

use std::sync::LazyLock;

use axum::response::{IntoResponse, Response};
use http::header::ALLOW;
use http::{HeaderValue, Uri};
use serde_json::Value;
use switchboard_dialect_whatsapp::Failure;
use switchboard_model::DomainError;

use crate::document::{DOCUMENTS, Document};

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
        return Failure::from(DomainError::RouteNotFound).into_response();
    };
    let mut response = Failure::from(DomainError::MethodNotAllowed).into_response();
    if let Ok(methods) = HeaderValue::from_str(&known.methods) {
        response.headers_mut().insert(ALLOW, methods);
    }
    response
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
