//! `GET /api/workspaces/{workspace_id}/webhooks/{webhook_id}/deliveries/{event_id}`

use switchboard_dialect_whatsapp::webhooks::{DeliveryDetailsOut, event_id, webhook_id};
use switchboard_dialect_whatsapp::{Allowed, ErrorBody, Failure, Found, Path, ValidationErrorBody, WireId};
use switchboard_model::access::ManageWorkspace;

use crate::{State, workspace_id};

/// Get a delivery
///
/// With its attempts and the event as receivers get it. Role OWNER or ADMIN.
#[utoipa::path(
    get,
    path = "/api/workspaces/{workspace_id}/webhooks/{webhook_id}/deliveries/{event_id}",
    operation_id = "get_webhook_delivery",
    tag = "Webhooks",
    security(("bearer" = [])),
    params(("workspace_id" = WireId, Path, description = "The workspace"), ("webhook_id" = WireId, Path, description = "The webhook"), ("event_id" = String, Path, description = "The event")),
    responses(
        (status = 200, description = "The delivery", body = DeliveryDetailsOut),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 403, description = "Another role is required", body = ErrorBody),
        (status = 404, description = "No such delivery", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn delivery(
    state: State,
    allowed: Allowed<ManageWorkspace>,
    path: Path<(String, String, String)>,
) -> Result<Found<DeliveryDetailsOut>, Failure> {
    let (workspace, webhook, event) = &path.value;
    let (workspace_id, webhook_id, event_id) =
        (workspace_id(workspace)?, webhook_id(webhook)?, event_id(event)?);
    let found = state.service.webhooks.delivery(&allowed.permit, workspace_id, webhook_id, event_id).await?;
    Ok(Found::new(DeliveryDetailsOut::new(found.0, found.1)))
}
