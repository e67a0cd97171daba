//! `DELETE /api/phone-numbers/{phone_number_id}`

use switchboard_dialect_whatsapp::phone_numbers::phone_number_id;
use switchboard_dialect_whatsapp::{
    Allowed, ErrorBody, Failure, NoContent, Path, ValidationErrorBody, WireId,
};
use switchboard_model::access::ManagePhoneNumbers;

use crate::State;

/// Delete a phone number
///
/// Its access token is forgotten, and it can be registered again. Role OWNER or ADMIN.
#[utoipa::path(
    delete,
    path = "/api/phone-numbers/{phone_number_id}",
    operation_id = "delete_phone_number",
    tag = "Phone Numbers",
    security(("bearer" = [])),
    params(("phone_number_id" = WireId, Path, description = "Our id of the number")),
    responses(
        (status = 204, description = "Deleted"),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 403, description = "Another role is required", body = ErrorBody),
        (status = 404, description = "No such number", body = ErrorBody),
        (status = 409, description = "Other changes came in between", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn delete(
    state: State,
    allowed: Allowed<ManagePhoneNumbers>,
    path: Path<String>,
) -> Result<NoContent, Failure> {
    state.service.delete(&allowed.permit, phone_number_id(&path.value)?).await?;
    Ok(NoContent)
}
