//! `POST /api/phone-numbers/{phone_number_id}/sync`

use switchboard_dialect_whatsapp::phone_numbers::{SyncOut, phone_number_id};
use switchboard_dialect_whatsapp::{Allowed, ErrorBody, Failure, Found, Path, ValidationErrorBody, WireId};
use switchboard_model::access::SyncPhoneNumbers;

use crate::State;

/// Sync a phone number with Meta
///
/// Takes over what Meta says of the number, its business account included where that is not known, and subscribes our
/// app to the account's webhooks.
#[utoipa::path(
    post,
    path = "/api/phone-numbers/{phone_number_id}/sync",
    operation_id = "sync_phone_number",
    tag = "Phone Numbers",
    security(("bearer" = [])),
    params(("phone_number_id" = WireId, Path, description = "Our id of the number")),
    responses(
        (status = 200, description = "What Meta says", body = SyncOut),
        (status = 400, description = "Meta refuses the number's token, or it may not subscribe", body = ErrorBody),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 403, description = "The workspace is suspended", body = ErrorBody),
        (status = 404, description = "No such number", body = ErrorBody),
        (status = 409, description = "Other changes came in between", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
        (status = 502, description = "Meta can't be reached", body = ErrorBody),
    )
)]
pub(crate) async fn sync(
    state: State,
    allowed: Allowed<SyncPhoneNumbers>,
    path: Path<String>,
) -> Result<Found<SyncOut>, Failure> {
    let number = state.service.sync(&allowed.permit, phone_number_id(&path.value)?).await?;
    Ok(Found::new(SyncOut::from(&number)))
}
