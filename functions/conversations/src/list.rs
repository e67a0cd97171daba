//! `GET /api/conversations`

use switchboard_dialect_whatsapp::conversations::{ConversationPageOut, ConversationQuery};
use switchboard_dialect_whatsapp::page::{List, ListQuery};
use switchboard_dialect_whatsapp::{Allowed, ErrorBody, Failure, Found, Query, ValidationErrorBody};
use switchboard_model::access::ReadWorkspace;

use crate::State;

/// List conversations
///
/// By the time of their last message, newest first. A conversation begins with a message of the customer or with a
/// single one to them; messages of campaigns alone make none.
#[utoipa::path(
    get,
    path = "/api/conversations",
    tag = "Conversations",
    security(("bearer" = [])),
    params(ListQuery::<ConversationQuery>),
    responses(
        (status = 200, description = "A page of the workspace's conversations", body = ConversationPageOut),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 404, description = "No such workspace", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn list_conversations(
    state: State,
    allowed: Allowed<ReadWorkspace>,
    query: Query<ListQuery<ConversationQuery>>,
) -> Result<Found<ConversationPageOut>, Failure> {
    let List { workspace_id, filter, slice } = query.value.check()?;
    let list = state.service.list(&allowed.permit, workspace_id, &filter, slice).await?;
    Ok(Found::new(ConversationPageOut::new(list.page, list.truncated, slice)))
}
