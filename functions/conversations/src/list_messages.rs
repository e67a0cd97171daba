//! `GET /api/conversations/{conversation_id}/messages`

use switchboard_dialect_whatsapp::conversations::{
    Timeline, TimelineOut, TimelinePart, TimelineQuery, conversation_id,
};
use switchboard_dialect_whatsapp::{
    Allowed, ErrorBody, Failure, Found, Path, Query, ValidationErrorBody, WireId,
};
use switchboard_model::access::ReadWorkspace;
use switchboard_service::conversations;

use crate::State;

/// List the messages of a conversation
///
/// Of both sides, newest first, those of campaigns among them. Reactions, edits and messages that were taken back
/// stand as what they are; `about` says which message they are about.
#[utoipa::path(
    get,
    path = "/api/conversations/{conversation_id}/messages",
    tag = "Conversations",
    security(("bearer" = [])),
    params(("conversation_id" = WireId, Path, description = "The conversation"), TimelineQuery),
    responses(
        (status = 200, description = "A page of the conversation's messages", body = TimelineOut),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 404, description = "No such conversation", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn list_conversation_messages(
    state: State,
    allowed: Allowed<ReadWorkspace>,
    path: Path<String>,
    query: Query<TimelineQuery>,
) -> Result<Found<TimelineOut>, Failure> {
    let id = conversation_id(&path.value)?;
    let part = query.value.try_into()?;
    let asked = match part {
        TimelinePart::Slice(slice) => conversations::TimelinePart::Slice(slice),
        TimelinePart::Before { message_id, limit } => {
            conversations::TimelinePart::Before { message_id, limit }
        }
    };
    let conversations::Timeline { conversation, messages, total } =
        state.service.timeline(&allowed.permit, id, asked).await?;
    Ok(Found::new(TimelineOut::new(Timeline { conversation, messages, total }, part)))
}
