//! Departments of a workspace.

mod create;
mod list;

use axum::Router;
use switchboard_dialect_workspace::WorkspaceApi;
use switchboard_http::frame;
use switchboard_runtime::operations;
use switchboard_service::Team;

type State = axum::extract::State<Team>;

operations! { Team:
    get "/api/v1/departments" => list::list_departments,
    post "/api/v1/departments" => create::create_department,
}

/// The function's routes.
pub fn router(team: Team) -> Router {
    frame::<WorkspaceApi>(routes().with_state(team))
}
