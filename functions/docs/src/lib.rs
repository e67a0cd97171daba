//! The reference page, the OpenAPI documents, and the answer to every path that no other function has.

mod asset;
mod document;
mod page;
mod unknown;

use axum::Router;
use axum::routing::{any, get};
use switchboard_dialect_whatsapp::WhatsApp;
use switchboard_http::frame;

/// The function's routes. The gateway sends it every path, and every method of a path, that is not another's.
pub fn router() -> Router {
    let routes = Router::new()
        .route("/docs", get(page::page))
        .route("/docs/", get(page::page))
        .route("/docs/{asset}", get(asset::asset))
        .route("/openapi/{document}", get(document::document))
        .route("/", any(unknown::unknown))
        .route("/{*path}", any(unknown::unknown));
    frame::<WhatsApp>(routes)
}
