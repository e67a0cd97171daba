//! What the tests begin with.

use serde_json::{Value, json};
use switchboard_graph::callback::callback_data;
use switchboard_graph::webhook::{Update, split};
use switchboard_model::conversation::{ConversationKey, Customer};
use switchboard_model::message::{Attempt, Content, Direction, Message, Progress, Status};
use switchboard_model::phone_number::PhoneNumber;
use switchboard_service::MetaEvents;
use switchboard_service::meta_events::Handled;
use switchboard_store::dynamodb::types::AttributeValue;
use switchboard_store::{MessageKey, Store};
use switchboard_testkit::{Business, World, queue};

/// The customer of every conversation.
pub const CUSTOMER: &str = "16505551234";
/// The account of every event.
pub const ACCOUNT: &str = "102290129340398";
/// 2026-01-01T00:00:00Z, where the clock stands.
pub const NOW: i64 = 1_767_225_600;

/// A business with a number, and Meta's events of it.
pub struct Stage {
    pub world: World,
    pub business: Business,
    pub events: MetaEvents,
}

impl Stage {
    pub async fn new() -> Self {
        let world = World::new().await;
        let business = Business::new(&world).await;
        let events = MetaEvents::new(world.resources.clone());
        Self { world, business, events }
    }

    pub fn store(&self) -> &Store {
        self.world.store()
    }

    /// The one update of a POST in which the business's number has one item in `list`.
    pub fn update(&self, list: &str, item: &Value) -> Update {
        update_of(&self.business.number, list, item)
    }

    pub async fn handle(&self, update: &Update) -> Handled {
        Box::pin(self.events.handle(update)).await.unwrap()
    }

    /// Lets Meta tell of an inbound message.
    pub async fn receive(&self, item: &Value) -> Handled {
        self.handle(&self.update("messages", item)).await
    }

    /// Lets Meta tell of a status.
    pub async fn report(&self, item: &Value) -> Handled {
        self.handle(&self.update("statuses", item)).await
    }

    /// A message of ours that was claimed for sending.
    pub async fn sending(&self) -> Message {
        let message = Message {
            id: self.world.resources.ids.next_id(),
            workspace_id: self.business.workspace.id,
            conversation: ConversationKey {
                phone_number_id: self.business.number.id,
                customer: Customer::from_whatsapp(CUSTOMER).unwrap(),
            },
            wa_message_id: None,
            direction: Direction::Outbound,
            business_number: self.business.number.phone_number.as_str().to_owned(),
            content: Content::Text { text: "Good morning".to_owned() },
            sent_by: None,
            created_at: self.world.resources.now(),
            progress: Progress { status: Status::Sending, ..Progress::default() },
            attempt: Some(Attempt { number: 1, at: NOW * 1_000 }),
            refusals: None,
            slot: None,
            campaign: None,
        };
        queue(&self.world, &message).await;
        message
    }

    pub async fn message(&self, message: &Message) -> Message {
        self.store().message(&MessageKey::from(message)).await.unwrap().unwrap()
    }

    /// The message that Meta calls `wa_message_id`.
    pub async fn message_by_wa_id(&self, wa_message_id: &str) -> Option<Message> {
        let pointer = self.store().message_by_wa_id(wa_message_id).await.unwrap()?;
        self.store().message(&pointer.key).await.unwrap()
    }

    /// The number of messages in the conversation with the customer.
    pub async fn messages_in_conversation(&self) -> usize {
        let partition = format!("CONVERSATION#{}#{CUSTOMER}", self.business.number.id);
        self.items(&self.world.aws.table_names().messages, &partition).await.len()
    }

    /// The events that are kept under an account: their field and JSON.
    pub async fn kept(&self, account: &str) -> Vec<(String, String)> {
        let items = self.items(&self.world.aws.table_names().messages, &format!("EVENTS#{account}")).await;
        let text = |value: &AttributeValue| value.as_s().unwrap().clone();
        items.into_iter().map(|item| (text(&item["field"]), text(&item["raw"]))).collect()
    }

    async fn items(
        &self,
        table: &str,
        partition: &str,
    ) -> Vec<std::collections::HashMap<String, AttributeValue>> {
        let request =
            self.world.aws.dynamodb().query().table_name(table).key_condition_expression("pk = :pk");
        let request = request.expression_attribute_values(":pk", AttributeValue::S(partition.to_owned()));
        request.send().await.unwrap().items.unwrap_or_default()
    }
}

/// The one update of a POST in which `number` has one item in `list`.
pub fn update_of(number: &PhoneNumber, list: &str, item: &Value) -> Update {
    let value = json!({
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": number.phone_number.digits(), "phone_number_id": number.meta_id},
        list: [item],
    });
    updates(&json!([{"id": ACCOUNT, "changes": [{"field": "messages", "value": value}]}])).remove(0)
}

/// The updates of a POST with these entries.
pub fn updates(entries: &Value) -> Vec<Update> {
    split(json!({"object": "whatsapp_business_account", "entry": entries}).to_string().as_bytes()).unwrap()
}

/// A message of a customer with what its type adds.
pub fn message(id: &str, rest: Value) -> Value {
    let mut message = json!({"from": CUSTOMER, "id": id, "timestamp": "1767225000"});
    let Value::Object(rest) = rest else { panic!("{rest} has no members") };
    message.as_object_mut().unwrap().extend(rest);
    message
}

/// A status `seconds` after now.
pub fn status(wa_message_id: &str, name: &str, seconds: i64) -> Value {
    let mut status = json!({
        "id": wa_message_id,
        "status": name,
        "timestamp": (NOW + seconds).to_string(),
        "recipient_id": CUSTOMER,
    });
    if name == "failed" {
        status["errors"] = json!([{"code": 131_026, "title": "Message undeliverable"}]);
    }
    status
}

/// The same with what was sent along with the message.
pub fn with_callback(mut status: Value, message: &Message) -> Value {
    status["biz_opaque_callback_data"] = json!(callback_data(message.id, 1));
    status
}
