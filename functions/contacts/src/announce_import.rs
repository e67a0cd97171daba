//! `POST /api/contacts/imports/uploads`

use switchboard_dialect_whatsapp::contacts::import::{AnnounceImport, AnnounceImportIn, AnnouncedImportOut};
use switchboard_dialect_whatsapp::{Allowed, Created, ErrorBody, Failure, Json, ValidationErrorBody};
use switchboard_model::access::ManageContacts;
use switchboard_service::contacts::imports::{AnnouncedFile, Upload};

use crate::State;

/// Import a large file of contacts
///
/// Answers with an address to upload the file to, up to 100 MiB (25 MiB of an XLSX file). Then start the import.
#[utoipa::path(
    post,
    path = "/api/contacts/imports/uploads",
    operation_id = "announce_contact_import",
    tag = "Contacts",
    security(("bearer" = [])),
    request_body = AnnounceImportIn,
    responses(
        (status = 201, description = "Where to upload the file", body = AnnouncedImportOut),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 404, description = "No such workspace", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn announce_import(
    state: State,
    allowed: Allowed<ManageContacts>,
    body: Json<AnnounceImportIn>,
) -> Result<Created<AnnouncedImportOut>, Failure> {
    let AnnounceImport { workspace_id, file_name, file_size, sha256, default_country } =
        body.value.try_into()?;
    let file_name = file_name.to_string();
    let file = AnnouncedFile { workspace_id, file_name, size: file_size, sha256, default_country };
    let Upload { import, signed, expires_at } =
        Box::pin(state.service.imports.announce(&allowed.permit, file)).await?;
    Ok(Created::new(AnnouncedImportOut::new(&import, signed.url, signed.headers, expires_at)))
}
