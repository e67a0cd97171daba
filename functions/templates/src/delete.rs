//! `DELETE /api/templates/{template_id}`

use switchboard_dialect_whatsapp::templates::template_id;
use switchboard_dialect_whatsapp::{
    Allowed, ErrorBody, Failure, NoContent, Path, ValidationErrorBody, WireId,
};
use switchboard_model::access::ManageTemplates;

use crate::State;

/// Delete a template
///
/// At Meta too, in this language only. Meta takes no new template with the name of an approved one for 30 days. Role
/// OWNER, ADMIN or MEMBER.
#[utoipa::path(
    delete,
    path = "/api/templates/{template_id}",
    operation_id = "delete_template",
    tag = "Templates",
    security(("bearer" = [])),
    params(("template_id" = WireId, Path, description = "Our id of the template")),
    responses(
        (status = 204, description = "Deleted"),
        (status = 400, description = "Meta refuses the number's token", body = ErrorBody),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 403, description = "Another role is required", body = ErrorBody),
        (status = 404, description = "No such template", body = ErrorBody),
        (status = 409, description = "Meta does not let it be deleted, or another change is under way", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
        (status = 502, description = "Meta can't be reached", body = ErrorBody),
    )
)]
pub(crate) async fn delete(
    state: State,
    allowed: Allowed<ManageTemplates>,
    path: Path<String>,
) -> Result<NoContent, Failure> {
    state.service.delete(&allowed.permit, template_id(&path.value)?).await?;
    Ok(NoContent)
}
