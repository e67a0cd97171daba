//! `POST /api/phone-numbers/{phone_number_id}/exchange-token`

use switchboard_dialect_whatsapp::phone_numbers::{PhoneNumberOut, phone_number_id};
use switchboard_dialect_whatsapp::{Allowed, ErrorBody, Failure, Found, Path, ValidationErrorBody, WireId};
use switchboard_model::access::ManagePhoneNumbers;

use crate::State;

/// Exchange a phone number's access token for a long-lived one
///
/// The token must still work. Role OWNER or ADMIN.
#[utoipa::path(
    post,
    path = "/api/phone-numbers/{phone_number_id}/exchange-token",
    tag = "Phone Numbers",
    security(("bearer" = [])),
    params(("phone_number_id" = WireId, Path, description = "Our id of the number")),
    responses(
        (status = 200, description = "The number", body = PhoneNumberOut),
        (status = 400, description = "Meta refuses the number's token", body = ErrorBody),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 403, description = "Another role is required", body = ErrorBody),
        (status = 404, description = "No such number", body = ErrorBody),
        (status = 409, description = "The token was changed meanwhile", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
        (status = 502, description = "Meta can't be reached", body = ErrorBody),
    )
)]
pub(crate) async fn exchange_token(
    state: State,
    allowed: Allowed<ManagePhoneNumbers>,
    path: Path<String>,
) -> Result<Found<PhoneNumberOut>, Failure> {
    let number = state.service.exchange_token(&allowed.permit, phone_number_id(&path.value)?).await?;
    Ok(Found::new(PhoneNumberOut::from(&number)))
}
