//! Marking messages of customers as read.

use insta::assert_snapshot;
use serde_json::{Value, json};
use switchboard_model::Id;
use switchboard_model::id::spelling::uuid;
use switchboard_model::message::Message;
use switchboard_testkit::{Answer, Call};

use crate::{Messaging, all};

impl Messaging {
    async fn read(&self, token: &str, id: &str, body: Option<Value>) -> Answer {
        let call = Call::post(format!("/api/messages/{id}/read")).bearer(token);
        let call = match body {
            Some(body) => call.json(&body),
            None => call,
        };
        call.to(&self.router).await
    }

    async fn hears(&self, text: &str) -> Message {
        self.world.wait(1);
        self.business.hears(&self.world, "15551234567", text).await
    }

    async fn unread(&self, message: &Message) -> u32 {
        self.world.store().conversation(&message.conversation).await.unwrap().unwrap().unread
    }
}

#[tokio::test]
async fn a_customers_message_is_marked_as_read() {
    let messaging = Messaging::new().await;
    let (token, message) = (messaging.business.owner.token.clone(), messaging.hears("hi").await);
    let id = uuid::spell(message.id);
    let read = messaging.read(&token, &id, None).await;
    messaging.world.wait(5);
    let typing = messaging.read(&token, &id, Some(json!({"typing": true}))).await;
    assert_snapshot!(all(&[read, typing]), @r#"
    200 {
      "id": "019b76da-abe8-76d5-9806-392a4fa19b92",
      "queued": true,
      "read_at": "2026-01-01T00:00:01Z",
      "typing": false,
      "wa_message_id": "wamid.0P1GWY3X1PNC0"
    }
    200 {
      "id": "019b76da-abe8-76d5-9806-392a4fa19b92",
      "queued": true,
      "read_at": "2026-01-01T00:00:01Z",
      "typing": true,
      "wa_message_id": "wamid.0P1GWY3X1PNC0"
    }
    "#);
}

#[tokio::test]
async fn the_newest_message_takes_all_unread_ones_with_it_and_an_older_one_none() {
    let messaging = Messaging::new().await;
    let token = messaging.business.owner.token.clone();
    let (older, newest) = (messaging.hears("1").await, messaging.hears("2").await);
    assert_eq!(messaging.unread(&newest).await, 3);

    messaging.read(&token, &uuid::spell(older.id), None).await;
    assert_eq!(messaging.unread(&newest).await, 3);

    let answer = messaging.read(&token, &uuid::spell(newest.id), None).await;
    assert_eq!(messaging.unread(&newest).await, 0);
    assert_snapshot!(answer.cost(), @"6 calls, 4 round trips, 3 read units, 7 write units");
}

#[tokio::test]
async fn only_messages_of_customers_are_read() {
    let messaging = Messaging::new().await;
    let token = messaging.business.owner.token.clone();
    let ours = messaging.send(&messaging.body()).await.str("/id");
    let theirs = uuid::spell(messaging.hears("hi").await.id);
    let stranger = messaging.business.another(&messaging.world).await;
    let answers = [
        messaging.read(&token, &ours, None).await,
        messaging.read(&token, &uuid::spell(Id::from_bits(1).unwrap()), None).await,
        messaging.read(&stranger.owner.token, &theirs, None).await,
        messaging.read(&token, &theirs, Some(json!({"typing": "yes"}))).await,
        messaging.read(&token, "not-a-uuid", None).await,
    ];
    assert_snapshot!(all(&answers), @r#"
    404 {
      "detail": "Message not found"
    }
    404 {
      "detail": "Message not found"
    }
    404 {
      "detail": "Message not found"
    }
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "typing"
          ],
          "msg": "Input should be a boolean",
          "type": "type_error"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "path",
            "message_id"
          ],
          "msg": "Input should be a valid UUID",
          "type": "value_error"
        }
      ]
    }
    "#);
}
