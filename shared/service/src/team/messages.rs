//! Messages of a team.

use serde_json::{Value, json};
use switchboard_model::api_token::{SendMessages, TokenPermit};
use switchboard_model::audit::Deed;
use switchboard_model::channel::ChannelRef;
use switchboard_model::channel_message::{
    Action, ActionStyle, Attachment, ChannelMessage, Interaction, MessageKind,
};
use switchboard_model::{DomainError, Id, Timestamp};
use switchboard_store::Wanted;

use super::{Acting, Team};

/// A message to send.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// The channel.
    pub channel: ChannelRef,
    /// What it says.
    pub content: String,
    /// What sort of message it is.
    pub kind: MessageKind,
    /// Whatever its sender keeps with it; an object.
    pub metadata: Value,
    /// Files that it points to.
    pub attachments: Vec<Attachment>,
    /// What it asks; only of an interactive message.
    pub interaction: Option<NewInteraction>,
}

/// What an interactive message asks.
#[derive(Clone, Debug)]
pub struct NewInteraction {
    /// What can be chosen, in its order.
    pub actions: Vec<NewAction>,
    /// Where each choice is told.
    pub callback_url: String,
    /// When choosing ends, if it does.
    pub expires_at: Option<Timestamp>,
}

/// Something that can be chosen.
#[derive(Clone, Debug)]
pub struct NewAction {
    /// Its id within the message.
    pub action_id: String,
    /// What the button says.
    pub label: String,
    /// How the button looks.
    pub style: ActionStyle,
    /// What it stands for.
    pub value: Option<String>,
}

impl Team {
    /// Sends a message to a channel.
    pub async fn send_message(
        &self,
        permit: &TokenPermit<SendMessages>,
        asked: Result<NewMessage, DomainError>,
    ) -> Result<ChannelMessage, DomainError> {
        let channel = asked.as_ref().ok().map(|new| new.channel.clone());
        let wanted = Wanted { channel, ..Wanted::default() };
        let entry = self.gate.enter(permit, &wanted).await?;
        let new = asked?;
        let channel_id = entry.found.channel_id.ok_or(DomainError::ChannelNotFound)?;
        self.send_message_by(&entry.into(), channel_id, new).await
    }

    /// Sends a message to the channel `channel_id`, which is the workspace's, for whoever is `acting`.
    pub async fn send_message_by(
        &self,
        acting: &Acting,
        channel_id: Id,
        new: NewMessage,
    ) -> Result<ChannelMessage, DomainError> {
        let draft = ChannelMessage {
            id: Id::NONE,
            workspace_id: acting.workspace.id,
            channel_id,
            author: acting.author(),
            content: new.content,
            kind: new.kind,
            metadata: new.metadata,
            attachments: new.attachments,
            interaction: new.interaction.map(|asked| self.interaction(asked)),
            created_at: self.resources.now(),
        };
        let created = self.resources.create(|id| {
            let message = ChannelMessage { id, ..draft.clone() };
            let metadata = json!({"type": message.kind});
            let store = self.store_for(acting, Deed::MessageSent, id, metadata);
            async move { store.create_channel_message(&message).await.map(|()| message) }
        });
        Ok(created.await?)
    }

    fn interaction(&self, asked: NewInteraction) -> Interaction {
        let action = |new: NewAction| Action {
            id: self.resources.ids.next_id(),
            action_id: new.action_id,
            label: new.label,
            style: new.style,
            value: new.value,
        };
        Interaction {
            actions: asked.actions.into_iter().map(action).collect(),
            callback_url: asked.callback_url,
            expires_at: asked.expires_at,
        }
    }
}
