//! `GET /api/contacts/imports/{import_id}/results`

use switchboard_dialect_whatsapp::contacts::import::{RowFilter, RowOut, import_id};
use switchboard_dialect_whatsapp::page::{FilterQuery, PageOut};
use switchboard_dialect_whatsapp::{
    Allowed, ErrorBody, Failure, Found, Path, Query, ValidationErrorBody, WireId,
};
use switchboard_model::access::ReadWorkspace;

use crate::State;

/// List what came of the rows of an import
///
/// In the order of the file, as far as the import has come. Kept for 30 days.
#[utoipa::path(
    get,
    path = "/api/contacts/imports/{import_id}/results",
    operation_id = "list_contact_import_results",
    tag = "Contacts",
    security(("bearer" = [])),
    params(("import_id" = WireId, Path, description = "The import"), FilterQuery::<RowFilter>),
    responses(
        (status = 200, description = "A page of rows", body = PageOut<RowOut>),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 404, description = "No such import", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn import_results(
    state: State,
    allowed: Allowed<ReadWorkspace>,
    path: Path<String>,
    query: Query<FilterQuery<RowFilter>>,
) -> Result<Found<PageOut<RowOut>>, Failure> {
    let (status, slice) = query.value.check()?;
    let id = import_id(&path.value)?;
    let page = Box::pin(state.service.imports.results(&allowed.permit, id, status, slice)).await?;
    Ok(Found::new(PageOut::new(page, slice)))
}
