//! `PATCH /api/workspaces/{workspace_id}/incoming-webhooks/{webhook_id}`

use http::HeaderMap;
use switchboard_dialect_whatsapp::incoming_webhooks::{
    IncomingWebhookOut, UpdateIncomingWebhookIn, webhook_id,
};
use switchboard_dialect_whatsapp::{
    Allowed, ErrorBody, Failure, Found, Json, Path, ValidationErrorBody, WireId,
};
use switchboard_model::access::ManageWorkspace;

use super::origin;
use crate::{State, workspace_id};

/// Change an incoming webhook
///
/// What is left out stays. Requests by a webhook that is disabled are refused until it is active again. Role OWNER or
/// ADMIN.
#[utoipa::path(
    patch,
    path = "/api/workspaces/{workspace_id}/incoming-webhooks/{webhook_id}",
    operation_id = "update_incoming_webhook",
    tag = "Incoming Webhooks",
    security(("bearer" = [])),
    params(("workspace_id" = WireId, Path, description = "The workspace"), ("webhook_id" = WireId, Path, description = "The webhook")),
    request_body = UpdateIncomingWebhookIn,
    responses(
        (status = 200, description = "The webhook", body = IncomingWebhookOut),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 403, description = "Another role is required", body = ErrorBody),
        (status = 404, description = "No such webhook or channel", body = ErrorBody),
        (status = 409, description = "Other changes came in between", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn update(
    state: State,
    allowed: Allowed<ManageWorkspace>,
    path: Path<(String, String)>,
    headers: HeaderMap,
    body: Json<UpdateIncomingWebhookIn>,
) -> Result<Found<IncomingWebhookOut>, Failure> {
    let (workspace_id, webhook_id) = (workspace_id(&path.value.0)?, webhook_id(&path.value.1)?);
    let change = body.value.try_into()?;
    let changed = state.service.incoming.update(&allowed.permit, workspace_id, webhook_id, change).await?;
    Ok(Found::new(IncomingWebhookOut::new(changed.0, changed.1, &origin(&headers))))
}
