//! Channels of a team.

mod create;
mod list;

use axum::Router;
use switchboard_dialect_workspace::WorkspaceApi;
use switchboard_http::frame;
use switchboard_runtime::operations;
use switchboard_service::Team;

type State = axum::extract::State<Team>;

operations! { Team:
    get "/api/v1/channels" => list::list_channels,
    post "/api/v1/channels" => create::create_channel,
}

/// The function's routes.
pub fn router(team: Team) -> Router {
    frame::<WorkspaceApi>(routes().with_state(team))
}
