//! `POST /api/v1/messages`

use switchboard_dialect_workspace::messages::{MessageOut, SendMessage, SendMessageIn, SentMessageOut};
use switchboard_dialect_workspace::{Created, ErrorBody, Failure, HeldJson, Presented};
use switchboard_model::api_token::SendMessages;
use switchboard_service::team::{NewAction, NewInteraction, NewMessage};

use crate::State;

/// Send a message
///
/// To a channel, which is named by its id or by its exact name. A message of the type `interactive` has actions of
/// which those who read it choose; each choice is posted to `callbackUrl`. Needs `send:messages`.
#[utoipa::path(
    post,
    path = "/api/v1/messages",
    tag = "Messages",
    request_body(
        content = SendMessageIn,
        examples(
            ("integration" = (
                summary = "A message",
                value = json!({
                    "channelId": "general",
                    "content": "Deployment completed successfully!",
                    "messageType": "integration",
                    "metadata": {"source": "github-actions"},
                }),
            )),
            ("interactive" = (
                summary = "A message to answer",
                value = json!({
                    "channelId": "general",
                    "content": "Deploy v2.1.0 to production?",
                    "messageType": "interactive",
                    "actions": [
                        {"actionId": "approve", "label": "Approve Deployment", "style": "primary"},
                        {"actionId": "reject", "label": "Reject", "style": "danger"},
                    ],
                    "callbackUrl": "https://example.com/deployment/callback",
                }),
            )),
        ),
    ),
    security(("bearer" = [])),
    responses(
        (status = 201, description = "The message", body = SentMessageOut),
        (status = 401, description = "The API token is not good", body = ErrorBody),
        (status = 403, description = "The API token lacks the permission `send:messages`", body = ErrorBody),
        (status = 400, description = "A field is refused", body = ErrorBody),
        (status = 404, description = "No such channel", body = ErrorBody),
        (status = 429, description = "The rate limit of the API token is exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn send_message(
    state: State,
    presented: Presented<SendMessages>,
    body: HeldJson<SendMessageIn>,
) -> Result<Created<SentMessageOut>, Failure> {
    let asked = body.checked().map(new_message);
    let message = state.service.team.send_message(&presented.permit, asked).await?;
    Ok(Created::new(SentMessageOut { success: true, message: MessageOut::from(message) }))
}

fn new_message(send: SendMessage) -> NewMessage {
    let interaction = send.interaction.map(|asked| NewInteraction {
        actions: asked
            .actions
            .into_iter()
            .map(|action| NewAction {
                action_id: action.action_id,
                label: action.label,
                style: action.style,
                value: action.value,
            })
            .collect(),
        callback_url: asked.callback_url,
        expires_at: asked.expires_at,
    });
    NewMessage {
        channel: send.channel,
        content: send.content,
        kind: send.kind,
        metadata: send.metadata,
        attachments: send.attachments,
        interaction,
    }
}
