//! `POST /api/templates`

use switchboard_dialect_whatsapp::templates::{CreateTemplateIn, TemplateOut};
use switchboard_dialect_whatsapp::{Allowed, Created, ErrorBody, Failure, Json, ValidationErrorBody};
use switchboard_model::access::ManageTemplates;

use crate::State;

/// Create a template
///
/// It is checked by Meta's rules and created at Meta, who reviews it. `components` may have the object form or Graph's
/// array form. Where Meta's answer is lost, `meta_template_id` is null until the next sync. Role OWNER, ADMIN or
/// MEMBER.
#[utoipa::path(
    post,
    path = "/api/templates",
    operation_id = "create_template",
    tag = "Templates",
    security(("bearer" = [])),
    request_body = CreateTemplateIn,
    responses(
        (status = 201, description = "The template, in review", body = TemplateOut),
        (status = 400, description = "Meta refuses", body = ErrorBody),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 403, description = "Another role is required", body = ErrorBody),
        (status = 404, description = "No such workspace or phone number", body = ErrorBody),
        (status = 409, description = "There is one with this name and language, or the number's business account is not known", body = ErrorBody),
        (status = 422, description = "Validation error, here or at Meta", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
        (status = 502, description = "Meta can't be reached", body = ErrorBody),
    )
)]
pub(crate) async fn create(
    state: State,
    allowed: Allowed<ManageTemplates>,
    body: Json<CreateTemplateIn>,
) -> Result<Created<TemplateOut>, Failure> {
    let template = state.service.create(&allowed.permit, body.value.try_into()?).await?;
    Ok(Created::new(TemplateOut::from(&template)))
}
