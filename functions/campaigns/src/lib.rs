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
use switchboard_runtime::{Api, operations};
use switchboard_service::Campaigns;
use switchboard_service::campaigns::CountedCampaign;

type State = axum::extract::State<Api<Campaigns>>;

operations! { Api<Campaigns>:
    post "/api/campaigns" => create::create,
    get "/api/campaigns" => list::list,
    get "/api/campaigns/{campaign_id}" => get::get,
    patch "/api/campaigns/{campaign_id}" => update::update,
    delete "/api/campaigns/{campaign_id}" => delete::delete,
    post "/api/campaigns/{campaign_id}/start" => start::start,
    post "/api/campaigns/{campaign_id}/pause" => pause::pause,
    post "/api/campaigns/{campaign_id}/cancel" => cancel::cancel,
    post "/api/campaigns/{campaign_id}/retry" => retry::retry,
    post "/api/campaigns/{campaign_id}/preview" => preview::preview,
    get "/api/campaigns/{campaign_id}/recipients" => recipients::recipients,
    get "/api/campaigns/{campaign_id}/results.csv" => results::results,
}

/// The function's routes.
pub fn router(api: Api<Campaigns>) -> Router {
    frame::<WhatsApp>(routes().with_state(api))
}

fn told(counted: &CountedCampaign) -> CampaignOut {
    CampaignOut::new(&counted.campaign, &counted.counts)
}
