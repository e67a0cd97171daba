//! `POST /api/workspaces/{workspace_id}/api-tokens/{token_id}/rotate`

use switchboard_dialect_whatsapp::api_tokens::ApiTokenOut;
use switchboard_dialect_whatsapp::{Allowed, ErrorBody, Failure, Found, Path, ValidationErrorBody, WireId};
use switchboard_model::access::ManageWorkspace;

use crate::{State, token_id, workspace_id};

/// Rotate an API token
///
/// The token that it was stops working at once; everything else of it stays. Needs OWNER or ADMIN.
#[utoipa::path(
    post,
    path = "/api/workspaces/{workspace_id}/api-tokens/{token_id}/rotate",
    tag = "API Tokens",
    params(
        ("workspace_id" = WireId, Path, description = "Workspace ID"),
        ("token_id" = WireId, Path, description = "ID of the API token"),
    ),
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The new token, which is told here only", body = ApiTokenOut),
        (status = 401, description = "The token is not good", body = ErrorBody),
        (status = 403, description = "OWNER or ADMIN role required", body = ErrorBody),
        (status = 404, description = "Workspace or API token not found", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "The plan's limit of requests is reached", body = ErrorBody),
    )
)]
pub(crate) async fn rotate_api_token(
    state: State,
    allowed: Allowed<ManageWorkspace>,
    path: Path<(String, String)>,
) -> Result<Found<ApiTokenOut>, Failure> {
    let (workspace, token) = (workspace_id(&path.value.0)?, token_id(&path.value.1)?);
    let issued = state.service.api_tokens.rotate(&allowed.permit, workspace, token).await?;
    Ok(Found::new(ApiTokenOut::from((issued.token, issued.secret))))
}
