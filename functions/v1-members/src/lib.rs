//! Members of a workspace, for programs.

mod add;
mod list;

use axum::Router;
use switchboard_dialect_workspace::WorkspaceApi;
use switchboard_http::frame;
use switchboard_runtime::operations;
use switchboard_service::Team;

type State = axum::extract::State<Team>;

operations! { Team:
    get "/api/v1/members" => list::list_members,
    post "/api/v1/members" => add::add_member,
}

/// The function's routes.
pub fn router(team: Team) -> Router {
    frame::<WorkspaceApi>(routes().with_state(team))
}
