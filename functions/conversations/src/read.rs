//! `POST /api/conversations/{conversation_id}/read`

use switchboard_dialect_whatsapp::conversations::{ConversationOut, conversation_id};
use switchboard_dialect_whatsapp::{Allowed, ErrorBody, Failure, Found, Path, ValidationErrorBody, WireId};
use switchboard_model::access::ManageConversations;

use crate::State;

/// Mark a conversation as read
///
/// All its messages are read from now on. WhatsApp shows the customer so; it is told once.
#[utoipa::path(
    post,
    path = "/api/conversations/{conversation_id}/read",
    tag = "Conversations",
    security(("bearer" = [])),
    params(("conversation_id" = WireId, Path, description = "The conversation")),
    responses(
        (status = 200, description = "The conversation", body = ConversationOut),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 403, description = "The workspace is not active", body = ErrorBody),
        (status = 404, description = "No such conversation", body = ErrorBody),
        (status = 409, description = "Other changes came in between", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn read_conversation(
    state: State,
    allowed: Allowed<ManageConversations>,
    path: Path<String>,
) -> Result<Found<ConversationOut>, Failure> {
    let id = conversation_id(&path.value)?;
    let conversation = state.service.read(&allowed.permit, id).await?;
    Ok(Found::new(conversation.into()))
}
