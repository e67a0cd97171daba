//! `GET /api/phone-numbers`

use switchboard_dialect_whatsapp::page::{List, ListQuery, PageOut};
use switchboard_dialect_whatsapp::phone_numbers::{ListedPhoneNumber, PhoneNumberFilter};
use switchboard_dialect_whatsapp::{Allowed, ErrorBody, Failure, Found, Query, ValidationErrorBody};
use switchboard_model::access::ReadWorkspace;

use crate::State;

/// List phone numbers
#[utoipa::path(
    get,
    path = "/api/phone-numbers",
    operation_id = "list_phone_numbers",
    tag = "Phone Numbers",
    security(("bearer" = [])),
    params(ListQuery::<PhoneNumberFilter>),
    responses(
        (status = 200, description = "A page of the workspace's numbers", body = PageOut<ListedPhoneNumber>),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 404, description = "No such workspace", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn list(
    state: State,
    allowed: Allowed<ReadWorkspace>,
    query: Query<ListQuery<PhoneNumberFilter>>,
) -> Result<Found<PageOut<ListedPhoneNumber>>, Failure> {
    let List { workspace_id, filter, slice } = query.value.check()?;
    let page = state.service.list(&allowed.permit, workspace_id, filter, slice).await?;
    Ok(Found::new(PageOut::new(page, slice)))
}
