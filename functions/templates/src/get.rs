//! `GET /api/templates/{template_id}`

use switchboard_dialect_whatsapp::templates::{TemplateOut, template_id};
use switchboard_dialect_whatsapp::{Allowed, ErrorBody, Failure, Found, Path, ValidationErrorBody, WireId};
use switchboard_model::access::ReadWorkspace;

use crate::State;

/// Get a template
#[utoipa::path(
    get,
    path = "/api/templates/{template_id}",
    operation_id = "get_template",
    tag = "Templates",
    security(("bearer" = [])),
    params(("template_id" = WireId, Path, description = "Our id of the template")),
    responses(
        (status = 200, description = "The template", body = TemplateOut),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 404, description = "No such template", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn get(
    state: State,
    allowed: Allowed<ReadWorkspace>,
    path: Path<String>,
) -> Result<Found<TemplateOut>, Failure> {
    let template = state.service.get(&allowed.permit, template_id(&path.value)?).await?;
    Ok(Found::new(TemplateOut::from(&template)))
}
