//! `PATCH /api/phone-numbers/{phone_number_id}`

use switchboard_dialect_whatsapp::phone_numbers::{PhoneNumberOut, UpdateIn, phone_number_id};
use switchboard_dialect_whatsapp::{
    Allowed, ErrorBody, Failure, Found, Json, Path, ValidationErrorBody, WireId,
};
use switchboard_model::access::ManagePhoneNumbers;

use crate::State;

/// Change a phone number
///
/// What is left out stays. Another token is checked at Meta as on registration, tells the business account where that
/// is not known, and lets a stopped number send again; so does the status `active`, unless it was the token that stopped
/// it. Role OWNER or ADMIN.
#[utoipa::path(
    patch,
    path = "/api/phone-numbers/{phone_number_id}",
    operation_id = "update_phone_number",
    tag = "Phone Numbers",
    security(("bearer" = [])),
    params(("phone_number_id" = WireId, Path, description = "Our id of the number")),
    request_body = UpdateIn,
    responses(
        (status = 200, description = "The number", body = PhoneNumberOut),
        (status = 400, description = "Meta refuses the token, or it may not send or subscribe", body = ErrorBody),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 403, description = "Another role is required", body = ErrorBody),
        (status = 404, description = "No such number", body = ErrorBody),
        (status = 409, description = "Other changes came in between", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
        (status = 502, description = "Meta can't be reached", body = ErrorBody),
    )
)]
pub(crate) async fn update(
    state: State,
    allowed: Allowed<ManagePhoneNumbers>,
    path: Path<String>,
    body: Json<UpdateIn>,
) -> Result<Found<PhoneNumberOut>, Failure> {
    let id = phone_number_id(&path.value)?;
    let number = state.service.update(&allowed.permit, id, body.value.try_into()?).await?;
    Ok(Found::new(PhoneNumberOut::from(&number)))
}
