//! `POST /api/phone-numbers`

use switchboard_dialect_whatsapp::phone_numbers::{PhoneNumberOut, RegisterIn};
use switchboard_dialect_whatsapp::{Allowed, Created, ErrorBody, Failure, Json, ValidationErrorBody};
use switchboard_model::access::ManagePhoneNumbers;

use crate::State;

/// Register a phone number
///
/// Meta is asked for the number's fields and for what the token may do, and our app is subscribed to the webhooks of
/// the number's business account. A number that Meta has not connected is `pending`. Role OWNER or ADMIN.
#[utoipa::path(
    post,
    path = "/api/phone-numbers",
    operation_id = "register_phone_number",
    tag = "Phone Numbers",
    security(("bearer" = [])),
    request_body = RegisterIn,
    responses(
        (status = 201, description = "The number", body = PhoneNumberOut),
        (status = 400, description = "Meta refuses the token, or it may not send or subscribe", body = ErrorBody),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 403, description = "Another role is required", body = ErrorBody),
        (status = 404, description = "No such workspace", body = ErrorBody),
        (status = 409, description = "The number is registered, or the workspace has too many", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
        (status = 502, description = "Meta can't be reached", body = ErrorBody),
    )
)]
pub(crate) async fn register(
    state: State,
    allowed: Allowed<ManagePhoneNumbers>,
    body: Json<RegisterIn>,
) -> Result<Created<PhoneNumberOut>, Failure> {
    let number = state.service.register(&allowed.permit, body.value.try_into()?).await?;
    Ok(Created::new(PhoneNumberOut::from(&number)))
}
