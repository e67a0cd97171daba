//! Workspaces, their members, keys and webhook secrets.

mod accept_invitation;
mod add_member;
mod create;
mod delete;
mod get;
mod list;
mod list_members;
mod remove_member;
mod renew_invitation;
mod rotate;
mod update;
mod update_member;

use axum::Router;
use switchboard_dialect_whatsapp::{WhatsApp, WireId};
use switchboard_http::frame;
use switchboard_model::{DomainError, Id};
use switchboard_runtime::{Api, operations};
use switchboard_service::Workspaces;

type State = axum::extract::State<Api<Workspaces>>;

operations! { Api<Workspaces>:
    post "/api/workspaces" => create::create,
    get "/api/workspaces" => list::list,
    get "/api/workspaces/{workspace_id}" => get::get,
    patch "/api/workspaces/{workspace_id}" => update::update,
    delete "/api/workspaces/{workspace_id}" => delete::delete,
    post "/api/workspaces/{workspace_id}/api-key/rotate" => rotate::rotate_api_key,
    post "/api/workspaces/{workspace_id}/webhook-secret/rotate" => rotate::rotate_webhook_secret,
    get "/api/workspaces/{workspace_id}/members" => list_members::list_members,
    post "/api/workspaces/{workspace_id}/members" => add_member::add_member,
    post "/api/workspaces/{workspace_id}/members/accept" => accept_invitation::accept_invitation,
    post "/api/workspaces/{workspace_id}/members/{member_id}/invitation" => renew_invitation::renew_invitation,
    patch "/api/workspaces/{workspace_id}/members/{member_id}" => update_member::update_member,
    delete "/api/workspaces/{workspace_id}/members/{member_id}" => remove_member::remove_member,
}

/// The function's routes.
pub fn router(api: Api<Workspaces>) -> Router {
    frame::<WhatsApp>(routes().with_state(api))
}

/// The workspace that a path names.
fn workspace_id(text: &str) -> Result<Id, DomainError> {
    WireId::in_path("workspace_id", text, DomainError::WorkspaceNotFound)
}

/// The member that a path names.
fn member_id(text: &str) -> Result<Id, DomainError> {
    WireId::in_path("member_id", text, DomainError::MemberNotFound)
}
