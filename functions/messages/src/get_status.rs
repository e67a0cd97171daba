//! `GET /api/messages/{message_id}/status`

use switchboard_dialect_whatsapp::messages::MessageStatusOut;
use switchboard_dialect_whatsapp::{Allowed, ErrorBody, Failure, Found, Path, ValidationErrorBody, WireId};
use switchboard_model::DomainError;
use switchboard_model::access::ReadWorkspace;

use crate::State;

/// Get a message's status
#[utoipa::path(
    get,
    path = "/api/messages/{message_id}/status",
    tag = "Messages",
    security(("bearer" = [])),
    params(("message_id" = WireId, Path, description = "The message")),
    responses(
        (status = 200, description = "How far the message has come", body = MessageStatusOut),
        (status = 401, description = "The token is not good", body = ErrorBody),
        (status = 404, description = "No such message", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "The workspace's rate limit is exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn get_message_status(
    state: State,
    allowed: Allowed<ReadWorkspace>,
    path: Path<String>,
) -> Result<Found<MessageStatusOut>, Failure> {
    let id = WireId::in_path("message_id", &path.value, DomainError::MessageNotFound)?;
    let message = state.service.message(&allowed.permit, id).await?;
    Ok(Found::new(MessageStatusOut::from(&message)))
}
