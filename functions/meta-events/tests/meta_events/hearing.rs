//! What messages and choices of customers tell: who they are, and whether they want messages.

use serde_json::{Value, json};
use switchboard_model::contact::{ConsentSource, Contact};
use switchboard_model::conversation::{Conversation, ConversationKey, Customer};
use switchboard_service::meta_events::Handled;

use crate::stage::{ACCOUNT, CUSTOMER, NOW, Stage, message, status, update_of, updates, with_callback};

impl Stage {
    async fn contact(&self, customer: &str) -> Option<Contact> {
        let customer = Customer::from_whatsapp(customer).unwrap();
        self.store().contact_of_customer(self.business.workspace.id, &customer).await.unwrap()
    }

    /// Whether the customer wants messages, and how that was said.
    async fn consent(&self) -> (bool, Option<ConsentSource>) {
        let contact = self.contact(CUSTOMER).await.unwrap();
        (contact.opted_in, contact.consent.map(|consent| consent.source))
    }

    async fn conversation(&self) -> Conversation {
        let customer = Customer::from_whatsapp(CUSTOMER).unwrap();
        let key = ConversationKey { phone_number_id: self.business.number.id, customer };
        self.store().conversation(&key).await.unwrap().unwrap()
    }

    async fn says(&self, id: &str, seconds: i64, text: &str) {
        let mut item = message(id, json!({"type": "text", "text": {"body": text}}));
        item["timestamp"] = json!((NOW + seconds).to_string());
        self.receive(&item).await;
    }

    /// An event of `field` about the business's number.
    async fn chooses(&self, field: &str, item: Value) {
        let value = json!({
            "messaging_product": "whatsapp",
            "metadata": {"phone_number_id": self.business.number.meta_id},
            field: [item],
        });
        let entries = json!([{"id": ACCOUNT, "changes": [{"field": field, "value": value}]}]);
        self.handle(&updates(&entries).remove(0)).await;
    }
}

#[tokio::test]
async fn whoever_writes_becomes_a_contact_that_nobody_opted_in() {
    let stage = Stage::new().await;
    let item = message("wamid.A", json!({"type": "text", "text": {"body": "Hi, do you ship to Rome?"}}));
    let value = json!({
        "messaging_product": "whatsapp",
        "metadata": {"phone_number_id": stage.business.number.meta_id},
        "contacts": [{"wa_id": CUSTOMER, "profile": {"name": "Ada"}, "user_id": "US.1349"}],
        "messages": [item],
    });
    let entries = json!([{"id": ACCOUNT, "changes": [{"field": "messages", "value": value}]}]);
    for _ in 0..2 {
        stage.handle(&updates(&entries).remove(0)).await;
    }

    let contact = stage.contact(CUSTOMER).await.unwrap();
    assert_eq!((contact.name.as_deref(), contact.opted_in), (Some("Ada"), false));
    assert_eq!(contact.user_id.unwrap().as_str(), "US.1349");
    let conversation = stage.conversation().await;
    assert_eq!((conversation.profile_name.as_deref(), conversation.unread), (Some("Ada"), 1));
}

#[tokio::test]
async fn stop_opts_out_and_start_back_in_whatever_the_order_of_arrival() {
    let stage = Stage::new().await;
    stage.says("wamid.1", 0, "START").await;
    assert_eq!(stage.consent().await, (true, Some(ConsentSource::Keyword)));
    stage.says("wamid.3", 20, "Отписаться").await;
    assert_eq!(stage.consent().await, (false, Some(ConsentSource::Keyword)));

    stage.says("wamid.2", 10, "subscribe").await;
    assert!(!stage.consent().await.0);
    stage.says("wamid.3", 20, "Отписаться").await;
    assert!(!stage.consent().await.0);

    stage.says("wamid.4", 30, "Start!").await;
    assert!(stage.consent().await.0);
    stage.says("wamid.5", 40, "please stop calling me").await;
    assert!(stage.consent().await.0);
}

