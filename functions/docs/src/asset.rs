//! `GET /docs/{asset}`

use std::io::Read;
use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use flate2::read::GzDecoder;
use http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue};
use switchboard_dialect_whatsapp::{Failure, Path};
use switchboard_model::DomainError;
use utoipa_swagger_ui::{Config, SwaggerFile, serve};

/// What the page uses of Swagger UI.
const SWAGGER_UI: [&str; 5] = [
    "swagger-ui.css",
    "index.css",
    "favicon-32x32.png",
    "swagger-ui-bundle.js",
    "swagger-ui-standalone-preset.js",
];
/// Starts Swagger UI with our document.
const INITIALIZER: (&str, &str) = ("initializer.js", include_str!("../assets/initializer.js"));

/// Assets may be kept long, since the page names them by version.
pub(crate) async fn asset(path: Path<String>, headers: HeaderMap) -> Result<Response, Failure> {
    let mut response = if path.value == INITIALIZER.0 {
        ([(CONTENT_TYPE, "text/javascript")], INITIALIZER.1).into_response()
    } else {
        swagger_ui(&path.value, accepts_gzip(&headers))?
    };
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=604800"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(response)
}

/// A file of Swagger UI. They are kept compressed; only clients that can't read that get them otherwise.
fn swagger_ui(name: &str, accepts_gzip: bool) -> Result<Response, DomainError> {
    let name = SWAGGER_UI.into_iter().find(|known| *known == name).ok_or(DomainError::RouteNotFound)?;
    let config = Arc::new(Config::default());
    let file = serve(name, config).map_err(|error| DomainError::internal(error.to_string()))?;
    let SwaggerFile { bytes, content_type, gzpipped, .. } = file.ok_or(DomainError::RouteNotFound)?;
    let compressed = gzpipped && accepts_gzip;
    let body = if gzpipped && !compressed { decompressed(&bytes)? } else { bytes.into_owned() };
    let mut response = ([(CONTENT_TYPE, content_type)], body).into_response();
    response.headers_mut().insert(VARY, HeaderValue::from_static("accept-encoding"));
    if compressed {
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Ok(response)
}

/// Whether gzip is named and not refused (RFC 9110, section 12.5.3).
fn accepts_gzip(headers: &HeaderMap) -> bool {
    let values = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let refused = matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000");
        name.trim().eq_ignore_ascii_case("gzip") && !refused
    })
}

fn decompressed(bytes: &[u8]) -> Result<Vec<u8>, DomainError> {
    let mut body = Vec::new();
    GzDecoder::new(bytes).read_to_end(&mut body).map_err(DomainError::internal)?;
    Ok(body)
}
