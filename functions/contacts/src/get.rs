//! `GET /api/contacts/{contact_id}`

use switchboard_dialect_whatsapp::contacts::{ContactOut, contact_id};
use switchboard_dialect_whatsapp::{Allowed, ErrorBody, Failure, Found, Path, ValidationErrorBody, WireId};
use switchboard_model::access::ReadWorkspace;

use crate::State;

/// Get a contact
#[utoipa::path(
    get,
    path = "/api/contacts/{contact_id}",
    operation_id = "get_contact",
    tag = "Contacts",
    security(("bearer" = [])),
    params(("contact_id" = WireId, Path, description = "The contact")),
    responses(
        (status = 200, description = "The contact", body = ContactOut),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 404, description = "No such contact", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn get(
    state: State,
    allowed: Allowed<ReadWorkspace>,
    path: Path<String>,
) -> Result<Found<ContactOut>, Failure> {
    let contact = state.service.contacts.get(&allowed.permit, contact_id(&path.value)?).await?;
    Ok(Found::new(ContactOut::from(&contact)))
}
