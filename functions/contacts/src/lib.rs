//! Contacts: create, list, change, delete, import.

mod announce_import;
mod create;
mod delete;
mod get;
mod get_import;
mod import;
mod import_results;
mod list;
mod start_import;
mod update;

use axum::Router;
use switchboard_dialect_whatsapp::WhatsApp;
use switchboard_http::frame;
use switchboard_runtime::{Api, operations};
use switchboard_service::Contacts;
use switchboard_service::contacts::imports::ContactImports;

/// What the handlers call.
#[derive(Clone)]
pub struct Services {
    /// Contacts.
    pub contacts: Contacts,
    /// Imports of them.
    pub imports: ContactImports,
}

type State = axum::extract::State<Api<Services>>;

operations! { Api<Services>:
    post "/api/contacts" => create::create,
    get "/api/contacts" => list::list,
    get "/api/contacts/{contact_id}" => get::get,
    patch "/api/contacts/{contact_id}" => update::update,
    delete "/api/contacts/{contact_id}" => delete::delete,
    post "/api/contacts/import" => import::import,
    post "/api/contacts/imports/uploads" => announce_import::announce_import,
    get "/api/contacts/imports/{import_id}" => get_import::get_import,
    post "/api/contacts/imports/{import_id}/start" => start_import::start_import,
    get "/api/contacts/imports/{import_id}/results" => import_results::import_results,
}

/// The function's routes.
pub fn router(api: Api<Services>) -> Router {
    frame::<WhatsApp>(routes().with_state(api))
}
