//! Media files: upload in one or two steps, lists, addresses.

mod address;
mod announce;
mod complete;
mod delete;
mod download;
mod get;
mod list;
mod upload;

use axum::Router;
use switchboard_dialect_whatsapp::WhatsApp;
use switchboard_http::frame;
use switchboard_runtime::{Api, operations};
use switchboard_service::MediaFiles;

type State = axum::extract::State<Api<MediaFiles>>;

operations! { Api<MediaFiles>:
    post "/api/media" => upload::upload,
    get "/api/media" => list::list,
    post "/api/media/uploads" => announce::announce,
    get "/api/media/{media_id}" => get::get,
    delete "/api/media/{media_id}" => delete::delete,
    post "/api/media/{media_id}/complete" => complete::complete,
    get "/api/media/{media_id}/download" => download::download,
    get "/api/media/{media_id}/url" => address::address,
}

/// The function's routes.
pub fn router(api: Api<MediaFiles>) -> Router {
    frame::<WhatsApp>(routes().with_state(api))
}
