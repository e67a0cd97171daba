//! `POST /api/contacts/imports/{import_id}/start`

use switchboard_dialect_whatsapp::contacts::import::{ImportOut, import_id};
use switchboard_dialect_whatsapp::{
    Accepted, Allowed, ErrorBody, Failure, Path, ValidationErrorBody, WireId,
};
use switchboard_model::access::ManageContacts;

use crate::State;

/// Start an import
///
/// Its file must have been uploaded. An import that goes on already is left to it.
#[utoipa::path(
    post,
    path = "/api/contacts/imports/{import_id}/start",
    operation_id = "start_contact_import",
    tag = "Contacts",
    security(("bearer" = [])),
    params(("import_id" = WireId, Path, description = "The import")),
    responses(
        (status = 202, description = "The import goes on behind the scenes", body = ImportOut),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 404, description = "No such import", body = ErrorBody),
        (status = 409, description = "The file has not been uploaded completely", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn start_import(
    state: State,
    allowed: Allowed<ManageContacts>,
    path: Path<String>,
) -> Result<Accepted<ImportOut>, Failure> {
    let import = Box::pin(state.service.imports.start(&allowed.permit, import_id(&path.value)?)).await?;
    Ok(Accepted::new(ImportOut::from(&import)))
}
