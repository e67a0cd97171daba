//! `POST /api/messages/send/text`

use switchboard_dialect_whatsapp::messages::{MessageOut, SendText, SendTextIn};
use switchboard_dialect_whatsapp::{Allowed, Created, ErrorBody, Failure, Json, ValidationErrorBody};
use switchboard_model::access::SendMessages;

use crate::State;

/// Send a text message
///
/// The message is stored and queued; its status tells when WhatsApp has it. Texts may only follow a message of the
/// customer within 24 hours; the workspace's setting `messaging.enforce_window` leaves that to WhatsApp.
#[utoipa::path(
    post,
    path = "/api/messages/send/text",
    tag = "Messages",
    security(("bearer" = [])),
    request_body = SendTextIn,
    responses(
        (status = 201, description = "The message, queued", body = MessageOut),
        (status = 401, description = "The token is not good", body = ErrorBody),
        (status = 404, description = "No such workspace or phone number", body = ErrorBody),
        (status = 409, description = "The phone number is not active, or the customer has not written within 24 hours", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "The workspace's rate limit is exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn send_text(
    state: State,
    allowed: Allowed<SendMessages>,
    body: Json<SendTextIn>,
) -> Result<Created<MessageOut>, Failure> {
    let SendText { recipient, text } = body.value.try_into()?;
    let send = switchboard_service::messages::SendText { recipient: crate::recipient(recipient), text };
    let message = state.service.send_text(&allowed.permit, send).await?;
    Ok(Created::new(MessageOut::from(&message)))
}
