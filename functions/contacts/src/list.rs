//! `GET /api/contacts`

use switchboard_dialect_whatsapp::contacts::{ContactPageOut, ContactQuery};
use switchboard_dialect_whatsapp::page::{List, ListQuery};
use switchboard_dialect_whatsapp::{Allowed, ErrorBody, Failure, Found, Query, ValidationErrorBody};
use switchboard_model::access::ReadWorkspace;

use crate::State;

/// List contacts
///
/// The newest first. Filters can be combined. Names are found by the beginnings of their words, without regard to
/// case and accents, and numbers by their beginning or their end.
#[utoipa::path(
    get,
    path = "/api/contacts",
    operation_id = "list_contacts",
    tag = "Contacts",
    security(("bearer" = [])),
    params(ListQuery::<ContactQuery>),
    responses(
        (status = 200, description = "A page of the workspace's contacts", body = ContactPageOut),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 404, description = "No such workspace", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn list(
    state: State,
    allowed: Allowed<ReadWorkspace>,
    query: Query<ListQuery<ContactQuery>>,
) -> Result<Found<ContactPageOut>, Failure> {
    let List { workspace_id, filter, slice } = query.value.check()?;
    let page = Box::pin(state.service.contacts.list(&allowed.permit, workspace_id, filter, slice)).await?;
    Ok(Found::new(ContactPageOut::new(workspace_id, page.items, page.total, page.truncated, slice)))
}
