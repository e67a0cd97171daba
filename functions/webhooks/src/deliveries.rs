//! `GET /api/workspaces/{workspace_id}/webhooks/{webhook_id}/deliveries`

use switchboard_dialect_whatsapp::webhooks::{DeliveryLogOut, Log, LogQuery, webhook_id};
use switchboard_dialect_whatsapp::{
    Allowed, ErrorBody, Failure, Found, Path, Query, ValidationErrorBody, WireId,
};
use switchboard_model::access::ManageWorkspace;
use switchboard_service::webhooks as service;

use crate::{State, workspace_id};

/// List deliveries to a webhook
///
/// Those of the newest events first; they are kept for 30 days. Role OWNER or ADMIN.
#[utoipa::path(
    get,
    path = "/api/workspaces/{workspace_id}/webhooks/{webhook_id}/deliveries",
    operation_id = "list_webhook_deliveries",
    tag = "Webhooks",
    security(("bearer" = [])),
    params(("workspace_id" = WireId, Path, description = "The workspace"), ("webhook_id" = WireId, Path, description = "The webhook"), LogQuery),
    responses(
        (status = 200, description = "A page of the log", body = DeliveryLogOut),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 403, description = "Another role is required", body = ErrorBody),
        (status = 404, description = "No such webhook", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn deliveries(
    state: State,
    allowed: Allowed<ManageWorkspace>,
    path: Path<(String, String)>,
    query: Query<LogQuery>,
) -> Result<Found<DeliveryLogOut>, Failure> {
    let (workspace_id, webhook_id) = (workspace_id(&path.value.0)?, webhook_id(&path.value.1)?);
    let Log { state: delivery_state, before, limit } = query.value.try_into()?;
    let query =
        service::LogQuery { workspace_id, endpoint_id: webhook_id, state: delivery_state, before, limit };
    let page = state.service.webhooks.log(&allowed.permit, &query).await?;
    Ok(Found::new(DeliveryLogOut::new(page.deliveries, page.next)))
}
