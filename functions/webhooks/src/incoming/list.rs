//! `GET /api/workspaces/{workspace_id}/incoming-webhooks`

use http::HeaderMap;
use switchboard_dialect_whatsapp::incoming_webhooks::IncomingWebhookOut;
use switchboard_dialect_whatsapp::page::{PageOut, PageQuery};
use switchboard_dialect_whatsapp::{
    Allowed, ErrorBody, Failure, Found, Path, Query, ValidationErrorBody, WireId,
};
use switchboard_model::access::ManageWorkspace;
use switchboard_model::page::Page;

use super::origin;
use crate::{State, workspace_id};

/// List incoming webhooks
///
/// By age. Role OWNER or ADMIN.
#[utoipa::path(
    get,
    path = "/api/workspaces/{workspace_id}/incoming-webhooks",
    operation_id = "list_incoming_webhooks",
    tag = "Incoming Webhooks",
    security(("bearer" = [])),
    params(("workspace_id" = WireId, Path, description = "The workspace"), PageQuery),
    responses(
        (status = 200, description = "A page of the incoming webhooks", body = PageOut<IncomingWebhookOut>),
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
    headers: HeaderMap,
    query: Query<PageQuery>,
) -> Result<Found<PageOut<IncomingWebhookOut>>, Failure> {
    let slice = query.value.slice()?;
    let page = state.service.incoming.list(&allowed.permit, workspace_id(&path.value)?, slice).await?;
    let origin = origin(&headers);
    let items = page.items.into_iter();
    let items = items.map(|(webhook, usage)| IncomingWebhookOut::new(webhook, usage, &origin)).collect();
    Ok(Found::new(PageOut::new(Page { items, total: page.total }, slice)))
}
