//! `DELETE /api/contacts/{contact_id}`

use switchboard_dialect_whatsapp::contacts::contact_id;
use switchboard_dialect_whatsapp::{
    Allowed, ErrorBody, Failure, NoContent, Path, ValidationErrorBody, WireId,
};
use switchboard_model::access::ManageContacts;

use crate::State;

/// Delete a contact
///
/// The number can be used again. Whether the customer wants messages is remembered.
#[utoipa::path(
    delete,
    path = "/api/contacts/{contact_id}",
    operation_id = "delete_contact",
    tag = "Contacts",
    security(("bearer" = [])),
    params(("contact_id" = WireId, Path, description = "The contact")),
    responses(
        (status = 204, description = "Deleted"),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 404, description = "No such contact", body = ErrorBody),
        (status = 409, description = "Other changes came in between", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn delete(
    state: State,
    allowed: Allowed<ManageContacts>,
    path: Path<String>,
) -> Result<NoContent, Failure> {
    state.service.contacts.delete(&allowed.permit, contact_id(&path.value)?).await?;
    Ok(NoContent)
}
