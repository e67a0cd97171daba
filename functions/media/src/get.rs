//! `GET /api/media/{media_id}`

use switchboard_dialect_whatsapp::media::{MediaOut, media_id};
use switchboard_dialect_whatsapp::{Allowed, ErrorBody, Failure, Found, Path, ValidationErrorBody, WireId};
use switchboard_model::access::ReadWorkspace;

use crate::State;

/// Get a media file
///
/// What is known of it, with an address to download it from.
#[utoipa::path(
    get,
    path = "/api/media/{media_id}",
    operation_id = "get_media",
    tag = "Media",
    security(("bearer" = [])),
    params(("media_id" = WireId, Path, description = "Our id of the file")),
    responses(
        (status = 200, description = "The file", body = MediaOut),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 404, description = "No such file", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn get(
    state: State,
    allowed: Allowed<ReadWorkspace>,
    path: Path<String>,
) -> Result<Found<MediaOut>, Failure> {
    let located = state.service.get(&allowed.permit, media_id(&path.value)?).await?;
    Ok(Found::new(MediaOut::new(located.media, located.address.url)))
}
