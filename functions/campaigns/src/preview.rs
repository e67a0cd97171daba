//! `POST /api/campaigns/{campaign_id}/preview`

use switchboard_dialect_whatsapp::campaigns::{PreviewOut, campaign_id};
use switchboard_dialect_whatsapp::{Allowed, ErrorBody, Failure, Found, Path, ValidationErrorBody, WireId};
use switchboard_model::access::ManageCampaigns;
use switchboard_service::campaigns::CampaignPreview;

use crate::State;

/// Preview a campaign
///
/// What its first five recipients would read, how many there are, and who would be left out and why. Nothing is
/// stored; the template need not be approved yet. Role OWNER, ADMIN or MEMBER.
#[utoipa::path(
    post,
    path = "/api/campaigns/{campaign_id}/preview",
    operation_id = "preview_campaign",
    tag = "Campaigns",
    security(("bearer" = [])),
    params(("campaign_id" = WireId, Path, description = "Our id of the campaign")),
    responses(
        (status = 200, description = "The preview", body = PreviewOut),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 403, description = "Another role is required", body = ErrorBody),
        (status = 404, description = "No such campaign", body = ErrorBody),
        (status = 409, description = "Its template or a variable is missing", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn preview(
    state: State,
    allowed: Allowed<ManageCampaigns>,
    path: Path<String>,
) -> Result<Found<PreviewOut>, Failure> {
    let preview = Box::pin(state.service.preview(&allowed.permit, campaign_id(&path.value)?)).await?;
    Ok(Found::new(told(preview)))
}

fn told(preview: CampaignPreview) -> PreviewOut {
    let skipped = preview.left_out.iter();
    let mut out = PreviewOut {
        recipients_count: preview.recipients,
        skipped_count: preview.left_out.values().sum(),
        skipped: skipped.map(|(reason, count)| (reason.to_string(), *count)).collect(),
        complete: preview.complete,
        ..PreviewOut::default()
    };
    for message in preview.messages {
        out.message(message.contact_id, &message.customer, message.name, message.text);
    }
    for omission in preview.omissions {
        let reason = omission.reason.to_string();
        out.skipped_contact(omission.contact_id, omission.customer.as_ref(), omission.name, reason);
    }
    out
}
