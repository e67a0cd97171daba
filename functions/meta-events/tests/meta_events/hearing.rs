//! What messages and choices of customers tell: who they are, and whether they want messages.

use serde_json::{Value, json};
use switchboard_model::contact::{ConsentSource, Contact};
use switchboard_model::conversation::{Conversation, ConversationKey, Customer};

use crate::stage::{ACCOUNT, CUSTOMER, NOW, Stage, message, updates};

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
