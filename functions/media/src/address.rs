//! `GET /api/media/{media_id}/url`

use std::time::Duration;

use switchboard_dialect_whatsapp::media::{AddressQuery, MediaAddressOut, media_id};
use switchboard_dialect_whatsapp::{
    Allowed, ErrorBody, Failure, Found, Path, Query, ValidationErrorBody, WireId,
};
use switchboard_model::access::ReadWorkspace;

use crate::State;

/// Get an address of a media file
///
/// The address needs no credentials while it works. It is signed with the function's own, which AWS renews from time to
/// time, and ends with them at the latest (AWS, presigned URLs): one for many hours may end before its time, and then
/// another can be asked for.
#[utoipa::path(
    get,
    path = "/api/media/{media_id}/url",
    operation_id = "get_media_url",
    tag = "Media",
    security(("bearer" = [])),
    params(("media_id" = WireId, Path, description = "Our id of the file"), AddressQuery),
    responses(
        (status = 200, description = "The address", body = MediaAddressOut),
        (status = 401, description = "The caller is not known", body = ErrorBody),
        (status = 404, description = "No such file", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "Rate limit exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn address(
    state: State,
    allowed: Allowed<ReadWorkspace>,
    path: Path<String>,
    query: Query<AddressQuery>,
) -> Result<Found<MediaAddressOut>, Failure> {
    let (id, minutes) = (media_id(&path.value)?, query.value.minutes()?);
    let lifetime = Duration::from_mins(minutes.into());
    let address = state.service.address(&allowed.permit, id, lifetime).await?;
    let (url, expires_at) = (address.url, address.expires_at);
    Ok(Found::new(MediaAddressOut { url, expires_in_minutes: minutes, expires_at }))
}
