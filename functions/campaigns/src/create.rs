//! `POST /api/campaigns`

use switchboard_dialect_whatsapp::campaigns::{CampaignOut, CreateCampaignIn};
use switchboard_dialect_whatsapp::{Allowed, Created, ErrorBody, Failure, Json, ValidationErrorBody};
use switchboard_model::access::ManageCampaigns;

use crate::{State, told};

/// Create a campaign
///
/// A draft, or scheduled where `scheduled_at` is given: then it must have a template and all its variables. Role OWNER,
/// ADMIN or MEMBER.
#[utoipa::path(
    post,
    path = "/api/campaigns",
    operation_id = "create_campaign",
    tag = "Campaigns",
    security(("bearer" = [])),
    request_body = CreateCampaignIn,
    responses(
        (status = 201, description = "The campaign", body = CampaignOut),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 403, description = "Another role is required", body = ErrorBody),
        (status = 404, description = "No such workspace, phone number or template", body = ErrorBody),
        (status = 409, description = "It is scheduled, and something is missing", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn create(
    state: State,
    allowed: Allowed<ManageCampaigns>,
    body: Json<CreateCampaignIn>,
) -> Result<Created<CampaignOut>, Failure> {
    let counted = Box::pin(state.service.create(&allowed.permit, body.value.try_into()?)).await?;
    Ok(Created::new(told(&counted)))
}
