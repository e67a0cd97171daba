//! `POST /api/v1/messages/{message_id}/action`, and its other spellings

use switchboard_dialect_workspace::answers::{
    CallbackOut, ChooseIn, Respond, RespondIn, RespondedOut, ResponseOut,
};
use switchboard_dialect_workspace::{Allowed, ErrorBody, Failure, Found, HeldJson, Path};
use switchboard_model::DomainError;
use switchboard_model::access::AnswerMessages;
use switchboard_service::team::{Answer, ChosenAction, Told};

use crate::{State, message_id};

/// Answer a message
///
/// Chooses an action of an interactive message, for the person whose access token this is: each person chooses each
/// action once. The choice is posted to the message's callback.
#[utoipa::path(
    post,
    path = "/api/v1/messages/{message_id}/action",
    tag = "Messages",
    params(("message_id" = String, Path, description = "The message")),
    request_body = RespondIn,
    security(("session" = [])),
    responses(
        (status = 200, description = "The answer", body = RespondedOut),
        (status = 400, description = "A field is refused, the actions have expired, or this one was chosen before", body = ErrorBody),
        (status = 401, description = "The access token is not good", body = ErrorBody),
        (status = 403, description = "The caller may not do this", body = ErrorBody),
        (status = 404, description = "No such message or action", body = ErrorBody),
        (status = 429, description = "The rate limit of the workspace is exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn respond(
    state: State,
    allowed: Allowed<AnswerMessages>,
    path: Path<String>,
    body: HeldJson<RespondIn>,
) -> Result<Found<RespondedOut>, Failure> {
    Ok(answer(&state, &allowed, &path.value, body.checked()).await?)
}

/// Answer a message, by another name
///
/// The same as `/action`.
#[utoipa::path(
    post,
    path = "/api/v1/messages/{message_id}/actions",
    tag = "Messages",
    params(("message_id" = String, Path, description = "The message")),
    request_body = RespondIn,
    security(("session" = [])),
    responses(
        (status = 200, description = "The answer", body = RespondedOut),
        (status = 400, description = "A field is refused, the actions have expired, or this one was chosen before", body = ErrorBody),
        (status = 401, description = "The access token is not good", body = ErrorBody),
        (status = 403, description = "The caller may not do this", body = ErrorBody),
        (status = 404, description = "No such message or action", body = ErrorBody),
        (status = 429, description = "The rate limit of the workspace is exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn respond_by_plural(
    state: State,
    allowed: Allowed<AnswerMessages>,
    path: Path<String>,
    body: HeldJson<RespondIn>,
) -> Result<Found<RespondedOut>, Failure> {
    Ok(answer(&state, &allowed, &path.value, body.checked()).await?)
}

/// Choose an action
///
/// The same as `/action`, with the action in the path. The body may be left out.
#[utoipa::path(
    post,
    path = "/api/v1/messages/{message_id}/actions/{action_id}",
    tag = "Messages",
    params(
        ("message_id" = String, Path, description = "The message"),
        ("action_id" = String, Path, description = "The action, by its own id or by ours"),
    ),
    request_body = Option<ChooseIn>,
    security(("session" = [])),
    responses(
        (status = 200, description = "The answer", body = RespondedOut),
        (status = 400, description = "A field is refused, the actions have expired, or this one was chosen before", body = ErrorBody),
        (status = 401, description = "The access token is not good", body = ErrorBody),
        (status = 403, description = "The caller may not do this", body = ErrorBody),
        (status = 404, description = "No such message or action", body = ErrorBody),
        (status = 429, description = "The rate limit of the workspace is exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn choose(
    state: State,
    allowed: Allowed<AnswerMessages>,
    path: Path<(String, String)>,
    body: HeldJson<ChooseIn>,
) -> Result<Found<RespondedOut>, Failure> {
    let (message, action) = path.value;
    let asked = body.value.and_then(|choose| Respond::try_from(choose.of(action)));
    Ok(answer(&state, &allowed, &message, asked).await?)
}

async fn answer(
    state: &State,
    allowed: &Allowed<AnswerMessages>,
    message: &str,
    asked: Result<Respond, DomainError>,
) -> Result<Found<RespondedOut>, DomainError> {
    let id = message_id(message)?;
    let asked = asked.map(|Respond { action_id, id, comment, metadata }| Answer {
        action: ChosenAction { action_id, id },
        comment,
        metadata,
    });
    let body = |told: &Told<'_>| CallbackOut::new(told.workspace, told.message, told.response).to_json();
    let answered = state.service.answers.answer(&allowed.permit, id, asked, body).await?;
    let response = ResponseOut::new(answered.response, answered.delivery.as_ref());
    Ok(Found::new(RespondedOut { success: true, response }))
}
