//! `POST /api/workspaces/{workspace_id}/webhooks/{webhook_id}/deliveries/{event_id}/replay`

use switchboard_dialect_whatsapp::webhooks::{DeliveryOut, event_id, webhook_id};
use switchboard_dialect_whatsapp::{
    Accepted, Allowed, ErrorBody, Failure, Path, ValidationErrorBody, WireId,
};
use switchboard_model::access::ManageWorkspace;

use crate::{State, workspace_id};

/// Deliver an event anew
///
/// Whatever became of it. It keeps its id, is signed anew, and has all its attempts again; one that is pending goes on,
/// unless its next attempt is more than an hour late. Role OWNER or ADMIN.
#[utoipa::path(
    post,
    path = "/api/workspaces/{workspace_id}/webhooks/{webhook_id}/deliveries/{event_id}/replay",
    operation_id = "replay_webhook_delivery",
    tag = "Webhooks",
    security(("bearer" = [])),
    params(("workspace_id" = WireId, Path, description = "The workspace"), ("webhook_id" = WireId, Path, description = "The webhook"), ("event_id" = String, Path, description = "The event")),
    responses(
        (status = 202, description = "The delivery is under way", body = DeliveryOut),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 403, description = "Another role is required", body = ErrorBody),
        (status = 404, description = "No such delivery", body = ErrorBody),
        (status = 409, description = "The webhook is disabled", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn replay(
    state: State,
    allowed: Allowed<ManageWorkspace>,
    path: Path<(String, String, String)>,
) -> Result<Accepted<DeliveryOut>, Failure> {
    let (workspace, webhook, event) = &path.value;
    let (workspace_id, webhook_id, event_id) =
        (workspace_id(workspace)?, webhook_id(webhook)?, event_id(event)?);
    let delivery = state.service.webhooks.replay(&allowed.permit, workspace_id, webhook_id, event_id).await?;
    Ok(Accepted::new(delivery.into()))
}
