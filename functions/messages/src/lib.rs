//! Sending messages and their status.

mod get_status;
mod send_text;

use axum::Router;
use switchboard_dialect_whatsapp::WhatsApp;
use switchboard_http::frame;
use switchboard_runtime::Api;
use switchboard_service::Messages;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

type State = axum::extract::State<Api<Messages>>;

fn routes() -> OpenApiRouter<Api<Messages>> {
    OpenApiRouter::new().routes(routes!(send_text::send_text)).routes(routes!(get_status::get_message_status))
}

/// The function's routes.
pub fn router(api: Api<Messages>) -> Router {
    frame::<WhatsApp>(Router::from(routes().with_state(api)))
}

/// What the function adds to the API's description.
pub fn openapi() -> OpenApi {
    routes().into_openapi()
}
