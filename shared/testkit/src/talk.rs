//! Messages that are there before a test begins.

use serde_json::json;
use switchboard_model::Id;
use switchboard_model::conversation::{ConversationChange, ConversationKey, Customer};
use switchboard_model::message::{Content, Direction, Message, Progress, Status};

use crate::{Business, World};

impl Business {
    /// A text of the customer with this `wa_id`, written and received now. It opens the customer service window.
    ///
    /// # Panics
    /// Where it can't be stored.
    pub async fn hears(&self, world: &World, wa_id: &str, text: &str) -> Message {
        let id = world.resources.ids.next_id();
        let raw = json!({"from": wa_id, "id": format!("wamid.{id}"), "type": "text", "text": {"body": text}});
        let (kind, text) = ("text".to_owned(), Some(text.to_owned()));
        self.received(world, id, wa_id, Content::Received { kind, text, attachment: None, raw }).await
    }

    /// Whatever the customer with this `wa_id` sends, received now.
    ///
    /// # Panics
    /// Where it can't be stored.
    pub async fn receives(&self, world: &World, wa_id: &str, content: Content) -> Message {
        let id = world.resources.ids.next_id();
        self.received(world, id, wa_id, content).await
    }

    async fn received(&self, world: &World, id: Id, wa_id: &str, content: Content) -> Message {
        let message = Message {
            wa_message_id: Some(format!("wamid.{id}")),
            progress: Progress { status: Status::Received, ..Progress::default() },
            ..self.message(world, id, wa_id, Direction::Inbound, content)
        };
        let change = change(world, &message).await;
        world.store().create_inbound_message(&message, &change).await.expect("a message can be stored");
        message
    }

    /// A queued text to the customer with this `wa_id`.
    ///
    /// # Panics
    /// Where it can't be stored.
    pub async fn says(&self, world: &World, wa_id: &str, text: &str) -> Message {
        let message = self.text_to(world, wa_id, text);
        queue(world, &message).await;
        message
    }

    /// A text to the customer with this `wa_id` that is not stored yet.
    pub fn text_to(&self, world: &World, wa_id: &str, text: &str) -> Message {
        let id = world.resources.ids.next_id();
        let content = Content::Text { text: text.to_owned() };
        self.message(world, id, wa_id, Direction::Outbound, content)
    }

    fn message(&self, world: &World, id: Id, wa_id: &str, direction: Direction, content: Content) -> Message {
        let customer = Customer::from_whatsapp(wa_id).expect("a customer");
        Message {
            id,
            workspace_id: self.workspace.id,
            conversation: ConversationKey { phone_number_id: self.number.id, customer },
            wa_message_id: None,
            direction,
            business_number: self.number.phone_number.as_str().to_owned(),
            content,
            sent_by: None,
            created_at: world.resources.now(),
            progress: Progress::default(),
            attempt: None,
            refusals: None,
            slot: None,
            campaign: None,
        }
    }
}

/// Stores a message of ours, whatever its state.
///
/// # Panics
/// Where it can't be stored.
pub async fn queue(world: &World, message: &Message) {
    let change = change(world, message).await;
    world.store().create_outbound_message(message, &change).await.expect("a message can be stored");
}

async fn change(world: &World, message: &Message) -> ConversationChange {
    let before = world.store().conversation(&message.conversation).await.expect("the store answers");
    let id = before.as_ref().map_or_else(|| world.resources.ids.next_id(), |conversation| conversation.id);
    ConversationChange::by(message, before, id, None)
}