#[tokio::test]
async fn a_workspace_has_words_of_its_own() {
    let stage = Stage::new().await;
    let mut workspace = stage.business.workspace.clone();
    workspace.settings = json!({"messaging": {
        "opt_out_keywords": {"add": ["No thanks"], "remove": ["cancel"]}}});
    workspace.version += 1;
    stage.store().update_workspace(&workspace).await.unwrap();
    stage.says("wamid.1", 0, "START").await;

    stage.says("wamid.2", 10, "cancel").await;
    assert!(stage.consent().await.0);
    stage.says("wamid.3", 20, "no thanks").await;
    assert!(!stage.consent().await.0);
}

#[tokio::test]
async fn a_tap_on_a_button_counts_like_a_word() {
    let button =
        |payload: &str, text: &str| json!({"type": "button", "button": {"payload": payload, "text": text}});
    let reply = json!({"type": "interactive", "interactive": {"type": "button_reply",
        "button_reply": {"id": "unsubscribe", "title": "No more"}}});
    for raw in [button("x", "Stop promotions"), button("STOP", "Enough"), reply] {
        let stage = Stage::new().await;
        stage.says("wamid.1", -2_000, "START").await;
        stage.receive(&message("wamid.A", raw)).await;
        assert_eq!(stage.consent().await, (false, Some(ConsentSource::Button)));
    }
}

#[tokio::test]
async fn a_choice_in_whatsapp_counts() {
    let stage = Stage::new().await;
    let choice = |value: &str, seconds: i64| json!({"wa_id": CUSTOMER, "category": "marketing_messages", "value": value, "timestamp": NOW + seconds});
    stage.chooses("user_preferences", choice("resume", 0)).await;
    assert_eq!(stage.consent().await, (true, Some(ConsentSource::Preference)));
    stage.chooses("user_preferences", choice("stop", 10)).await;
    stage.chooses("user_preferences", choice("resume", 5)).await;
    assert!(!stage.consent().await.0);
    let mut other = choice("resume", 20);
    other["category"] = json!("reminders");
    stage.chooses("user_preferences", other).await;
    assert!(!stage.consent().await.0);
}

#[tokio::test]
async fn a_customer_with_another_number_is_known_there_too() {
    let stage = Stage::new().await;
    stage.says("wamid.1", -10, "STOP").await;
    let item = message(
        "wamid.A",
        json!({"type": "system", "system": {"type": "user_changed_number",
        "body": "Ada changed", "wa_id": "16505550000"}}),
    );
    for _ in 0..2 {
        stage.receive(&item).await;
    }

    let contact = stage.contact("16505550000").await.unwrap();
    assert_eq!(
        (contact.opted_in, contact.consent.map(|consent| consent.source)),
        (false, Some(ConsentSource::Keyword))
    );
}

#[tokio::test]
async fn another_business_scoped_id_is_noted_at_the_number() {
    let stage = Stage::new().await;
    stage.says("wamid.1", 0, "hi").await;
    let change = json!({"wa_id": CUSTOMER, "user_id": {"previous": "US.1", "current": "US.2"}, "timestamp": "1767225600"});
    stage.chooses("user_id_update", change).await;
    assert_eq!(stage.contact(CUSTOMER).await.unwrap().user_id.unwrap().as_str(), "US.2");
}

#[tokio::test]
async fn an_old_message_that_comes_late_opens_no_window_and_stands_where_it_belongs() {
    let stage = Stage::new().await;
    stage.says("wamid.2", 0, "second").await;
    stage.says("wamid.1", -3_600, "first").await;

    let conversation = stage.conversation().await;
    assert_eq!(conversation.window_expires_at().unwrap().as_second(), NOW + 86_400);
    assert_eq!((conversation.last_message.text.as_deref(), conversation.unread), (Some("second"), 2));
    let first = stage.message_by_wa_id("wamid.1").await.unwrap();
    let second = stage.message_by_wa_id("wamid.2").await.unwrap();
    assert!(first.id < second.id);
}

#[tokio::test]
async fn messages_that_come_at_once_are_all_counted() {
    let stage = Stage::new().await;
    let items: Vec<_> = (0..6)
        .map(|at| message(&format!("wamid.{at}"), json!({"type": "text", "text": {"body": "hi there"}})))
        .collect();
    futures::future::join_all(items.iter().map(|item| stage.receive(item))).await;
    assert_eq!((stage.conversation().await.unread, stage.messages_in_conversation().await), (6, 6));
}

