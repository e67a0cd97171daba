//! Conversations with customers: the inbox, the messages of both sides, who takes care, and what is read.

mod get;
mod list;
mod list_messages;
mod read;
mod update;

use axum::Router;
use switchboard_dialect_whatsapp::WhatsApp;
use switchboard_http::frame;
use switchboard_runtime::{Api, operations};
use switchboard_service::Conversations;

type State = axum::extract::State<Api<Conversations>>;

operations! { Api<Conversations>:
    get "/api/conversations" => list::list_conversations,
    get "/api/conversations/{conversation_id}" => get::get_conversation,
    patch "/api/conversations/{conversation_id}" => update::update_conversation,
    get "/api/conversations/{conversation_id}/messages" => list_messages::list_conversation_messages,
    post "/api/conversations/{conversation_id}/read" => read::read_conversation,
}

/// The function's routes.
pub fn router(api: Api<Conversations>) -> Router {
    frame::<WhatsApp>(routes().with_state(api))
}
