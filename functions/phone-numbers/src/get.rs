//! `GET /api/phone-numbers/{phone_number_id}`

use switchboard_dialect_whatsapp::phone_numbers::{PhoneNumberOut, phone_number_id};
use switchboard_dialect_whatsapp::{Allowed, ErrorBody, Failure, Found, Path, ValidationErrorBody, WireId};
use switchboard_model::access::ReadWorkspace;

use crate::State;

/// Get a phone number
#[utoipa::path(
    get,
    path = "/api/phone-numbers/{phone_number_id}",
    operation_id = "get_phone_number",
    tag = "Phone Numbers",
    security(("bearer" = [])),
    params(("phone_number_id" = WireId, Path, description = "Our id of the number")),
    responses(
        (status = 200, description = "The number", body = PhoneNumberOut),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 404, description = "No such number", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn get(
    state: State,
    allowed: Allowed<ReadWorkspace>,
    path: Path<String>,
) -> Result<Found<PhoneNumberOut>, Failure> {
    let number = state.service.get(&allowed.permit, phone_number_id(&path.value)?).await?;
    Ok(Found::new(PhoneNumberOut::from(&number)))
}
