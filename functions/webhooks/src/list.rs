//! `GET /api/workspaces/{workspace_id}/webhooks`

use switchboard_dialect_whatsapp::page::{PageOut, PageQuery};
use switchboard_dialect_whatsapp::webhooks::WebhookOut;
use switchboard_dialect_whatsapp::{
    Allowed, ErrorBody, Failure, Found, Path, Query, ValidationErrorBody, WireId,
};
use switchboard_model::access::ManageWorkspace;

use crate::{State, workspace_id};

/// List webhooks
///
/// By age. Role OWNER or ADMIN.
#[utoipa::path(
    get,
    path = "/api/workspaces/{workspace_id}/webhooks",
    operation_id = "list_webhooks",
    tag = "Webhooks",
    security(("bearer" = [])),
    params(("workspace_id" = WireId, Path, description = "The workspace"), PageQuery),
    responses(
        (status = 200, description = "A page of the webhooks", body = PageOut<WebhookOut>),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 403, description = "Another role is required", body = ErrorBody),
        (status = 404, description = "No such workspace", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn list(
    state: State,
    allowed: Allowed<ManageWorkspace>,
    path: Path<String>,
    query: Query<PageQuery>,
) -> Result<Found<PageOut<WebhookOut>>, Failure> {
    let slice = query.value.slice()?;
    let page = state.service.webhooks.list(&allowed.permit, workspace_id(&path.value)?, slice).await?;
    Ok(Found::new(PageOut::new(page, slice)))
}
