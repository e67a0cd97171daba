//! Accounts and sessions: sign-up, sign-in, refresh and me.

mod me;
mod refresh;
mod sign_in;
mod sign_up;

use axum::Router;
use switchboard_dialect_whatsapp::WhatsApp;
use switchboard_http::frame;
use switchboard_runtime::Api;
use switchboard_service::Accounts;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

type State = axum::extract::State<Api<Accounts>>;

fn routes() -> OpenApiRouter<Api<Accounts>> {
    OpenApiRouter::new()
        .routes(routes!(sign_up::sign_up))
        .routes(routes!(sign_in::sign_in))
        .routes(routes!(refresh::refresh))
        .routes(routes!(me::me))
}

/// The function's routes.
pub fn router(api: Api<Accounts>) -> Router {
    frame::<WhatsApp>(Router::from(routes().with_state(api)))
}

/// What the function adds to the API's description.
pub fn openapi() -> OpenApi {
    routes().into_openapi()
}