/// How WhatsApp calls a customer in Mexico who was written to at +52 55 1234 5678.
const SPELLED: &str = "5215512345678";
const ADDRESSED: &str = "525512345678";

impl Stage {
    /// Lets the business have written to [`ADDRESSED`].
    async fn written_to(&self) {
        let customer = |digits: &str| Customer::from_whatsapp(digits).unwrap();
        let (wa_id, addressed) = (customer(SPELLED), customer(ADDRESSED));
        self.store().note_spelling(self.business.workspace.id, &wa_id, &addressed).await.unwrap();
    }

    async fn conversation_with(&self, customer: &str) -> Option<Conversation> {
        let customer = Customer::from_whatsapp(customer).unwrap();
        let key = ConversationKey { phone_number_id: self.business.number.id, customer };
        self.store().conversation(&key).await.unwrap()
    }
}

#[tokio::test]
async fn a_customer_whom_whatsapp_calls_otherwise_is_the_one_who_was_written_to() {
    let stage = Stage::new().await;
    stage.written_to().await;
    let mut item = message("wamid.A", json!({"type": "text", "text": {"body": "STOP"}}));
    item["from"] = json!(SPELLED);
    item["timestamp"] = json!(NOW.to_string());

    let handled = [stage.receive(&item).await, stage.receive(&item).await];

    let conversation = stage.conversation_with(ADDRESSED).await.unwrap();
    let contact = stage.contact(ADDRESSED).await.unwrap();
    assert_eq!(handled, [Handled::Stored, Handled::StoredBefore]);
    assert_eq!(conversation.window_expires_at().unwrap().as_second(), NOW + 86_400);
    assert_eq!(contact.consent.map(|consent| consent.source), Some(ConsentSource::Keyword));
    assert_eq!((stage.conversation_with(SPELLED).await, stage.contact(SPELLED).await), (None, None));
}

#[tokio::test]
async fn choices_of_a_customer_whom_whatsapp_calls_otherwise_are_theirs_too() {
    let stage = Stage::new().await;
    stage.written_to().await;
    let choice =
        json!({"wa_id": SPELLED, "category": "marketing_messages", "value": "resume", "timestamp": NOW});
    let change = json!({"wa_id": SPELLED, "user_id": {"current": "MX.2"}, "timestamp": "1767225600"});

    stage.chooses("user_preferences", choice).await;
    stage.chooses("user_id_update", change).await;

    let contact = stage.contact(ADDRESSED).await.unwrap();
    assert_eq!((contact.opted_in, contact.user_id.unwrap().as_str()), (true, "MX.2"));
    assert_eq!(stage.contact(SPELLED).await, None);
}

#[tokio::test]
async fn another_workspace_knows_nothing_of_it() {
    let stage = Stage::new().await;
    stage.written_to().await;
    let other = stage.business.another(&stage.world).await;
    let mut item = message("wamid.A", json!({"type": "text", "text": {"body": "hi"}}));
    item["from"] = json!(SPELLED);

    stage.handle(&update_of(&other.number, "messages", &item)).await;

    let stored = stage.message_by_wa_id("wamid.A").await.unwrap();
    assert_eq!(stored.conversation.customer.as_str(), SPELLED);
}

#[tokio::test]
async fn a_message_that_fails_since_the_customer_stopped_marketing_opts_them_out() {
    let stage = Stage::new().await;
    stage.says("wamid.1", 0, "START").await;
    let message = stage.sending().await;
    let failed = |seconds: i64, code: i64| {
        let mut item = with_callback(status("wamid.A", "failed", seconds), &message);
        item["errors"][0]["code"] = json!(code);
        item
    };

    stage.report(&failed(10, 131_049)).await;
    let withheld = stage.consent().await;
    for _ in 0..2 {
        stage.report(&failed(20, 131_050)).await;
    }
    let stopped = stage.consent().await;
    stage.says("wamid.2", 30, "START").await;
    stage.report(&failed(20, 131_050)).await;

    assert_eq!(withheld, (true, Some(ConsentSource::Keyword)));
    assert_eq!(stopped, (false, Some(ConsentSource::Meta)));
    assert_eq!(stage.consent().await, (true, Some(ConsentSource::Keyword)), "that is newer");
}
