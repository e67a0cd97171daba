//! `PATCH /api/contacts/{contact_id}`

use switchboard_dialect_whatsapp::contacts::{ContactOut, UpdateContactIn, contact_id};
use switchboard_dialect_whatsapp::{
    Allowed, ErrorBody, Failure, Found, Json, Path, ValidationErrorBody, WireId,
};
use switchboard_model::access::ManageContacts;

use crate::State;

/// Change a contact
///
/// What is left out stays. The phone number is who the contact is, and can't be changed.
#[utoipa::path(
    patch,
    path = "/api/contacts/{contact_id}",
    operation_id = "update_contact",
    tag = "Contacts",
    security(("bearer" = [])),
    params(("contact_id" = WireId, Path, description = "The contact")),
    request_body = UpdateContactIn,
    responses(
        (status = 200, description = "The contact", body = ContactOut),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 404, description = "No such contact", body = ErrorBody),
        (status = 409, description = "Other changes came in between", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn update(
    state: State,
    allowed: Allowed<ManageContacts>,
    path: Path<String>,
    body: Json<UpdateContactIn>,
) -> Result<Found<ContactOut>, Failure> {
    let id = contact_id(&path.value)?;
    let contact = state.service.contacts.update(&allowed.permit, id, body.value.try_into()?).await?;
    Ok(Found::new(ContactOut::from(&contact)))
}
