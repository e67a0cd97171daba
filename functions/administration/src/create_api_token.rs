//! `POST /api/workspaces/{workspace_id}/api-tokens`

use switchboard_dialect_whatsapp::api_tokens::{ApiTokenOut, CreateApiToken, CreateApiTokenIn};
use switchboard_dialect_whatsapp::{
    Allowed, Created, ErrorBody, Failure, Json, Path, ValidationErrorBody, WireId,
};
use switchboard_model::access::ManageWorkspace;
use switchboard_service::api_tokens::NewApiToken;

use crate::{State, workspace_id};

/// Create an API token
///
/// A token is for programs that use the Workspace Messaging API v1. It is told here only. Needs OWNER or ADMIN; a
/// token of an ADMIN can't add an owner.
#[utoipa::path(
    post,
    path = "/api/workspaces/{workspace_id}/api-tokens",
    tag = "API Tokens",
    params(("workspace_id" = WireId, Path, description = "Workspace ID")),
    request_body = CreateApiTokenIn,
    security(("bearer" = [])),
    responses(
        (status = 201, description = "The token", body = ApiTokenOut),
        (status = 401, description = "The token is not good", body = ErrorBody),
        (status = 403, description = "OWNER or ADMIN role required", body = ErrorBody),
        (status = 404, description = "Workspace not found", body = ErrorBody),
        (status = 409, description = "The workspace has as many tokens as it may", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "The plan's limit of requests is reached", body = ErrorBody),
    )
)]
pub(crate) async fn create_api_token(
    state: State,
    allowed: Allowed<ManageWorkspace>,
    path: Path<String>,
    body: Json<CreateApiTokenIn>,
) -> Result<Created<ApiTokenOut>, Failure> {
    let id = workspace_id(&path.value)?;
    let CreateApiToken { name, grants, rate_limit, expires_at } = body.value.try_into()?;
    let new = NewApiToken { name, grants, rate_limit, expires_at };
    let issued = state.service.api_tokens.create(&allowed.permit, id, new).await?;
    Ok(Created::new(ApiTokenOut::from((issued.token, issued.secret))))
}
