//! `GET /api/v1/channels`

use switchboard_dialect_workspace::channels::{ChannelOut, ChannelsOut};
use switchboard_dialect_workspace::{ErrorBody, Failure, Found, Presented};
use switchboard_model::api_token::ReadChannels;
use switchboard_service::team::ListedChannel;

use crate::State;

/// List channels
///
/// All channels of the workspace, private ones included, the newest first. Needs `read:channels`.
#[utoipa::path(
    get,
    path = "/api/v1/channels",
    tag = "Channels",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The channels", body = ChannelsOut),
        (status = 401, description = "The API token is not good", body = ErrorBody),
        (status = 403, description = "The API token lacks the permission `read:channels`", body = ErrorBody),
        (status = 429, description = "The rate limit of the API token is exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn list_channels(
    state: State,
    presented: Presented<ReadChannels>,
) -> Result<Found<ChannelsOut>, Failure> {
    let channels = state.channels(&presented.permit).await?.into_iter();
    let channels = channels.map(|ListedChannel { channel, department, messages, members }| {
        ChannelOut::new(channel, department, Some((messages, members)))
    });
    Ok(Found::new(ChannelsOut { channels: channels.collect() }))
}
