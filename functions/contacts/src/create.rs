//! `POST /api/contacts`

use switchboard_dialect_whatsapp::contacts::{ContactOut, CreateContactIn};
use switchboard_dialect_whatsapp::{Allowed, Created, ErrorBody, Failure, Json, ValidationErrorBody};
use switchboard_model::access::ManageContacts;

use crate::State;

/// Create a contact
///
/// They are opted in, unless they opted out as a contact that was deleted since.
#[utoipa::path(
    post,
    path = "/api/contacts",
    operation_id = "create_contact",
    tag = "Contacts",
    security(("bearer" = [])),
    request_body = CreateContactIn,
    responses(
        (status = 201, description = "The contact", body = ContactOut),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 404, description = "No such workspace", body = ErrorBody),
        (status = 409, description = "There is a contact with this number", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn create(
    state: State,
    allowed: Allowed<ManageContacts>,
    body: Json<CreateContactIn>,
) -> Result<Created<ContactOut>, Failure> {
    let contact = state.service.contacts.create(&allowed.permit, body.value.try_into()?).await?;
    Ok(Created::new(ContactOut::from(&contact)))
}
