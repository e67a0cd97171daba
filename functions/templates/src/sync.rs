//! `POST /api/templates/sync`

use switchboard_dialect_whatsapp::templates::{Sync, SyncTemplatesIn, SyncTemplatesOut};
use switchboard_dialect_whatsapp::{Allowed, ErrorBody, Failure, Found, Json, ValidationErrorBody};
use switchboard_model::access::ManageTemplates;
use switchboard_service::templates::SyncReport;

use crate::State;

/// Sync templates with Meta
///
/// Takes in what Meta has and is not known here, takes over what changed, and marks what is gone. It happens by itself
/// every hour. Role OWNER, ADMIN or MEMBER.
#[utoipa::path(
    post,
    path = "/api/templates/sync",
    operation_id = "sync_templates",
    tag = "Templates",
    security(("bearer" = [])),
    request_body = SyncTemplatesIn,
    responses(
        (status = 200, description = "What was found", body = SyncTemplatesOut),
        (status = 400, description = "Meta refuses the numbers' tokens", body = ErrorBody),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 403, description = "Another role is required", body = ErrorBody),
        (status = 404, description = "No such workspace or phone number", body = ErrorBody),
        (status = 409, description = "The number's business account is not known", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
        (status = 502, description = "Meta can't be reached", body = ErrorBody),
    )
)]
pub(crate) async fn sync(
    state: State,
    allowed: Allowed<ManageTemplates>,
    body: Json<SyncTemplatesIn>,
) -> Result<Found<SyncTemplatesOut>, Failure> {
    let Sync { workspace_id, phone_number_id } = body.value.try_into()?;
    let report = state.service.sync(&allowed.permit, workspace_id, phone_number_id).await?;
    let SyncReport { accounts, created, updated, unchanged, gone, complete } = report;
    Ok(Found::new(SyncTemplatesOut { accounts, created, updated, unchanged, gone, complete }))
}
