//! Assigning conversations and reading them.

use insta::assert_snapshot;
use serde_json::{Value, json};
use switchboard_model::access::Role;
use switchboard_model::id::spelling::uuid;

use crate::stage::{ADA, Stage, all, nobody};

#[tokio::test]
async fn a_conversation_is_given_to_a_member_and_back_to_nobody() {
    let stage = Stage::new().await;
    let message = stage.hears(ADA, "hi").await;
    let id = stage.conversation_of(&message).await;
    let agent = stage.business.add(&stage.world, "agent@example.com", Role::Agent).await;
    let agent_id = uuid::spell(agent.user_id);

    let given = stage.call_as(&agent.token, Stage::update(&id, &json!({"assignee": agent_id}))).await;
    let again = stage.call(Stage::update(&id, &json!({"assignee": agent_id}))).await;
    let shown = stage.call(Stage::get(&id)).await;
    assert_eq!(given.str("/assignee"), agent_id);
    assert_eq!([again.json(), shown.json()], [given.json(), given.json()]);

    let nobody = stage.call(Stage::update(&id, &json!({"assignee": null}))).await;
    assert_eq!(nobody.json()["assignee"], Value::Null);
}

#[tokio::test]
async fn only_members_are_given_conversations() {
    let stage = Stage::new().await;
    let message = stage.hears(ADA, "hi").await;
    let id = stage.conversation_of(&message).await;
    let stranger = stage.business.another(&stage.world).await;
    let answers = [
        stage.call(Stage::update(&id, &json!({"assignee": uuid::spell(stranger.owner.user_id)}))).await,
        stage.call(Stage::update(&id, &json!({"assignee": nobody()}))).await,
        stage.call(Stage::update(&id, &json!({"assignee": "ada"}))).await,
        stage.call(Stage::update(&id, &json!({}))).await,
    ];
    assert_snapshot!(all(&answers), @r#"
    404 {
      "detail": "Member not found"
    }
    404 {
      "detail": "Member not found"
    }
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "assignee"
          ],
          "msg": "Input should be a valid UUID",
          "type": "value_error"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "assignee"
          ],
          "msg": "Field required",
          "type": "missing"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn reading_a_conversation_resets_its_unread_messages_and_tells_whatsapp_of_the_newest_once() {
    let stage = Stage::new().await;
    let first = stage.hears(ADA, "hi").await;
    let newest = stage.hears(ADA, "anybody there?").await;
    stage.says(ADA, "Hello").await;
    let id = stage.conversation_of(&first).await;
    stage.world.wait(10);

    let read = stage.call(Stage::read(&id)).await;
    let read_at = stage.message(&newest).await.progress.read_at;
    stage.world.wait(10);
    let again = stage.call(Stage::read(&id)).await;

    assert_eq!((read.status.as_u16(), read.json()["unread_count"].clone()), (200, json!(0)));
    assert_eq!(again.json(), read.json());
    assert_eq!(read_at, Some(newest.created_at + std::time::Duration::from_secs(11)));
    assert_eq!(stage.message(&newest).await.progress.read_at, read_at);
    assert_eq!(stage.message(&first).await.progress.read_at, None);
}

#[tokio::test]
async fn a_conversation_without_a_message_of_the_customer_is_read_already() {
    let stage = Stage::new().await;
    let message = stage.says(ADA, "Hello").await;
    let id = stage.conversation_of(&message).await;
    let read = stage.call(Stage::read(&id)).await;
    assert_eq!((read.status.as_u16(), read.json()["unread_count"].clone()), (200, json!(0)));
}

#[tokio::test]
async fn changes_take_three_sequential_round_trips() {
    let stage = Stage::new().await;
    let message = stage.hears(ADA, "hi").await;
    let id = stage.conversation_of(&message).await;
    let owner = uuid::spell(stage.business.owner.user_id);
    let costs = [
        stage.call(Stage::update(&id, &json!({"assignee": owner}))).await.cost(),
        stage.call(Stage::read(&id)).await.cost(),
        stage.call(Stage::read(&id)).await.cost(),
    ];
    assert_snapshot!(costs.join("\n"), @"
    6 calls, 3 round trips, 3 read units, 5 write units
    5 calls, 3 round trips, 2 read units, 7 write units
    4 calls, 2 round trips, 2 read units, 1 write units
    ");
}

#[tokio::test]
async fn a_message_that_comes_while_a_conversation_is_assigned_is_not_lost() {
    let stage = Stage::new().await;
    let message = stage.hears(ADA, "0").await;
    let id = stage.conversation_of(&message).await;
    let owner = uuid::spell(stage.business.owner.user_id);
    let store = stage.world.store();
    let before = store.conversation(&message.conversation).await.unwrap().unwrap();
    let outdated = before.clone().changed(|after| after.unread = 99);

    stage.call(Stage::update(&id, &json!({"assignee": owner}))).await;
    let refused = store.update_conversation(&outdated).await.unwrap_err();

    assert_eq!(refused.condition(), Some(switchboard_store::Condition::Contested));
    let after = store.conversation(&message.conversation).await.unwrap().unwrap();
    assert_eq!((after.unread, after.version), (1, before.version + 1));
}
