//! `POST /api/messages/{message_id}/read`

use switchboard_dialect_whatsapp::messages::{ReadMessageIn, ReadMessageOut};
use switchboard_dialect_whatsapp::{
    Allowed, ErrorBody, Failure, Found, OptionalJson, Path, ValidationErrorBody, WireId,
};
use switchboard_model::DomainError;
use switchboard_model::access::ManageConversations;
use switchboard_service::messages::ReadMessage;

use crate::State;

/// Mark a customer's message as read
///
/// WhatsApp shows the customer that this message and all before it are read, and, if asked to, that an answer is
/// being written. Only messages of customers can be read.
#[utoipa::path(
    post,
    path = "/api/messages/{message_id}/read",
    tag = "Messages",
    security(("bearer" = [])),
    params(("message_id" = WireId, Path, description = "The message")),
    request_body(content = Option<ReadMessageIn>),
    responses(
        (status = 200, description = "WhatsApp will be told", body = ReadMessageOut),
        (status = 401, description = "The token is not good", body = ErrorBody),
        (status = 404, description = "No such message of a customer", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "The workspace's rate limit is exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn read_message(
    state: State,
    allowed: Allowed<ManageConversations>,
    path: Path<String>,
    body: OptionalJson<ReadMessageIn>,
) -> Result<Found<ReadMessageOut>, Failure> {
    let id = WireId::in_path("message_id", &path.value, DomainError::MessageNotFound)?;
    let typing = body.value.typing;
    let message = state.service.read(&allowed.permit, ReadMessage { id, typing }).await?;
    Ok(Found::new(ReadMessageOut::new(&message, typing)))
}
