//! `PATCH /api/templates/{template_id}`

use switchboard_dialect_whatsapp::templates::{TemplateOut, UpdateTemplateIn, template_id};
use switchboard_dialect_whatsapp::{
    Allowed, ErrorBody, Failure, Found, Json, Path, ValidationErrorBody, WireId,
};
use switchboard_model::access::ManageTemplates;

use crate::State;

/// Change a template
///
/// What is left out stays. Meta lets approved, rejected and paused templates be edited, an approved one once in 24
/// hours and ten times in 30 days, and reviews them again. The status is Meta's: only the one that it has may be
/// given. Role OWNER, ADMIN or MEMBER.
#[utoipa::path(
    patch,
    path = "/api/templates/{template_id}",
    operation_id = "update_template",
    tag = "Templates",
    security(("bearer" = [])),
    params(("template_id" = WireId, Path, description = "Our id of the template")),
    request_body = UpdateTemplateIn,
    responses(
        (status = 200, description = "The template", body = TemplateOut),
        (status = 400, description = "Meta refuses", body = ErrorBody),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 403, description = "Another role is required", body = ErrorBody),
        (status = 404, description = "No such template", body = ErrorBody),
        (status = 409, description = "It can't be changed now, or another change is under way", body = ErrorBody),
        (status = 422, description = "Validation error, here or at Meta", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
        (status = 502, description = "Meta can't be reached", body = ErrorBody),
    )
)]
pub(crate) async fn update(
    state: State,
    allowed: Allowed<ManageTemplates>,
    path: Path<String>,
    body: Json<UpdateTemplateIn>,
) -> Result<Found<TemplateOut>, Failure> {
    let id = template_id(&path.value)?;
    let template = state.service.update(&allowed.permit, id, body.value.try_into()?).await?;
    Ok(Found::new(TemplateOut::from(&template)))
}
