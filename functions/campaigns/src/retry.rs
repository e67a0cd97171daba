//! `POST /api/campaigns/{campaign_id}/retry`

use switchboard_dialect_whatsapp::campaigns::{CampaignOut, RetryQuery, campaign_id};
use switchboard_dialect_whatsapp::{
    Allowed, ErrorBody, Failure, Found, Path, Query, ValidationErrorBody, WireId,
};
use switchboard_model::access::ManageCampaigns;

use crate::{State, told};

/// Send to failed recipients again
///
/// The campaign must be completed, failed or paused. Recipients that a message reached are not sent another. Role OWNER,
/// ADMIN or MEMBER.
#[utoipa::path(
    post,
    path = "/api/campaigns/{campaign_id}/retry",
    operation_id = "retry_campaign",
    tag = "Campaigns",
    security(("bearer" = [])),
    params(("campaign_id" = WireId, Path, description = "Our id of the campaign"), RetryQuery),
    responses(
        (status = 200, description = "The campaign", body = CampaignOut),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 403, description = "Another role is required", body = ErrorBody),
        (status = 404, description = "No such campaign", body = ErrorBody),
        (status = 409, description = "Its status does not allow this, or something is missing", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn retry(
    state: State,
    allowed: Allowed<ManageCampaigns>,
    path: Path<String>,
    query: Query<RetryQuery>,
) -> Result<Found<CampaignOut>, Failure> {
    let id = campaign_id(&path.value)?;
    query.value.check()?;
    let counted = Box::pin(state.service.retry_failed(&allowed.permit, id)).await?;
    Ok(Found::new(told(&counted)))
}
