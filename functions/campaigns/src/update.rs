//! `PATCH /api/campaigns/{campaign_id}`

use switchboard_dialect_whatsapp::campaigns::{CampaignOut, UpdateCampaignIn, campaign_id};
use switchboard_dialect_whatsapp::{
    Allowed, ErrorBody, Failure, Found, Json, Path, ValidationErrorBody, WireId,
};
use switchboard_model::access::ManageCampaigns;

use crate::{State, told};

/// Change a campaign
///
/// What is left out stays. The name can be changed at any time, the rest until the campaign is started. The status
/// `scheduled` and `scheduled_at` schedule it; other states are reached by their own endpoints. Role OWNER, ADMIN or
/// MEMBER.
#[utoipa::path(
    patch,
    path = "/api/campaigns/{campaign_id}",
    operation_id = "update_campaign",
    tag = "Campaigns",
    security(("bearer" = [])),
    params(("campaign_id" = WireId, Path, description = "Our id of the campaign")),
    request_body = UpdateCampaignIn,
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
pub(crate) async fn update(
    state: State,
    allowed: Allowed<ManageCampaigns>,
    path: Path<String>,
    body: Json<UpdateCampaignIn>,
) -> Result<Found<CampaignOut>, Failure> {
    let id = campaign_id(&path.value)?;
    let counted = Box::pin(state.service.update(&allowed.permit, id, body.value.try_into()?)).await?;
    Ok(Found::new(told(&counted)))
}
