//! Sending messages, their status, and read receipts.

mod get_status;
mod read;
mod send_media;
mod send_template;
mod send_text;

use axum::Router;
use switchboard_dialect_whatsapp::WhatsApp;
use switchboard_http::frame;
use switchboard_runtime::{Api, operations};
use switchboard_service::Messages;

type State = axum::extract::State<Api<Messages>>;

operations! { Api<Messages>:
    post "/api/messages/send/text" => send_text::send_text,
    post "/api/messages/send/template" => send_template::send_template,
    post "/api/messages/send/media" => send_media::send_media,
    get "/api/messages/{message_id}/status" => get_status::get_message_status,
    post "/api/messages/{message_id}/read" => read::read_message,
}

/// The function's routes.
pub fn router(api: Api<Messages>) -> Router {
    frame::<WhatsApp>(routes().with_state(api))
}

/// From where to whom, as the service has it.
fn recipient(
    recipient: switchboard_dialect_whatsapp::messages::Recipient,
) -> switchboard_service::messages::Recipient {
    let switchboard_dialect_whatsapp::messages::Recipient { workspace_id, phone_number_id, to } = recipient;
    switchboard_service::messages::Recipient { workspace_id, phone_number_id, to }
}
