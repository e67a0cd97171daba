//! `GET /api/templates`

use switchboard_dialect_whatsapp::page::{List, ListQuery, PageOut};
use switchboard_dialect_whatsapp::templates::{ListedTemplateOut, TemplateQuery};
use switchboard_dialect_whatsapp::{Allowed, ErrorBody, Failure, Found, Query, ValidationErrorBody};
use switchboard_model::access::ReadWorkspace;

use crate::State;

/// List templates
///
/// The newest first.
#[utoipa::path(
    get,
    path = "/api/templates",
    operation_id = "list_templates",
    tag = "Templates",
    security(("bearer" = [])),
    params(ListQuery::<TemplateQuery>),
    responses(
        (status = 200, description = "A page of the workspace's templates", body = PageOut<ListedTemplateOut>),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 404, description = "No such workspace", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn list(
    state: State,
    allowed: Allowed<ReadWorkspace>,
    query: Query<ListQuery<TemplateQuery>>,
) -> Result<Found<PageOut<ListedTemplateOut>>, Failure> {
    let List { workspace_id, filter, slice } = query.value.check()?;
    let page = state.service.list(&allowed.permit, workspace_id, filter, slice).await?;
    Ok(Found::new(PageOut::new(page, slice)))
}
