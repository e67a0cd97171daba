//! `GET /api/media`

use switchboard_dialect_whatsapp::media::{ListedMedia, MediaFilter};
use switchboard_dialect_whatsapp::page::{List, ListQuery, PageOut};
use switchboard_dialect_whatsapp::{Allowed, ErrorBody, Failure, Found, Query, ValidationErrorBody};
use switchboard_model::access::ReadWorkspace;

use crate::State;

/// List media files
///
/// The newest first: what was uploaded, and what customers sent.
#[utoipa::path(
    get,
    path = "/api/media",
    operation_id = "list_media",
    tag = "Media",
    security(("bearer" = [])),
    params(ListQuery::<MediaFilter>),
    responses(
        (status = 200, description = "A page of the workspace's files", body = PageOut<ListedMedia>),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 404, description = "No such workspace", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn list(
    state: State,
    allowed: Allowed<ReadWorkspace>,
    query: Query<ListQuery<MediaFilter>>,
) -> Result<Found<PageOut<ListedMedia>>, Failure> {
    let List { workspace_id, filter, slice } = query.value.check()?;
    let page = state.service.list(&allowed.permit, workspace_id, filter, slice).await?;
    Ok(Found::new(PageOut::new(page, slice)))
}
