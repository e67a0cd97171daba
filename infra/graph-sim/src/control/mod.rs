//! Control endpoints under `/_sim/`: what a test asks of the simulator itself. Errors are `{"error": "…"}`.

mod inbound;
mod inspect;
mod settings;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::json;

use crate::state::Simulator;

/// A call that cannot be carried out.
#[derive(Debug)]
pub struct BadCall(String);

impl BadCall {
    fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

impl IntoResponse for BadCall {
    fn into_response(self) -> Response {
        (StatusCode::BAD_REQUEST, Json(json!({"error": self.0}))).into_response()
    }
}

/// The routes, each with `/_sim` in front.
pub fn router() -> Router<Simulator> {
    Router::new()
        .route("/_sim/health", get(inspect::health))
        .route("/_sim/messages", get(inspect::messages))
        .route("/_sim/stats", get(inspect::stats))
        .route("/_sim/accepted/{*callback_data}", get(inspect::accepted))
        .route("/_sim/inbound", post(inbound::write_in))
        .route("/_sim/webhook", post(inbound::post_webhook))
        .route("/_sim/verify", post(inbound::verify_callback))
        .route("/_sim/config", get(settings::show).post(settings::change))
        .route("/_sim/clock", post(settings::pass_time))
        .route("/_sim/numbers", post(settings::set_number))
        .route("/_sim/templates", post(settings::put_template))
        .route("/_sim/templates/{id}/status", post(settings::set_template_status))
        .route("/_sim/hold", post(settings::hold))
        .route("/_sim/release", post(settings::release))
        .route("/_sim/held", get(settings::held))
        .route("/_sim/reset", post(settings::reset))
}
