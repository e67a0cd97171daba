//! `DELETE /api/campaigns/{campaign_id}`

use switchboard_dialect_whatsapp::campaigns::campaign_id;
use switchboard_dialect_whatsapp::{
    Allowed, ErrorBody, Failure, NoContent, Path, ValidationErrorBody, WireId,
};
use switchboard_model::access::ManageCampaigns;

use crate::State;

/// Delete a campaign
///
/// One that is being sent must be paused or cancelled first. Role OWNER, ADMIN or MEMBER.
#[utoipa::path(
    delete,
    path = "/api/campaigns/{campaign_id}",
    operation_id = "delete_campaign",
    tag = "Campaigns",
    security(("bearer" = [])),
    params(("campaign_id" = WireId, Path, description = "Our id of the campaign")),
    responses(
        (status = 204, description = "Deleted"),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 403, description = "Another role is required", body = ErrorBody),
        (status = 404, description = "No such campaign", body = ErrorBody),
        (status = 409, description = "Its status does not allow this", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn delete(
    state: State,
    allowed: Allowed<ManageCampaigns>,
    path: Path<String>,
) -> Result<NoContent, Failure> {
    state.service.delete(&allowed.permit, campaign_id(&path.value)?).await?;
    Ok(NoContent)
}
