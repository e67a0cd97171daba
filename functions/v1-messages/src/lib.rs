//! Messages of a team.

mod send;

use axum::Router;
use switchboard_dialect_workspace::WorkspaceApi;
use switchboard_http::frame;
use switchboard_runtime::operations;
use switchboard_service::Team;

type State = axum::extract::State<Team>;

operations! { Team:
    post "/api/v1/messages" => send::send_message,
}

/// The function's routes.
pub fn router(team: Team) -> Router {
    frame::<WorkspaceApi>(routes().with_state(team))
}
