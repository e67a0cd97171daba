//! `POST /api/media/uploads`

use switchboard_dialect_whatsapp::media::{Announce, AnnounceMediaIn, MediaUploadOut};
use switchboard_dialect_whatsapp::{Allowed, Created, ErrorBody, Failure, Json, ValidationErrorBody};
use switchboard_model::access::ManageMedia;
use switchboard_service::media::NewUpload;

use crate::State;

/// Announce a large media file
///
/// The first of two steps. The answer names a request that uploads the file without credentials; its size, type and
/// content are part of the address's signature, so nothing else can be uploaded. `POST /api/media/{media_id}/complete` is
/// the second step. What is not completed within a day is forgotten.
#[utoipa::path(
    post,
    path = "/api/media/uploads",
    operation_id = "announce_media_upload",
    tag = "Media",
    security(("bearer" = [])),
    request_body = AnnounceMediaIn,
    responses(
        (status = 201, description = "How to upload the file", body = MediaUploadOut),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 403, description = "The workspace is suspended", body = ErrorBody),
        (status = 404, description = "No such workspace", body = ErrorBody),
        (status = 415, description = "WhatsApp does not take files of this type", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
        (status = 503, description = "The store is unavailable", body = ErrorBody),
    )
)]
pub(crate) async fn announce(
    state: State,
    allowed: Allowed<ManageMedia>,
    body: Json<AnnounceMediaIn>,
) -> Result<Created<MediaUploadOut>, Failure> {
    let Announce { workspace_id, file_name, file_type, file_size, sha256 } = body.value.try_into()?;
    let new = NewUpload { workspace_id, file_name, file_type, file_size, sha256 };
    let ticket = state.service.announce(&allowed.permit, new).await?;
    let (signed, lasts) = (ticket.signed, (ticket.lifetime, ticket.expires_at));
    Ok(Created::new(MediaUploadOut::new(&ticket.upload, (signed.url, signed.headers), lasts)))
}
