//! Phone numbers: registration, settings, sync and token exchange.

mod delete;
mod exchange_token;
mod get;
mod list;
mod register;
mod sync;
mod update;

use axum::Router;
use switchboard_dialect_whatsapp::WhatsApp;
use switchboard_http::frame;
use switchboard_runtime::Api;
use switchboard_service::PhoneNumbers;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

type State = axum::extract::State<Api<PhoneNumbers>>;

fn routes() -> OpenApiRouter<Api<PhoneNumbers>> {
    OpenApiRouter::new()
        .routes(routes!(register::register, list::list))
        .routes(routes!(get::get, update::update, delete::delete))
        .routes(routes!(sync::sync))
        .routes(routes!(exchange_token::exchange_token))
}

/// The function's routes.
pub fn router(api: Api<PhoneNumbers>) -> Router {
    frame::<WhatsApp>(Router::from(routes().with_state(api)))
}

/// What the function adds to the API's description.
pub fn openapi() -> OpenApi {
    routes().into_openapi()
}
