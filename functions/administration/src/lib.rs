//! What those who manage a workspace see to: its API tokens and its audit log.

mod create_api_token;
mod delete_api_token;
mod list_api_tokens;
mod list_audit_logs;
mod rotate_api_token;

use axum::Router;
use switchboard_dialect_whatsapp::{WhatsApp, WireId};
use switchboard_http::frame;
use switchboard_model::{DomainError, Id};
use switchboard_runtime::{Api, operations};
use switchboard_service::{ApiTokens, AuditLogs};

/// What the handlers call.
#[derive(Clone)]
pub struct Services {
    /// API tokens.
    pub api_tokens: ApiTokens,
    /// The audit log.
    pub audit_logs: AuditLogs,
}

type State = axum::extract::State<Api<Services>>;

operations! { Api<Services>:
    post "/api/workspaces/{workspace_id}/api-tokens" => create_api_token::create_api_token,
    get "/api/workspaces/{workspace_id}/api-tokens" => list_api_tokens::list_api_tokens,
    post "/api/workspaces/{workspace_id}/api-tokens/{token_id}/rotate" => rotate_api_token::rotate_api_token,
    delete "/api/workspaces/{workspace_id}/api-tokens/{token_id}" => delete_api_token::delete_api_token,
    get "/api/workspaces/{workspace_id}/audit-logs" => list_audit_logs::list_audit_logs,
}

/// The function's routes.
pub fn router(api: Api<Services>) -> Router {
    frame::<WhatsApp>(routes().with_state(api))
}

/// The workspace that a path names.
fn workspace_id(text: &str) -> Result<Id, DomainError> {
    WireId::in_path("workspace_id", text, DomainError::WorkspaceNotFound)
}

/// The API token that a path names.
fn token_id(text: &str) -> Result<Id, DomainError> {
    WireId::in_path("token_id", text, DomainError::ApiTokenNotFound)
}
