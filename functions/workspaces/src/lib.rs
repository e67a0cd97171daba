//! Workspaces, their members, keys and webhook secrets.

mod add_member;
mod create;
mod delete;
mod get;
mod list;
mod list_members;
mod remove_member;
mod rotate;
mod update;
mod update_member;

use axum::Router;
use switchboard_dialect_whatsapp::{WhatsApp, WireId};
use switchboard_http::frame;
use switchboard_model::{DomainError, Id};
use switchboard_runtime::Api;
use switchboard_service::Workspaces;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

type State = axum::extract::State<Api<Workspaces>>;

fn routes() -> OpenApiRouter<Api<Workspaces>> {
    OpenApiRouter::new()
        .routes(routes!(create::create, list::list))
        .routes(routes!(get::get, update::update, delete::delete))
        .routes(routes!(rotate::rotate_api_key))
        .routes(routes!(rotate::rotate_webhook_secret))
        .routes(routes!(list_members::list_members, add_member::add_member))
        .routes(routes!(update_member::update_member, remove_member::remove_member))
}

/// The function's routes.
pub fn router(api: Api<Workspaces>) -> Router {
    frame::<WhatsApp>(Router::from(routes().with_state(api)))
}

/// What the function adds to the API's description.
pub fn openapi() -> OpenApi {
    routes().into_openapi()
}

/// The workspace that a path names.
fn workspace_id(text: &str) -> Result<Id, DomainError> {
    WireId::in_path("workspace_id", text, DomainError::WorkspaceNotFound)
}

/// The member that a path names.
fn member_id(text: &str) -> Result<Id, DomainError> {
    WireId::in_path("member_id", text, DomainError::MemberNotFound)
}
