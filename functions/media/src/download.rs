//! `GET /api/media/{media_id}/download`

use std::time::Duration;

use axum::response::Redirect;
use switchboard_dialect_whatsapp::media::media_id;
use switchboard_dialect_whatsapp::{Allowed, ErrorBody, Failure, Path, ValidationErrorBody, WireId};
use switchboard_model::access::ReadWorkspace;

use crate::State;

/// Download a media file
///
/// Redirects to an address that works for 60 minutes.
#[utoipa::path(
    get,
    path = "/api/media/{media_id}/download",
    operation_id = "download_media",
    tag = "Media",
    security(("bearer" = [])),
    params(("media_id" = WireId, Path, description = "Our id of the file")),
    responses(
        (status = 307, description = "Where the content is, in the header Location"),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 404, description = "No such file", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn download(
    state: State,
    allowed: Allowed<ReadWorkspace>,
    path: Path<String>,
) -> Result<Redirect, Failure> {
    let id = media_id(&path.value)?;
    let address = state.service.address(&allowed.permit, id, Duration::from_hours(1)).await?;
    Ok(Redirect::temporary(&address.url))
}
