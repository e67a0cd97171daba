//! Putting a message into its conversation.

use std::time::Duration;

use switchboard_model::Id;
use switchboard_model::conversation::{Conversation, ConversationChange};
use switchboard_model::message::{Direction, Message};
use switchboard_store::{Condition, StoreError};

use crate::Resources;

/// How often it is tried while other messages of the conversation come.
const TRIES: usize = 12;
/// A message that comes so much later than it was written stands where it belongs, not at the end.
const LATE: Duration = Duration::from_mins(1);

/// Stores a message with a new id and what it makes of its conversation, which was `before` when it was last read.
/// Fails as `AlreadyStored` where Meta told of it before.
pub(crate) async fn file(
    resources: &Resources,
    draft: Message,
    profile_name: Option<&str>,
    mut before: Option<Conversation>,
) -> Result<Message, StoreError> {
    let store = &resources.store;
    let mut outcome = Err(StoreError::ConditionFailed(Condition::Contested));
    for _ in 0..TRIES {
        let message = Message { id: message_id(resources, &draft), ..draft.clone() };
        let conversation_id =
            before.as_ref().map_or_else(|| resources.ids.next_id(), |conversation| conversation.id);
        let change = ConversationChange::by(&message, before.clone(), conversation_id, profile_name);
        outcome = match message.direction {
            Direction::Outbound => store.create_outbound_message(&message, &change).await,
            Direction::Inbound => store.create_inbound_message(&message, &change).await,
        }
        .map(|()| message);
        match outcome.as_ref().err().and_then(StoreError::condition) {
            Some(Condition::Contested) => before = store.conversation(&draft.conversation).await?,
            Some(Condition::IdTaken) => {}
            _ => return outcome,
        }
    }
    outcome
}

/// Messages sort by their ids.
fn message_id(resources: &Resources, draft: &Message) -> Id {
    let late = draft.direction == Direction::Inbound && draft.created_at + LATE < resources.now();
    if late { Id::new(draft.created_at, resources.randomness.next_u64()) } else { resources.ids.next_id() }
}
