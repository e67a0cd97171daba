//! `POST /api/workspaces/{workspace_id}/webhooks/{webhook_id}/replay`

use switchboard_dialect_whatsapp::webhooks::{ReplayIn, ReplayOut, ReplaySpan, webhook_id};
use switchboard_dialect_whatsapp::{
    Accepted, Allowed, ErrorBody, Failure, Json, Path, ValidationErrorBody, WireId,
};
use switchboard_model::access::ManageWorkspace;
use switchboard_service::webhooks::ReplayRange;

use crate::{State, workspace_id};

/// Deliver what happened in a span of time anew
///
/// Events of the last 30 days that the webhook is subscribed to: those whose delivery failed, is more than an hour late
/// or was never made, or all. Each has all its attempts again. Role OWNER or ADMIN.
#[utoipa::path(
    post,
    path = "/api/workspaces/{workspace_id}/webhooks/{webhook_id}/replay",
    operation_id = "replay_webhook_range",
    tag = "Webhooks",
    security(("bearer" = [])),
    params(("workspace_id" = WireId, Path, description = "The workspace"), ("webhook_id" = WireId, Path, description = "The webhook")),
    request_body = ReplayIn,
    responses(
        (status = 202, description = "The replay is under way", body = ReplayOut),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 403, description = "Another role is required", body = ErrorBody),
        (status = 404, description = "No such webhook", body = ErrorBody),
        (status = 409, description = "The webhook is disabled", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn replay_range(
    state: State,
    allowed: Allowed<ManageWorkspace>,
    path: Path<(String, String)>,
    body: Json<ReplayIn>,
) -> Result<Accepted<ReplayOut>, Failure> {
    let (workspace_id, webhook_id) = (workspace_id(&path.value.0)?, webhook_id(&path.value.1)?);
    let ReplaySpan { since, until, all } = body.value.try_into()?;
    let range = ReplayRange { workspace_id, endpoint_id: webhook_id, since, until, all };
    let id = state.service.webhooks.replay_range(&allowed.permit, &range).await?;
    Ok(Accepted::new(id.into()))
}
