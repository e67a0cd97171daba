//! `GET /api/conversations/{conversation_id}`

use switchboard_dialect_whatsapp::conversations::{ConversationOut, conversation_id};
use switchboard_dialect_whatsapp::{Allowed, ErrorBody, Failure, Found, Path, ValidationErrorBody, WireId};
use switchboard_model::access::ReadWorkspace;

use crate::State;

/// Get a conversation
#[utoipa::path(
    get,
    path = "/api/conversations/{conversation_id}",
    tag = "Conversations",
    security(("bearer" = [])),
    params(("conversation_id" = WireId, Path, description = "The conversation")),
    responses(
        (status = 200, description = "The conversation", body = ConversationOut),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 404, description = "No such conversation", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn get_conversation(
    state: State,
    allowed: Allowed<ReadWorkspace>,
    path: Path<String>,
) -> Result<Found<ConversationOut>, Failure> {
    let id = conversation_id(&path.value)?;
    let conversation = state.service.get(&allowed.permit, id).await?;
    Ok(Found::new(conversation.into()))
}
