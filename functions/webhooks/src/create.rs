//! `POST /api/workspaces/{workspace_id}/webhooks`

use switchboard_dialect_whatsapp::webhooks::{CreateWebhookIn, WebhookOut};
use switchboard_dialect_whatsapp::{
    Allowed, Created, ErrorBody, Failure, Json, Path, ValidationErrorBody, WireId,
};
use switchboard_model::access::ManageWorkspace;

use crate::{State, workspace_id};

/// Create a webhook
///
/// Events are posted as JSON, signed by Standard Webhooks 1.0.0 (`webhook-id`, `webhook-timestamp`,
/// `webhook-signature`) and beside that by `X-Webhook-Signature: sha256=…`. The answer is the only one that has the
/// secret in full. The first webhook that is told of a kind of event may miss those of the next five seconds; and what
/// becomes of a message that was stored before is not told, such as its statuses. Role OWNER or ADMIN.
#[utoipa::path(
    post,
    path = "/api/workspaces/{workspace_id}/webhooks",
    operation_id = "create_webhook",
    tag = "Webhooks",
    security(("bearer" = [])),
    params(("workspace_id" = WireId, Path, description = "The workspace")),
    request_body = CreateWebhookIn,
    responses(
        (status = 201, description = "The webhook, with its secret", body = WebhookOut),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 403, description = "Another role is required", body = ErrorBody),
        (status = 404, description = "No such workspace", body = ErrorBody),
        (status = 409, description = "The workspace has too many webhooks", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn create(
    state: State,
    allowed: Allowed<ManageWorkspace>,
    path: Path<String>,
    body: Json<CreateWebhookIn>,
) -> Result<Created<WebhookOut>, Failure> {
    let new = body.value.checked(workspace_id(&path.value)?)?;
    let made = state.service.webhooks.create(&allowed.permit, new).await?;
    Ok(Created::new(WebhookOut::with_secret(made.endpoint, made.secret)))
}
