//! `DELETE /api/media/{media_id}`

use switchboard_dialect_whatsapp::media::media_id;
use switchboard_dialect_whatsapp::{
    Allowed, ErrorBody, Failure, NoContent, Path, ValidationErrorBody, WireId,
};
use switchboard_model::access::ManageMedia;

use crate::State;

/// Delete a media file
///
/// Messages that wait to be sent with it fail. Its content is removed 30 days later; addresses that were given out work
/// until they expire.
#[utoipa::path(
    delete,
    path = "/api/media/{media_id}",
    operation_id = "delete_media",
    tag = "Media",
    security(("bearer" = [])),
    params(("media_id" = WireId, Path, description = "Our id of the file")),
    responses(
        (status = 204, description = "The file is deleted"),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 403, description = "The workspace is suspended", body = ErrorBody),
        (status = 404, description = "No such file", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn delete(
    state: State,
    allowed: Allowed<ManageMedia>,
    path: Path<String>,
) -> Result<NoContent, Failure> {
    state.service.delete(&allowed.permit, media_id(&path.value)?).await?;
    Ok(NoContent)
}
