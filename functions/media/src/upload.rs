//! `POST /api/media`

use axum::body::Body;
use http::HeaderMap;
use switchboard_dialect_whatsapp::media::{MediaForm, MediaOut, UploadFields};
use switchboard_dialect_whatsapp::{Allowed, Created, ErrorBody, Failure, ValidationErrorBody};
use switchboard_http::Form;
use switchboard_model::DomainError;
use switchboard_model::access::ManageMedia;
use switchboard_model::media::DIRECT_MAX_BYTES;
use switchboard_service::media::NewFile;

use crate::State;

/// Most bytes of a form: the file's, and room for what is around it. In base64, as the gateway hands it over, it stays
/// below the 6 MB of an invocation (AWS, Lambda quotas).
const MAX_BODY_BYTES: usize = 4 * 1024 * 1024 + 64 * 1024;

/// Upload a media file
///
/// Files of up to 4 MiB. The type is what the file's bytes say: JPEG, PNG, MP4, 3GPP, AAC, AMR, MP3, M4A, OGG with Opus,
/// PDF, plain text, and documents of Word, Excel and PowerPoint are taken. Its name must not say otherwise. A larger file
/// is announced with `POST /api/media/uploads`.
#[utoipa::path(
    post,
    path = "/api/media",
    operation_id = "upload_media",
    tag = "Media",
    security(("bearer" = [])),
    request_body(content = MediaForm, content_type = "multipart/form-data"),
    responses(
        (status = 201, description = "The file", body = MediaOut),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 403, description = "The workspace is suspended", body = ErrorBody),
        (status = 404, description = "No such workspace", body = ErrorBody),
        (status = 413, description = "The file is larger than 4 MiB: announce it with POST /api/media/uploads", body = ErrorBody),
        (status = 415, description = "WhatsApp does not take files of this type", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
        (status = 503, description = "The store is unavailable", body = ErrorBody),
    )
)]
pub(crate) async fn upload(
    state: State,
    allowed: Allowed<ManageMedia>,
    headers: HeaderMap,
    body: Body,
) -> Result<Created<MediaOut>, Failure> {
    let mut form = Form::read(&headers, body, MAX_BODY_BYTES).await.map_err(|error| match error {
        DomainError::TooLarge { .. } => DomainError::UploadTooLarge { max_bytes: DIRECT_MAX_BYTES },
        error => error,
    })?;
    let file = form.take_file("file");
    let file_name = file.as_ref().and_then(|file| file.file_name.as_deref());
    let UploadFields { workspace_id, file_name } = UploadFields::check(form.text("workspace_id"), file_name)?;
    let content = file.map(|file| file.content).unwrap_or_default();
    let new = NewFile { workspace_id, file_name, content };
    let located = state.service.upload(&allowed.permit, new).await?;
    Ok(Created::new(MediaOut::new(located.media, located.address.url)))
}
