//! Message templates: creation, changes, sync with Meta.

mod create;
mod delete;
mod get;
mod list;
mod sync;
mod update;

use axum::Router;
use switchboard_dialect_whatsapp::WhatsApp;
use switchboard_http::frame;
use switchboard_runtime::{Api, operations};
use switchboard_service::Templates;

type State = axum::extract::State<Api<Templates>>;

operations! { Api<Templates>:
    post "/api/templates" => create::create,
    get "/api/templates" => list::list,
    post "/api/templates/sync" => sync::sync,
    get "/api/templates/{template_id}" => get::get,
    patch "/api/templates/{template_id}" => update::update,
    delete "/api/templates/{template_id}" => delete::delete,
}

/// The function's routes.
pub fn router(api: Api<Templates>) -> Router {
    frame::<WhatsApp>(routes().with_state(api))
}
