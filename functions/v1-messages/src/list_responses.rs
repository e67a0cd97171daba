//! `GET /api/v1/messages/{message_id}/action`, and its other spelling

use switchboard_dialect_workspace::answers::{ResponseOut, ResponsesOut};
use switchboard_dialect_workspace::{Allowed, ErrorBody, Failure, Found, Path};
use switchboard_model::DomainError;
use switchboard_model::access::ReadWorkspace;

use crate::{State, message_id};

/// List the answers to a message
///
/// For any member of the workspace. Each answer tells how far its callback has come.
#[utoipa::path(
    get,
    path = "/api/v1/messages/{message_id}/action",
    tag = "Messages",
    params(("message_id" = String, Path, description = "The message")),
    security(("session" = [])),
    responses(
        (status = 200, description = "The answers, the newest first", body = ResponsesOut),
        (status = 401, description = "The access token is not good", body = ErrorBody),
        (status = 403, description = "The caller may not do this", body = ErrorBody),
        (status = 404, description = "No such message", body = ErrorBody),
        (status = 429, description = "The rate limit of the workspace is exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn list_responses(
    state: State,
    allowed: Allowed<ReadWorkspace>,
    path: Path<String>,
) -> Result<Found<ResponsesOut>, Failure> {
    Ok(list(&state, &allowed, &path.value).await?)
}

/// List the answers to a message, by another name
///
/// The same as `/action`.
#[utoipa::path(
    get,
    path = "/api/v1/messages/{message_id}/actions",
    tag = "Messages",
    params(("message_id" = String, Path, description = "The message")),
    security(("session" = [])),
    responses(
        (status = 200, description = "The answers, the newest first", body = ResponsesOut),
        (status = 401, description = "The access token is not good", body = ErrorBody),
        (status = 403, description = "The caller may not do this", body = ErrorBody),
        (status = 404, description = "No such message", body = ErrorBody),
        (status = 429, description = "The rate limit of the workspace is exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn list_responses_by_plural(
    state: State,
    allowed: Allowed<ReadWorkspace>,
    path: Path<String>,
) -> Result<Found<ResponsesOut>, Failure> {
    Ok(list(&state, &allowed, &path.value).await?)
}

async fn list(
    state: &State,
    allowed: &Allowed<ReadWorkspace>,
    message: &str,
) -> Result<Found<ResponsesOut>, DomainError> {
    let answered = state.service.answers.answers(&allowed.permit, message_id(message)?).await?;
    let responses =
        answered.into_iter().map(|answered| ResponseOut::new(answered.response, answered.delivery.as_ref()));
    Ok(Found::new(ResponsesOut { success: true, responses: responses.collect() }))
}
