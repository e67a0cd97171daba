//! Campaigns.

mod cancel;
mod create;
mod delete;
mod get;
mod list;
mod pause;
mod preview;
mod recipients;
mod results;
mod retry;
mod start;
mod update;

use axum::Router;
use switchboard_dialect_whatsapp::WhatsApp;
use switchboard_dialect_whatsapp::campaigns::CampaignOut;
use switchboard_http::frame;
use switchboard_runtime::Api;
use switchboard_service::Campaigns;
use switchboard_service::campaigns::CountedCampaign;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

type State = axum::extract::State<Api<Campaigns>>;

fn routes() -> OpenApiRouter<Api<Campaigns>> {
    OpenApiRouter::new()
        .routes(routes!(create::create, list::list))
        .routes(routes!(get::get, update::update, delete::delete))
        .routes(routes!(start::start))
        .routes(routes!(pause::pause))
        .routes(routes!(cancel::cancel))
        .routes(routes!(retry::retry))
        .routes(routes!(preview::preview))
        .routes(routes!(recipients::recipients))
        .routes(routes!(results::results))
}

/// The function's routes.
pub fn router(api: Api<Campaigns>) -> Router {
    frame::<WhatsApp>(Router::from(routes().with_state(api)))
}

/// What the function adds to the API's description.
pub fn openapi() -> OpenApi {
    routes().into_openapi()
}

fn told(counted: &CountedCampaign) -> CampaignOut {
    CampaignOut::new(&counted.campaign, &counted.counts)
}
