//! `GET /api/contacts/imports/{import_id}`

use switchboard_dialect_whatsapp::contacts::import::{ImportOut, import_id};
use switchboard_dialect_whatsapp::{Allowed, ErrorBody, Failure, Found, Path, ValidationErrorBody, WireId};
use switchboard_model::access::ReadWorkspace;

use crate::State;

/// Get an import
#[utoipa::path(
    get,
    path = "/api/contacts/imports/{import_id}",
    operation_id = "get_contact_import",
    tag = "Contacts",
    security(("bearer" = [])),
    params(("import_id" = WireId, Path, description = "The import")),
    responses(
        (status = 200, description = "How far it has come", body = ImportOut),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 404, description = "No such import", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn get_import(
    state: State,
    allowed: Allowed<ReadWorkspace>,
    path: Path<String>,
) -> Result<Found<ImportOut>, Failure> {
    let import = state.service.imports.get(&allowed.permit, import_id(&path.value)?).await?;
    Ok(Found::new(ImportOut::from(&import)))
}
