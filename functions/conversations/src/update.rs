//! `PATCH /api/conversations/{conversation_id}`

use switchboard_dialect_whatsapp::conversations::{ConversationOut, UpdateConversationIn, conversation_id};
use switchboard_dialect_whatsapp::{
    Allowed, ErrorBody, Failure, Found, Json, Path, ValidationErrorBody, WireId,
};
use switchboard_model::access::ManageConversations;

use crate::State;

/// Assign a conversation
///
/// To a member of the workspace, who takes care of it from now on, or to nobody.
#[utoipa::path(
    patch,
    path = "/api/conversations/{conversation_id}",
    tag = "Conversations",
    security(("bearer" = [])),
    params(("conversation_id" = WireId, Path, description = "The conversation")),
    request_body = UpdateConversationIn,
    responses(
        (status = 200, description = "The conversation", body = ConversationOut),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 403, description = "The workspace is not active", body = ErrorBody),
        (status = 404, description = "No such conversation, or no such member", body = ErrorBody),
        (status = 409, description = "Other changes came in between", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn update_conversation(
    state: State,
    allowed: Allowed<ManageConversations>,
    path: Path<String>,
    body: Json<UpdateConversationIn>,
) -> Result<Found<ConversationOut>, Failure> {
    let id = conversation_id(&path.value)?;
    let conversation = state.service.assign(&allowed.permit, id, body.value.assignee()?).await?;
    Ok(Found::new(conversation.into()))
}
