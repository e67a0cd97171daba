//! `POST /api/messages/send/template`

use switchboard_dialect_whatsapp::messages::{MessageOut, SendTemplate, SendTemplateIn};
use switchboard_dialect_whatsapp::{Allowed, Created, ErrorBody, Failure, Json, ValidationErrorBody};
use switchboard_model::access::SendMessages;
use switchboard_service::messages;

use crate::State;

/// Send a template message
///
/// Templates may be sent at any time. What is filled in is checked against the template before anything is queued.
#[utoipa::path(
    post,
    path = "/api/messages/send/template",
    tag = "Messages",
    security(("bearer" = [])),
    request_body = SendTemplateIn,
    responses(
        (status = 201, description = "The message, queued", body = MessageOut),
        (status = 401, description = "The token is not good", body = ErrorBody),
        (status = 404, description = "No such workspace, phone number, template or media file", body = ErrorBody),
        (status = 409, description = "The phone number is not active, or the template is not approved", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "The workspace's rate limit is exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn send_template(
    state: State,
    allowed: Allowed<SendMessages>,
    body: Json<SendTemplateIn>,
) -> Result<Created<MessageOut>, Failure> {
    let SendTemplate { recipient, name, language, components } = body.value.try_into()?;
    let recipient = crate::recipient(recipient);
    let send = messages::SendTemplate { recipient, name, language, components };
    let message = state.service.send_template(&allowed.permit, send).await?;
    Ok(Created::new(MessageOut::from(&message)))
}
