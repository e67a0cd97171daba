//! `POST /api/campaigns/{campaign_id}/start`

use switchboard_dialect_whatsapp::campaigns::{CampaignOut, campaign_id};
use switchboard_dialect_whatsapp::{Allowed, ErrorBody, Failure, Found, Path, ValidationErrorBody, WireId};
use switchboard_model::access::ManageCampaigns;

use crate::{State, told};

/// Start a campaign
///
/// From `draft` or `scheduled`, paused or not, to `sending`. All that can be checked is checked before anything is queued:
/// template, variables, phone number and audience. Starting twice starts once; after a pause only what was not sent is. Role OWNER, ADMIN or MEMBER.
#[utoipa::path(
    post,
    path = "/api/campaigns/{campaign_id}/start",
    operation_id = "start_campaign",
    tag = "Campaigns",
    security(("bearer" = [])),
    params(("campaign_id" = WireId, Path, description = "Our id of the campaign")),
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
pub(crate) async fn start(
    state: State,
    allowed: Allowed<ManageCampaigns>,
    path: Path<String>,
) -> Result<Found<CampaignOut>, Failure> {
    let counted = Box::pin(state.service.start(&allowed.permit, campaign_id(&path.value)?)).await?;
    Ok(Found::new(told(&counted)))
}
