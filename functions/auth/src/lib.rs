//! Accounts and sessions: sign-up, sign-in, refresh and me.

mod me;
mod refresh;
mod sign_in;
mod sign_up;

use axum::Router;
use switchboard_dialect_whatsapp::WhatsApp;
use switchboard_http::frame;
use switchboard_runtime::{Api, operations};
use switchboard_service::Accounts;

type State = axum::extract::State<Api<Accounts>>;

operations! { Api<Accounts>:
    post "/api/auth/signup" => sign_up::sign_up,
    post "/api/auth/signin" => sign_in::sign_in,
    post "/api/auth/refresh" => refresh::refresh,
    get "/api/auth/me" => me::me,
}

/// The function's routes.
pub fn router(api: Api<Accounts>) -> Router {
    frame::<WhatsApp>(routes().with_state(api))
}
