//! Answers of people to interactive messages.

use std::collections::HashMap;

use serde_json::{Value, json};
use switchboard_model::access::{AnswerMessages, Permission, Permit, ReadWorkspace};
use switchboard_model::audit::Deed;
use switchboard_model::channel::ChannelRef;
use switchboard_model::channel_message::answer::{Responder, merged_metadata};
use switchboard_model::channel_message::{ActionResponse, ChannelMessage, Interaction};
use switchboard_model::delivery::{Delivery, DeliveryKey, NewDelivery, Source};
use switchboard_model::workspace::Workspace;
use switchboard_model::{DomainError, Id};
use switchboard_store::{ChannelMessagePointer, Condition, Wanted};

use super::name_of;
use crate::gate::Entry;
use crate::{Gate, Resources};

/// What a receiver is told of a choice.
const EVENT: &str = "message.action_response";

/// Answers to interactive messages.
#[derive(Clone)]
pub struct Answers {
    resources: Resources,
    gate: Gate,
}

/// A choice.
#[derive(Clone, Debug)]
pub struct Answer {
    /// What was chosen.
    pub action: ChosenAction,
    /// What there is to say to it.
    pub comment: Option<String>,
    /// What the choice comes with; an object that overlays the message's.
    pub metadata: Option<Value>,
}

/// An action as a request names it.
#[derive(Clone, Debug)]
pub struct ChosenAction {
    /// Its id within the message.
    pub action_id: String,
    /// Our id of it, where the request can mean that.
    pub id: Option<Id>,
}

/// An answer, and how far telling it has come.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The answer.
    pub response: ActionResponse,
    /// Its delivery; nothing before it is looked at for the first time, and after it is forgotten.
    pub delivery: Option<Delivery>,
}

/// What a callback tells.
#[derive(Debug)]
pub struct Told<'a> {
    /// The workspace.
    pub workspace: &'a Workspace,
    /// The message.
    pub message: &'a ChannelMessage,
    /// The answer.
    pub response: &'a ActionResponse,
}

impl Answers {
    /// Answers of the people of the workspaces behind `gate`.
    pub fn new(resources: Resources, gate: Gate) -> Self {
        Self { resources, gate }
    }

