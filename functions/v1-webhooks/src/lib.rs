//! What services do in a workspace by incoming webhooks.

mod receive;

use axum::Router;
use switchboard_dialect_workspace::WorkspaceApi;
use switchboard_http::frame;
use switchboard_runtime::operations;
use switchboard_service::incoming_webhooks::Receiver;

type State = axum::extract::State<Receiver>;

operations! { Receiver:
    post "/api/v1/webhooks/incoming" => receive::receive,
}

/// The function's routes.
pub fn router(receiver: Receiver) -> Router {
    frame::<WorkspaceApi>(routes().with_state(receiver))
}
