//! `GET /api/campaigns/{campaign_id}/recipients`

use switchboard_dialect_whatsapp::campaigns::{RecipientFilter, RecipientPageOut, campaign_id};
use switchboard_dialect_whatsapp::page::FilterQuery;
use switchboard_dialect_whatsapp::{
    Allowed, ErrorBody, Failure, Found, Path, Query, ValidationErrorBody, WireId,
};
use switchboard_model::access::ReadWorkspace;

use crate::State;

/// List the recipients of a campaign
#[utoipa::path(
    get,
    path = "/api/campaigns/{campaign_id}/recipients",
    operation_id = "list_campaign_recipients",
    tag = "Campaigns",
    security(("bearer" = [])),
    params(("campaign_id" = WireId, Path, description = "Our id of the campaign"), FilterQuery::<RecipientFilter>),
    responses(
        (status = 200, description = "A page of the recipients", body = RecipientPageOut),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 404, description = "No such campaign", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn recipients(
    state: State,
    allowed: Allowed<ReadWorkspace>,
    path: Path<String>,
    query: Query<FilterQuery<RecipientFilter>>,
) -> Result<Found<RecipientPageOut>, Failure> {
    let id = campaign_id(&path.value)?;
    let (status, slice) = query.value.check()?;
    let list = Box::pin(state.service.recipients(&allowed.permit, id, status, slice)).await?;
    Ok(Found::new(RecipientPageOut::new(list.page, list.truncated, slice)))
}