    /// Chooses an action of a message, once for each person and action. What is posted to the message's callback
    /// is what `body` makes of it, and is stored with the answer.
    pub async fn answer(
        &self,
        permit: &Permit<AnswerMessages>,
        message_id: Id,
        asked: Result<Answer, DomainError>,
        body: impl Fn(&Told<'_>) -> String + Send + Sync,
    ) -> Result<Answered, DomainError> {
        let user_id = permit.caller().user_id().ok_or(DomainError::UserRequired)?;
        let store = &self.resources.store;
        let pointer = self.pointer(message_id).await?;
        let (entry, message, user) = futures::try_join!(
            self.enter(permit, &pointer),
            async { Ok(store.channel_message(pointer.channel_id, pointer.id).await?) },
            async { Ok(store.user_by_id(user_id).await?) },
        )?;
        let asked = asked?;
        let message = message.ok_or(DomainError::MessageNotFound)?;
        let user = user.ok_or(DomainError::CredentialsInvalid)?;
        let user = Responder { id: user.id, name: name_of(&user), email: user.email.as_str().to_owned() };
        let draft = self.chosen(&message, user, asked)?;
        let created = self.resources.create(|id| {
            let response = ActionResponse { id, ..draft.clone() };
            let told = Told { workspace: &entry.workspace, message: &message, response: &response };
            let delivery = delivery_of(&response, body(&told));
            let metadata = json!({"action_id": response.action.action_id});
            let deed = Deed::ActionAnswered;
            let told = self.resources.entry(entry.workspace.id, entry.actor(), deed, message.id, metadata);
            let store = store.watched_by(&entry.workspace.watched).telling(told);
            async move { store.create_action_response(&response, &delivery).await.map(|()| response) }
        });
        let response = created.await.map_err(|error| match error.condition() {
            Some(Condition::AlreadyStored) => DomainError::AlreadyResponded,
            _ => error.into(),
        })?;
        Ok(Answered { response, delivery: None })
    }

    /// The answer that `asked` is, without its id.
    fn chosen(
        &self,
        message: &ChannelMessage,
        user: Responder,
        asked: Answer,
    ) -> Result<ActionResponse, DomainError> {
        let responded_at = self.resources.now();
        let interaction = message.interaction.as_ref().ok_or(DomainError::ActionNotFound)?;
        let Interaction { actions, callback_url, .. } = interaction;
        let by_name = actions.iter().find(|action| action.action_id == asked.action.action_id);
        let by_id = || actions.iter().find(|action| Some(action.id) == asked.action.id);
        let action = by_name.or_else(by_id).ok_or(DomainError::ActionNotFound)?;
        if interaction.has_expired(responded_at) {
            return Err(DomainError::ActionsExpired);
        }
        Ok(ActionResponse {
            id: Id::NONE,
            workspace_id: message.workspace_id,
            message_id: message.id,
            channel_id: message.channel_id,
            action: action.clone(),
            user,
            comment: asked.comment,
            metadata: merged_metadata(message, asked.metadata.as_ref()),
            callback_url: callback_url.clone(),
            responded_at,
        })
    }

    /// The answers to a message, the newest first.
    pub async fn answers(
        &self,
        permit: &Permit<ReadWorkspace>,
        message_id: Id,
    ) -> Result<Vec<Answered>, DomainError> {
        let store = &self.resources.store;
        let pointer = self.pointer(message_id).await?;
        let (_, responses) = futures::try_join!(self.enter(permit, &pointer), async {
            Ok(store.action_responses(message_id).await?)
        },)?;
        let ids: Vec<Id> = responses.iter().map(|response| response.id).collect();
        let mut deliveries: HashMap<Id, Delivery> = HashMap::new();
        for delivery in store.callbacks(&ids).await? {
            if let DeliveryKey::Callback { id } = delivery.key {
                deliveries.insert(id, delivery);
            }
        }
        let answered = responses.into_iter().map(|response| {
            let delivery = deliveries.remove(&response.id);
            Answered { response, delivery }
        });
        Ok(answered.collect())
    }

    /// Lets a caller into the workspace of a message whose channel they see; for others it does not exist.
    async fn enter<P: Permission>(
        &self,
        permit: &Permit<P>,
        pointer: &ChannelMessagePointer,
    ) -> Result<Entry, DomainError> {
        let wanted = Wanted {
            channel: Some(ChannelRef::Id(pointer.channel_id)),
            user_id: permit.caller().user_id(),
            ..Wanted::default()
        };
        let (entry, found) = futures::try_join!(
            self.gate.enter_for(permit, pointer.workspace_id, DomainError::MessageNotFound),
            async { Ok(self.resources.store.surroundings(pointer.workspace_id, &wanted).await?) },
        )?;
        let department_id = found.member.and_then(|member| member.department_id);
        let visible = found.channel.is_some_and(|channel| channel.is_visible_to(entry.role, department_id));
        if visible { Ok(entry) } else { Err(DomainError::MessageNotFound) }
    }

    async fn pointer(&self, message_id: Id) -> Result<ChannelMessagePointer, DomainError> {
        let pointer = self.resources.store.channel_message_pointer(message_id).await?;
        pointer.ok_or(DomainError::MessageNotFound)
    }
}

/// The delivery by which `response` is told. It has the id of the answer, so that either is found by the other.
fn delivery_of(response: &ActionResponse, body: String) -> NewDelivery {
    NewDelivery {
        id: response.id,
        workspace_id: response.workspace_id,
        source: Source::Callback {
            message_id: response.message_id,
            action_id: response.action.action_id.clone(),
            user_id: response.user.id,
            url: response.callback_url.clone(),
            body,
        },
        kind: EVENT.to_owned(),
        created_at: response.responded_at,
    }
}
