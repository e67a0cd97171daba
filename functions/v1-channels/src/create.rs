//! `POST /api/v1/channels`

use switchboard_dialect_workspace::channels::{
    ChannelOut, CreateChannel, CreateChannelIn, CreatedChannelOut,
};
use switchboard_dialect_workspace::{Created, ErrorBody, Failure, HeldJson, Presented};
use switchboard_model::api_token::WriteChannels;
use switchboard_service::team::NewChannel;

use crate::State;

/// Create a channel
///
/// Needs `write:channels`.
#[utoipa::path(
    post,
    path = "/api/v1/channels",
    tag = "Channels",
    request_body = CreateChannelIn,
    security(("bearer" = [])),
    responses(
        (status = 201, description = "The channel", body = CreatedChannelOut),
        (status = 401, description = "The API token is not good", body = ErrorBody),
        (status = 403, description = "The API token lacks the permission `write:channels`", body = ErrorBody),
        (status = 400, description = "A field is refused", body = ErrorBody),
        (status = 404, description = "No such department", body = ErrorBody),
        (status = 409, description = "The workspace has as many channels as it may", body = ErrorBody),
        (status = 429, description = "The rate limit of the API token is exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn create_channel(
    state: State,
    presented: Presented<WriteChannels>,
    body: HeldJson<CreateChannelIn>,
) -> Result<Created<CreatedChannelOut>, Failure> {
    let asked = body.checked().map(|new: CreateChannel| NewChannel {
        name: new.name,
        description: new.description,
        kind: new.kind,
        department_id: new.department_id,
    });
    let (channel, department) = state.create_channel(&presented.permit, asked).await?;
    let channel = ChannelOut::new(channel, department, None);
    Ok(Created::new(CreatedChannelOut { success: true, channel }))
}
