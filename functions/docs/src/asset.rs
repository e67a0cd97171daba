//! `GET /docs/{asset}`

use std::io::Read;
use std::sync::{Arc, LazyLock};

use axum::response::{IntoResponse, Response};
use flate2::read::GzDecoder;
use http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue};
use switchboard_dialect_whatsapp::{Failure, Path};
use switchboard_model::DomainError;
use utoipa_swagger_ui::{Config, SwaggerFile, serve};

/// What the page uses.
const ASSETS: [&str; 5] =
    ["swagger-ui.css", "index.css", "favicon-32x32.png", "swagger-ui-bundle.js", "swagger-initializer.js"];

static CONFIG: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| {
    let config = Config::from("/openapi/whatsapp.json")
        .use_base_layout()
        .deep_linking(true)
        .display_request_duration(true)
        .persist_authorization(true)
        // Otherwise the page shows documents to a validator elsewhere.
        .validator_url("none");
    Arc::new(config)
});

/// Assets are kept compressed; only clients that can't read that get them otherwise.
pub(crate) async fn asset(path: Path<String>, headers: HeaderMap) -> Result<Response, Failure> {
    let name = ASSETS.into_iter().find(|name| *name == path.value).ok_or(DomainError::RouteNotFound)?;
    let file = serve(name, Arc::clone(&CONFIG)).map_err(|error| DomainError::internal(error.to_string()))?;
    let SwaggerFile { bytes, content_type, gzpipped, .. } = file.ok_or(DomainError::RouteNotFound)?;
    let compressed = gzpipped && accepts_gzip(&headers);
    let body = if gzpipped && !compressed { decompressed(&bytes)? } else { bytes.into_owned() };
    let mut response = body.into_response();
    let headers = response.headers_mut();
    let content_type = HeaderValue::try_from(content_type).map_err(DomainError::internal)?;
    headers.insert(CONTENT_TYPE, content_type);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=604800"));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if compressed {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Ok(response)
}

/// Whether gzip is named and not refused (RFC 9110, section 12.5.3).
fn accepts_gzip(headers: &HeaderMap) -> bool {
    let values = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        name.trim().eq_ignore_ascii_case("gzip")
            && !matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
    })
}

fn decompressed(bytes: &[u8]) -> Result<Vec<u8>, DomainError> {
    let mut body = Vec::new();
    GzDecoder::new(bytes).read_to_end(&mut body).map_err(DomainError::internal)?;
    Ok(body)
}
