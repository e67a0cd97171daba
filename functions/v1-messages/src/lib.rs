//! Messages of a team, and the answers to those that ask for one.

mod list_responses;
mod respond;
mod send;

use axum::Router;
use switchboard_dialect_workspace::{WorkspaceApi, id};
use switchboard_http::frame;
use switchboard_model::{DomainError, Id};
use switchboard_runtime::{Api, operations};
use switchboard_service::Team;
use switchboard_service::team::Answers;

/// What the handlers call.
#[derive(Clone)]
pub struct Services {
    /// What programs do.
    pub team: Team,
    /// How people answer.
    pub answers: Answers,
}

type State = axum::extract::State<Api<Services>>;

operations! { Api<Services>:
    post "/api/v1/messages" => send::send_message,
    post "/api/v1/messages/{message_id}/action" => respond::respond,
    post "/api/v1/messages/{message_id}/actions" => respond::respond_by_plural,
    post "/api/v1/messages/{message_id}/actions/{action_id}" => respond::choose,
    get "/api/v1/messages/{message_id}/action" => list_responses::list_responses,
    get "/api/v1/messages/{message_id}/actions" => list_responses::list_responses_by_plural,
}

/// The function's routes.
pub fn router(api: Api<Services>) -> Router {
    frame::<WorkspaceApi>(routes().with_state(api))
}

/// The message that a path names.
fn message_id(text: &str) -> Result<Id, DomainError> {
    id::parse(id::MESSAGE, text, DomainError::MessageNotFound)
}
