//! `POST /api/messages/send/media`

use switchboard_dialect_whatsapp::messages::{MediaMessageOut, SendMedia, SendMediaIn};
use switchboard_dialect_whatsapp::{Allowed, Created, ErrorBody, Failure, Json, ValidationErrorBody};
use switchboard_model::access::SendMessages;
use switchboard_service::messages;

use crate::State;

/// Send a media message
///
/// A file that was uploaded before. It goes to WhatsApp once for each number and is used again while it lives there.
/// Like texts, files may only follow a message of the customer within 24 hours.
#[utoipa::path(
    post,
    path = "/api/messages/send/media",
    tag = "Messages",
    security(("bearer" = [])),
    request_body = SendMediaIn,
    responses(
        (status = 201, description = "The message, queued", body = MediaMessageOut),
        (status = 401, description = "The token is not good", body = ErrorBody),
        (status = 404, description = "No such workspace, phone number or media file", body = ErrorBody),
        (status = 409, description = "The phone number is not active, the customer has not written within 24 hours, or the file is not there yet", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "The workspace's rate limit is exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn send_media(
    state: State,
    allowed: Allowed<SendMessages>,
    body: Json<SendMediaIn>,
) -> Result<Created<MediaMessageOut>, Failure> {
    let SendMedia { recipient, kind, media_id, caption } = body.value.try_into()?;
    let send = messages::SendMedia { recipient: crate::recipient(recipient), kind, media_id, caption };
    let message = state.service.send_media(&allowed.permit, send).await?;
    Ok(Created::new(MediaMessageOut::from(&message)))
}
