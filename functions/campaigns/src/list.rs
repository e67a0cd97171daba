//! `GET /api/campaigns`

use switchboard_dialect_whatsapp::campaigns::{CampaignFilter, ListedCampaign};
use switchboard_dialect_whatsapp::page::{List, ListQuery, PageOut};
use switchboard_dialect_whatsapp::{Allowed, ErrorBody, Failure, Found, Query, ValidationErrorBody};
use switchboard_model::access::ReadWorkspace;
use switchboard_model::page::Page;

use crate::State;

/// List campaigns
///
/// The newest first.
#[utoipa::path(
    get,
    path = "/api/campaigns",
    operation_id = "list_campaigns",
    tag = "Campaigns",
    security(("bearer" = [])),
    params(ListQuery::<CampaignFilter>),
    responses(
        (status = 200, description = "A page of the campaigns of the workspace", body = PageOut<ListedCampaign>),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 404, description = "No such workspace", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn list(
    state: State,
    allowed: Allowed<ReadWorkspace>,
    query: Query<ListQuery<CampaignFilter>>,
) -> Result<Found<PageOut<ListedCampaign>>, Failure> {
    let List { workspace_id, filter, slice } = query.value.check()?;
    let page = Box::pin(state.service.list(&allowed.permit, workspace_id, filter, slice)).await?;
    let items = page.items.into_iter().map(|counted| ListedCampaign::new(counted.campaign, &counted.counts));
    Ok(Found::new(PageOut::new(Page { items: items.collect(), total: page.total }, slice)))
}
