//! `GET /api/workspaces/{workspace_id}/api-tokens`

use switchboard_dialect_whatsapp::api_tokens::ApiTokenOut;
use switchboard_dialect_whatsapp::{Allowed, ErrorBody, Failure, Found, Path, ValidationErrorBody, WireId};
use switchboard_model::access::ManageWorkspace;

use crate::{State, workspace_id};

/// List the API tokens of a workspace
///
/// Needs OWNER or ADMIN.
#[utoipa::path(
    get,
    path = "/api/workspaces/{workspace_id}/api-tokens",
    tag = "API Tokens",
    params(("workspace_id" = WireId, Path, description = "Workspace ID")),
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The tokens, by age; of each only its end", body = [ApiTokenOut]),
        (status = 401, description = "The token is not good", body = ErrorBody),
        (status = 403, description = "OWNER or ADMIN role required", body = ErrorBody),
        (status = 404, description = "Workspace not found", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "The plan's limit of requests is reached", body = ErrorBody),
    )
)]
pub(crate) async fn list_api_tokens(
    state: State,
    allowed: Allowed<ManageWorkspace>,
    path: Path<String>,
) -> Result<Found<Vec<ApiTokenOut>>, Failure> {
    let id = workspace_id(&path.value)?;
    let tokens = state.service.api_tokens.list(&allowed.permit, id).await?;
    Ok(Found::new(tokens.into_iter().map(ApiTokenOut::from).collect()))
}
