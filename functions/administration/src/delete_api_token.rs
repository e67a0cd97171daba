//! `DELETE /api/workspaces/{workspace_id}/api-tokens/{token_id}`

use switchboard_dialect_whatsapp::{
    Allowed, ErrorBody, Failure, NoContent, Path, ValidationErrorBody, WireId,
};
use switchboard_model::access::ManageWorkspace;

use crate::{State, token_id, workspace_id};

/// Delete an API token
///
/// It stops working at once. Needs OWNER or ADMIN.
#[utoipa::path(
    delete,
    path = "/api/workspaces/{workspace_id}/api-tokens/{token_id}",
    tag = "API Tokens",
    params(
        ("workspace_id" = WireId, Path, description = "Workspace ID"),
        ("token_id" = WireId, Path, description = "ID of the API token"),
    ),
    security(("bearer" = [])),
    responses(
        (status = 204, description = "The token does not work any more"),
        (status = 401, description = "The token is not good", body = ErrorBody),
        (status = 403, description = "OWNER or ADMIN role required", body = ErrorBody),
        (status = 404, description = "Workspace or API token not found", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "The plan's limit of requests is reached", body = ErrorBody),
    )
)]
pub(crate) async fn delete_api_token(
    state: State,
    allowed: Allowed<ManageWorkspace>,
    path: Path<(String, String)>,
) -> Result<NoContent, Failure> {
    let (workspace, token) = (workspace_id(&path.value.0)?, token_id(&path.value.1)?);
    state.service.api_tokens.delete(&allowed.permit, workspace, token).await?;
    Ok(NoContent)
}
