//! `PATCH /api/workspaces/{workspace_id}/webhooks/{webhook_id}`

use switchboard_dialect_whatsapp::webhooks::{UpdateWebhookIn, WebhookOut, webhook_id};
use switchboard_dialect_whatsapp::{
    Allowed, ErrorBody, Failure, Found, Json, Path, ValidationErrorBody, WireId,
};
use switchboard_model::access::ManageWorkspace;

use crate::{State, workspace_id};

/// Change a webhook
///
/// What is left out stays. A webhook that failed for long and was disabled is made active again by its status. With
/// another address it begins anew: what it failed before is forgotten. Role OWNER or ADMIN.
#[utoipa::path(
    patch,
    path = "/api/workspaces/{workspace_id}/webhooks/{webhook_id}",
    operation_id = "update_webhook",
    tag = "Webhooks",
    security(("bearer" = [])),
    params(("workspace_id" = WireId, Path, description = "The workspace"), ("webhook_id" = WireId, Path, description = "The webhook")),
    request_body = UpdateWebhookIn,
    responses(
        (status = 200, description = "The webhook", body = WebhookOut),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 403, description = "Another role is required", body = ErrorBody),
        (status = 404, description = "No such webhook", body = ErrorBody),
        (status = 409, description = "Other changes came in between", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn update(
    state: State,
    allowed: Allowed<ManageWorkspace>,
    path: Path<(String, String)>,
    body: Json<UpdateWebhookIn>,
) -> Result<Found<WebhookOut>, Failure> {
    let (workspace_id, webhook_id) = (workspace_id(&path.value.0)?, webhook_id(&path.value.1)?);
    let change = body.value.try_into()?;
    let endpoint = state.service.webhooks.update(&allowed.permit, workspace_id, webhook_id, change).await?;
    Ok(Found::new(endpoint.into()))
}
