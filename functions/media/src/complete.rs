//! `POST /api/media/{media_id}/complete`

use switchboard_dialect_whatsapp::media::{MediaOut, media_id};
use switchboard_dialect_whatsapp::{Allowed, ErrorBody, Failure, Found, Path, ValidationErrorBody, WireId};
use switchboard_model::access::ManageMedia;

use crate::State;

/// Complete the upload of a media file
///
/// Looks at the uploaded bytes. A file that is not what was announced, or that WhatsApp does not take, is refused and
/// deleted. May be repeated.
#[utoipa::path(
    post,
    path = "/api/media/{media_id}/complete",
    operation_id = "complete_media_upload",
    tag = "Media",
    security(("bearer" = [])),
    params(("media_id" = WireId, Path, description = "Our id of the file")),
    responses(
        (status = 200, description = "The file", body = MediaOut),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 403, description = "The workspace is suspended", body = ErrorBody),
        (status = 404, description = "No such file", body = ErrorBody),
        (status = 409, description = "The file has not been uploaded yet", body = ErrorBody),
        (status = 415, description = "WhatsApp does not take files of this type", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
        (status = 503, description = "The store is unavailable", body = ErrorBody),
    )
)]
pub(crate) async fn complete(
    state: State,
    allowed: Allowed<ManageMedia>,
    path: Path<String>,
) -> Result<Found<MediaOut>, Failure> {
    let located = state.service.complete(&allowed.permit, media_id(&path.value)?).await?;
    Ok(Found::new(MediaOut::new(located.media, located.address.url)))
}
