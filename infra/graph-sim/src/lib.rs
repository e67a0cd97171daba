//! Stands in for Meta's Graph API in local runs and whole-system tests: it checks what Graph checks, answers
//! with Graph's errors, and signs and posts webhooks back. Magic recipients and tokens bring on each fault; the
//! README lists them.

mod clock;
mod codes;
mod config;
mod connection;
mod control;
mod failure;
mod hold;
mod ids;
mod limits;
mod magic;
mod media;
mod messages;
mod numbers;
mod oauth;
mod paging;
mod record;
mod state;
mod stats;
mod subscriptions;
mod templates;
mod token;
mod uploads;
mod webhook;

use std::io;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::Uri;
use axum::middleware;
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tower::Layer as _;
use tower::util::MapRequestLayer;

pub use config::{Config, Delays, PairLimit, Retry, Review};
pub use failure::DropConnection;
pub use state::Simulator;

use failure::GraphError;

/// Largest request body, in bytes; media have their own.
const LARGEST_BODY: usize = 4 << 20;
const LARGEST_UPLOAD: usize = 101 << 20;

/// Serves the simulator until the future is dropped.
///
/// # Errors
/// If the webhook client cannot be built or the listener fails.
pub async fn serve(listener: TcpListener, config: Config) -> io::Result<()> {
    let simulator = Simulator::new(config).map_err(io::Error::other)?;
    serve_router(listener, router(simulator)).await
}

/// Serves a [`router`] until the future is dropped, as with something around it that holds answers up.
///
/// # Errors
/// If the listener fails.
pub async fn serve_router(listener: TcpListener, router: Router) -> io::Result<()> {
    connection::serve(listener, router).await
}

/// All routes, with or without a version segment in front. Where an answer is to be lost, the response carries
/// [`DropConnection`] on which only [`serve_router`] acts.
pub fn router(simulator: Simulator) -> Router {
    let routes = graph_routes()
        .layer(middleware::from_fn_with_state(simulator.clone(), record::record))
        .merge(control::router())
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .with_state(simulator);
    Router::new().fallback_service(MapRequestLayer::new(without_version).layer(routes))
}

fn graph_routes() -> Router<Simulator> {
    let templates =
        get(templates::handlers::list).post(templates::handlers::create).delete(templates::handlers::delete);
    let apps = get(subscriptions::list).post(subscriptions::subscribe).delete(subscriptions::unsubscribe);
    let node = get(numbers::get_node)
        .post(templates::handlers::change_node)
        .delete(media::delete)
        .layer(DefaultBodyLimit::max(LARGEST_UPLOAD));
    Router::new()
        .route("/oauth/access_token", get(oauth::access_token).post(oauth::access_token))
        .route("/debug_token", get(oauth::debug_token))
        .route("/{id}/messages", post(messages::send))
        .route("/{id}/marketing_messages", post(messages::send_marketing))
        .route("/{id}/media", post(media::upload).layer(DefaultBodyLimit::max(LARGEST_UPLOAD)))
        .route("/_media/{id}", get(media::download))
        .route("/{id}/register", post(numbers::register))
        .route("/{id}/phone_numbers", get(numbers::list))
        .route("/{id}/message_templates", templates)
        .route("/{id}/subscribed_apps", apps)
        .route("/{id}/uploads", post(uploads::begin))
        .route("/{id}", node)
        .method_not_allowed_fallback(unknown)
        .fallback(unknown)
}

async fn unknown(uri: Uri) -> GraphError {
    GraphError::unknown_object(uri.path().split('/').nth(1).unwrap_or_default())
}

/// Removes a leading `v25.0` or the like.
fn without_version(mut request: Request) -> Request {
    let target = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
    let Some((first, rest)) = target.trim_start_matches('/').split_once('/') else { return request };
    if is_version(first)
        && let Ok(uri) = Uri::try_from(format!("/{rest}"))
    {
        *request.uri_mut() = uri;
    }
    request
}

fn is_version(segment: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let version = segment.strip_prefix('v').and_then(|version| version.split_once('.'));
    version.is_some_and(|(major, minor)| digits(major) && digits(minor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_recognised() {
        assert!(is_version("v25.0") && is_version("v3.12"));
        assert!(!is_version("v25") && !is_version("25.0") && !is_version("vx.0"));
    }

    #[test]
    fn only_a_version_is_removed() {
        let path = |uri: &str| {
            let request = Request::builder().uri(uri).body(axum::body::Body::empty()).unwrap();
            without_version(request).uri().to_string()
        };
        assert_eq!(path("/v25.0/123/messages?a=b"), "/123/messages?a=b");
        assert_eq!(path("/123/messages"), "/123/messages");
    }
}
