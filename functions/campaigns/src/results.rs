//! `GET /api/campaigns/{campaign_id}/results.csv`

use switchboard_dialect_whatsapp::campaigns::{
    RESULTS_PAGE, Results, ResultsPage, ResultsQuery, campaign_id,
};
use switchboard_dialect_whatsapp::{Allowed, ErrorBody, Failure, Path, Query, ValidationErrorBody, WireId};
use switchboard_model::access::ReadWorkspace;

use crate::State;

/// Export the results of a campaign
///
/// A table with a row for each recipient, 5,000 at a time: as long as there are more, the `Link` header says where
/// (`rel="next"`). Only the first part has the names of the columns, so that all parts together are one table.
#[utoipa::path(
    get,
    path = "/api/campaigns/{campaign_id}/results.csv",
    operation_id = "export_campaign_results",
    tag = "Campaigns",
    security(("bearer" = [])),
    params(("campaign_id" = WireId, Path, description = "Our id of the campaign"), ResultsQuery),
    responses(
        (status = 200, description = "A part of the table", body = String, content_type = "text/csv"),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 404, description = "No such campaign", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn results(
    state: State,
    allowed: Allowed<ReadWorkspace>,
    path: Path<String>,
    query: Query<ResultsQuery>,
) -> Result<ResultsPage, Failure> {
    let id = campaign_id(&path.value)?;
    let Results { position } = query.value.try_into()?;
    let first = position.is_none();
    let found = Box::pin(state.service.results(&allowed.permit, id, position, RESULTS_PAGE)).await?;
    Ok(ResultsPage::new(id, found.rows, first, found.position))
}
