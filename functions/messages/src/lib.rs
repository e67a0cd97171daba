//! Sending messages and their status.

mod get_status;
mod send_text;

use axum::Router;
use switchboard_dialect_whatsapp::WhatsApp;
use switchboard_http::frame;
use switchboard_runtime::{Api, operations};
use switchboard_service::Messages;

type State = axum::extract::State<Api<Messages>>;

operations! { Api<Messages>:
    post "/api/messages/send/text" => send_text::send_text,
    get "/api/messages/{message_id}/status" => get_status::get_message_status,
}

/// The function's routes.
pub fn router(api: Api<Messages>) -> Router {
    frame::<WhatsApp>(routes().with_state(api))
}
