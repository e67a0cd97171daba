//! `POST /api/contacts/import`

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use switchboard_dialect_whatsapp::contacts::import::{
    ImportForm, ImportOut, ImportQuery, ImportedOut, file_name,
};
use switchboard_dialect_whatsapp::{
    Accepted, Allowed, ErrorBody, Failure, Found, Query, ValidationErrorBody,
};
use switchboard_http::Form;
use switchboard_model::DomainError;
use switchboard_model::access::ManageContacts;
use switchboard_model::contact::import::DIRECT_MAX_BYTES;
use switchboard_service::contacts::imports::{ImportFile, Imported};

use crate::State;

/// Bytes of a form beside its file.
const FORM_BYTES: u64 = 16 * 1024;

/// Import contacts
///
/// A CSV or XLSX file of up to 4 MB, with the columns `phone`, `name`, `tags` (or `labels`) and any others, which
/// become attributes; their names are taken without regard to case. A row that fails says why and fails alone. Known
/// contacts get what they lack: tags are added, blank cells change nothing, and whoever opted out stays so. A number
/// that comes again in a file adds to what came before. Importing the same file again changes nothing.
///
/// Up to 1,000 rows are done at once, and the answer tells of each. Of more the answer is 202, and the import goes on
/// behind the scenes: see `GET /api/contacts/imports/{import_id}`. Larger files are uploaded first: see
/// `POST /api/contacts/imports/uploads`.
#[utoipa::path(
    post,
    path = "/api/contacts/import",
    operation_id = "import_contacts",
    tag = "Contacts",
    security(("bearer" = [])),
    params(ImportQuery),
    request_body(content = ImportForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "What came of each row", body = ImportedOut),
        (status = 202, description = "The import goes on behind the scenes", body = ImportOut),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 404, description = "No such workspace", body = ErrorBody),
        (status = 413, description = "The file is too large for one request", body = ErrorBody),
        (status = 422, description = "The file can't be read", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn import(
    state: State,
    allowed: Allowed<ManageContacts>,
    query: Query<ImportQuery>,
    request: Request,
) -> Result<Response, Failure> {
    let (workspace_id, default_country) = query.value.resolve()?;
    let (parts, body) = request.into_parts();
    let most = usize::try_from(DIRECT_MAX_BYTES + FORM_BYTES).unwrap_or(usize::MAX);
    let form = Form::read(&parts.headers, body, most).await.map_err(too_large)?.take_file("file");
    let file_name = file_name(form.as_ref().and_then(|file| file.file_name.as_deref()))?.to_string();
    let content = form.map(|file| file.content).unwrap_or_default();
    if content.len() as u64 > DIRECT_MAX_BYTES {
        return Err(too_large(DomainError::TooLarge { max_bytes: DIRECT_MAX_BYTES }).into());
    }
    let file = ImportFile { workspace_id, file_name, content, default_country };
    match Box::pin(state.service.imports.import(&allowed.permit, file)).await? {
        Imported::Done(counts, results) => Ok(Found::new(ImportedOut::new(&counts, results)).into_response()),
        Imported::Begun(import) => Ok(Accepted::new(ImportOut::from(&import)).into_response()),
    }
}

/// Tells whoever brings too large a file of the other way.
fn too_large(error: DomainError) -> DomainError {
    match error {
        DomainError::TooLarge { .. } => DomainError::ContactFileTooLarge { max_bytes: DIRECT_MAX_BYTES },
        error => error,
    }
}
