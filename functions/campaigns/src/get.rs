//! `GET /api/campaigns/{campaign_id}`

use switchboard_dialect_whatsapp::campaigns::{CampaignOut, campaign_id};
use switchboard_dialect_whatsapp::{Allowed, ErrorBody, Failure, Found, Path, ValidationErrorBody, WireId};
use switchboard_model::access::ReadWorkspace;

use crate::{State, told};

/// Get a campaign
#[utoipa::path(
    get,
    path = "/api/campaigns/{campaign_id}",
    operation_id = "get_campaign",
    tag = "Campaigns",
    security(("bearer" = [])),
    params(("campaign_id" = WireId, Path, description = "Our id of the campaign")),
    responses(
        (status = 200, description = "The campaign", body = CampaignOut),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 404, description = "No such campaign", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn get(
    state: State,
    allowed: Allowed<ReadWorkspace>,
    path: Path<String>,
) -> Result<Found<CampaignOut>, Failure> {
    let counted = state.service.get(&allowed.permit, campaign_id(&path.value)?).await?;
    Ok(Found::new(told(&counted)))
}
