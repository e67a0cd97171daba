//! Messages of a team, and the answers to those that ask for one: patterns E1 to E4.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_model::Id;
use switchboard_model::channel_message::answer::Responder;
use switchboard_model::channel_message::{
    Action, ActionResponse, Attachment, Author, ChannelMessage, Interaction, MessageKind,
};
use switchboard_model::delivery::NewDelivery;

use crate::item::StoredForm;
use crate::{Condition, Store, StoreError, keys};

/// Where a message is and whose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelMessagePointer {
    /// The message.
    pub id: Id,
    /// Whose.
    pub workspace_id: Id,
    /// Where.
    pub channel_id: Id,
}

impl StoredForm for ChannelMessagePointer {
    const ENTITY: &'static str = "channel_message_pointer";
}

/// A message as stored. JSON of its sender's is kept as text: a store limits the depth and the numbers of what it
/// takes apart.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredChannelMessage {
    id: Id,
    workspace_id: Id,
    channel_id: Id,
    author: Author,
    content: String,
    kind: MessageKind,
    metadata: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<Attachment>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    actions: Vec<Action>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    callback_url: Option<String>,
    #[serde(
        default,
        with = "jiff::fmt::serde::timestamp::millisecond::optional",
        skip_serializing_if = "Option::is_none"
    )]
    expires_at: Option<Timestamp>,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    created_at: Timestamp,
}

impl StoredForm for StoredChannelMessage {
    const ENTITY: &'static str = "channel_message";
    const WATCHED: bool = true;
}

/// An answer as stored.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredActionResponse {
    id: Id,
    workspace_id: Id,
    message_id: Id,
    channel_id: Id,
    action: Action,
    user: Responder,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
    metadata: String,
    callback_url: String,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    responded_at: Timestamp,
}

impl StoredForm for StoredActionResponse {
    const ENTITY: &'static str = "action_response";
    const WATCHED: bool = true;
}

impl Store {
    /// E1: stores a message, its pointer and its part in the channel's count. Fails as `IdTaken`.
    pub async fn create_channel_message(&self, message: &ChannelMessage) -> Result<(), StoreError> {
        let pointer = ChannelMessagePointer {
            id: message.id,
            workspace_id: message.workspace_id,
            channel_id: message.channel_id,
        };
        let stored = StoredChannelMessage::try_from(message)?;
        self.transaction()
            .create(&keys::channel_message_pointer(message.id), &pointer, Condition::IdTaken)?
            .put(&keys::channel_message(message.channel_id, message.id), &stored)?
            .count_message(message.workspace_id, message.channel_id, message.id)?
            .commit()
            .await
    }

    /// E2, first part: where the message with this id is.
    pub async fn channel_message_pointer(&self, id: Id) -> Result<Option<ChannelMessagePointer>, StoreError> {
        self.get(&keys::channel_message_pointer(id)).await
    }

    /// E2, second part: the message.
    pub async fn channel_message(
        &self,
        channel_id: Id,
        id: Id,
    ) -> Result<Option<ChannelMessage>, StoreError> {
        let key = keys::channel_message(channel_id, id);
        let stored = self.get::<StoredChannelMessage>(&key).await?;
        stored
            .map(|stored| ChannelMessage::try_from(stored).map_err(|error| self.corrupt(&key, error)))
            .transpose()
    }

    /// E3: stores an answer and the delivery by which it is told. Fails as `AlreadyStored` where the person has
    /// chosen the action before, as `IdTaken`.
    pub async fn create_action_response(
        &self,
        response: &ActionResponse,
        delivery: &NewDelivery,
    ) -> Result<(), StoreError> {
        let key = keys::action_response(response.message_id, response.action.id, response.user.id);
        self.transaction()
            .create(&key, &StoredActionResponse::try_from(response)?, Condition::AlreadyStored)?
            .create_delivery(delivery)?
            .commit()
            .await
    }

    /// E4: the answers to a message, the newest first.
    pub async fn action_responses(&self, message_id: Id) -> Result<Vec<ActionResponse>, StoreError> {
        let range = keys::action_responses(message_id);
        let stored = self.list::<StoredActionResponse>(&range).await?;
        let read = |stored: StoredActionResponse| {
            let key = keys::action_response(stored.message_id, stored.action.id, stored.user.id);
            ActionResponse::try_from(stored).map_err(|error| self.corrupt(&key, error))
        };
        let mut responses = stored.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
        responses.sort_unstable_by_key(|response| std::cmp::Reverse((response.responded_at, response.id)));
        Ok(responses)
    }

    fn corrupt(&self, key: &keys::Key, source: serde_json::Error) -> StoreError {
        StoreError::Corrupt {
            table: self.names.of(key.table).to_owned(),
            key: key.redacted(),
            source: source.into(),
        }
    }
}

fn text(value: &serde_json::Value) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Unstorable(error.into()))
}

impl TryFrom<&ChannelMessage> for StoredChannelMessage {
    type Error = StoreError;

    fn try_from(message: &ChannelMessage) -> Result<Self, StoreError> {
        let interaction = message.interaction.clone();
        let (actions, callback_url, expires_at) = interaction
            .map(|asked| (asked.actions, Some(asked.callback_url), asked.expires_at))
            .unwrap_or_default();
        Ok(Self {
            id: message.id,
            workspace_id: message.workspace_id,
            channel_id: message.channel_id,
            author: message.author.clone(),
            content: message.content.clone(),
            kind: message.kind,
            metadata: text(&message.metadata)?,
            attachments: message.attachments.clone(),
            actions,
            callback_url,
            expires_at,
            created_at: message.created_at,
        })
    }
}

impl TryFrom<StoredChannelMessage> for ChannelMessage {
    type Error = serde_json::Error;

    fn try_from(stored: StoredChannelMessage) -> Result<Self, serde_json::Error> {
        let (actions, expires_at) = (stored.actions, stored.expires_at);
        Ok(Self {
            id: stored.id,
            workspace_id: stored.workspace_id,
            channel_id: stored.channel_id,
            author: stored.author,
            content: stored.content,
            kind: stored.kind,
            metadata: serde_json::from_str(&stored.metadata)?,
            attachments: stored.attachments,
            interaction: stored.callback_url.map(|callback_url| Interaction {
                actions,
                callback_url,
                expires_at,
            }),
            created_at: stored.created_at,
        })
    }
}

impl TryFrom<&ActionResponse> for StoredActionResponse {
    type Error = StoreError;

    fn try_from(response: &ActionResponse) -> Result<Self, StoreError> {
        Ok(Self {
            id: response.id,
            workspace_id: response.workspace_id,
            message_id: response.message_id,
            channel_id: response.channel_id,
            action: response.action.clone(),
            user: response.user.clone(),
            comment: response.comment.clone(),
            metadata: text(&response.metadata)?,
            callback_url: response.callback_url.clone(),
            responded_at: response.responded_at,
        })
    }
}

impl TryFrom<StoredActionResponse> for ActionResponse {
    type Error = serde_json::Error;

    fn try_from(stored: StoredActionResponse) -> Result<Self, serde_json::Error> {
        Ok(Self {
            id: stored.id,
            workspace_id: stored.workspace_id,
            message_id: stored.message_id,
            channel_id: stored.channel_id,
            action: stored.action,
            user: stored.user,
            comment: stored.comment,
            metadata: serde_json::from_str(&stored.metadata)?,
            callback_url: stored.callback_url,
            responded_at: stored.responded_at,
        })
    }
}
