//! Webhooks of workspaces: who is told what happens, and what became of it; and who does things by webhooks.

mod create;
mod delete;
mod deliveries;
mod delivery;
mod get;
mod incoming;
mod list;
mod ping;
mod replay;
mod replay_range;
mod rotate_secret;
mod update;

use axum::Router;
use switchboard_dialect_whatsapp::{WhatsApp, WireId};
use switchboard_http::frame;
use switchboard_model::{DomainError, Id};
use switchboard_runtime::{Api, operations};
use switchboard_service::{IncomingWebhooks, Webhooks};

/// What the handlers call.
#[derive(Clone)]
pub struct Services {
    /// Webhooks that are told what happens.
    pub webhooks: Webhooks,
    /// Webhooks by which services do things.
    pub incoming: IncomingWebhooks,
}

type State = axum::extract::State<Api<Services>>;

operations! { Api<Services>:
    post "/api/workspaces/{workspace_id}/webhooks" => create::create,
    get "/api/workspaces/{workspace_id}/webhooks" => list::list,
    get "/api/workspaces/{workspace_id}/webhooks/{webhook_id}" => get::get,
    patch "/api/workspaces/{workspace_id}/webhooks/{webhook_id}" => update::update,
    delete "/api/workspaces/{workspace_id}/webhooks/{webhook_id}" => delete::delete,
    post "/api/workspaces/{workspace_id}/webhooks/{webhook_id}/secret/rotate" => rotate_secret::rotate_secret,
    post "/api/workspaces/{workspace_id}/webhooks/{webhook_id}/ping" => ping::ping,
    post "/api/workspaces/{workspace_id}/webhooks/{webhook_id}/replay" => replay_range::replay_range,
    get "/api/workspaces/{workspace_id}/webhooks/{webhook_id}/deliveries" => deliveries::deliveries,
    get "/api/workspaces/{workspace_id}/webhooks/{webhook_id}/deliveries/{event_id}" => delivery::delivery,
    post "/api/workspaces/{workspace_id}/webhooks/{webhook_id}/deliveries/{event_id}/replay" => replay::replay,
    post "/api/workspaces/{workspace_id}/incoming-webhooks" => incoming::create::create,
    get "/api/workspaces/{workspace_id}/incoming-webhooks" => incoming::list::list,
    get "/api/workspaces/{workspace_id}/incoming-webhooks/{webhook_id}" => incoming::get::get,
    patch "/api/workspaces/{workspace_id}/incoming-webhooks/{webhook_id}" => incoming::update::update,
    delete "/api/workspaces/{workspace_id}/incoming-webhooks/{webhook_id}" => incoming::delete::delete,
    post "/api/workspaces/{workspace_id}/incoming-webhooks/{webhook_id}/rotate" => incoming::rotate::rotate,
}

/// The id of the workspace in the path.
fn workspace_id(text: &str) -> Result<Id, DomainError> {
    WireId::in_path("workspace_id", text, DomainError::WorkspaceNotFound)
}

/// The function's routes.
pub fn router(api: Api<Services>) -> Router {
    frame::<WhatsApp>(routes().with_state(api))
}
