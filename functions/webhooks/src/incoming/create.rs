//! `POST /api/workspaces/{workspace_id}/incoming-webhooks`

use http::HeaderMap;
use switchboard_dialect_whatsapp::incoming_webhooks::{
    CreateIncomingWebhook, CreateIncomingWebhookIn, IncomingWebhookOut,
};
use switchboard_dialect_whatsapp::{
    Allowed, Created, ErrorBody, Failure, Json, Path, ValidationErrorBody, WireId,
};
use switchboard_model::access::ManageWorkspace;
use switchboard_service::incoming_webhooks::NewIncomingWebhook;

use super::origin;
use crate::{State, workspace_id};

/// Create an incoming webhook
///
/// A service outside does things in the workspace by requests to `POST /api/v1/webhooks/incoming`, which its secret
/// signs. The answer is the only one that has the secret in full. Role OWNER or ADMIN.
#[utoipa::path(
    post,
    path = "/api/workspaces/{workspace_id}/incoming-webhooks",
    operation_id = "create_incoming_webhook",
    tag = "Incoming Webhooks",
    security(("bearer" = [])),
    params(("workspace_id" = WireId, Path, description = "The workspace")),
    request_body = CreateIncomingWebhookIn,
    responses(
        (status = 201, description = "The webhook, with its secret", body = IncomingWebhookOut),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 403, description = "Another role is required", body = ErrorBody),
        (status = 404, description = "No such workspace or channel", body = ErrorBody),
        (status = 409, description = "The workspace has too many incoming webhooks", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn create(
    state: State,
    allowed: Allowed<ManageWorkspace>,
    path: Path<String>,
    headers: HeaderMap,
    body: Json<CreateIncomingWebhookIn>,
) -> Result<Created<IncomingWebhookOut>, Failure> {
    let workspace_id = workspace_id(&path.value)?;
    let CreateIncomingWebhook { name, channel_id, actions, rate_limit } = body.value.try_into()?;
    let new = NewIncomingWebhook { name, channel_id, actions, rate_limit };
    let made = state.service.incoming.create(&allowed.permit, workspace_id, new).await?;
    let webhook = IncomingWebhookOut::new(made.webhook, made.usage, &origin(&headers));
    Ok(Created::new(webhook.with_secret(made.secret)))
}
