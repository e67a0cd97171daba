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
use switchboard_runtime::{Api, operations};
use switchboard_service::PhoneNumbers;

type State = axum::extract::State<Api<PhoneNumbers>>;

operations! { Api<PhoneNumbers>:
    post "/api/phone-numbers" => register::register,
    get "/api/phone-numbers" => list::list,
    get "/api/phone-numbers/{phone_number_id}" => get::get,
    patch "/api/phone-numbers/{phone_number_id}" => update::update,
    delete "/api/phone-numbers/{phone_number_id}" => delete::delete,
    post "/api/phone-numbers/{phone_number_id}/sync" => sync::sync,
    post "/api/phone-numbers/{phone_number_id}/exchange-token" => exchange_token::exchange_token,
}

/// The function's routes.
pub fn router(api: Api<PhoneNumbers>) -> Router {
    frame::<WhatsApp>(routes().with_state(api))
}
