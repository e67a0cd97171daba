//! The messages of a conversation.

use insta::assert_snapshot;
use serde_json::Value;
use serde_json::json;
use switchboard_model::Id;
use switchboard_model::conversation::ConversationChange;
use switchboard_model::id::spelling::uuid;
use switchboard_model::media::MediaKind;
use switchboard_model::message::{Attachment, AwaitedFile, Content, Message};

use crate::stage::{ADA, BOB, Stage, all, nobody, text};

#[tokio::test]
async fn both_sides_stand_in_one_timeline_newest_first() {
    let stage = Stage::new().await;
    let first = stage.hears(ADA, "Good morning").await;
    stage.says(ADA, "Hello Ada").await;
    stage.hears(BOB, "hi").await;
    let id = stage.conversation_of(&first).await;
    assert_snapshot!(stage.call(Stage::messages(&id, "")).await, @r#"
    200 {
      "conversation": {
        "assignee": null,
        "created_at": "2026-01-01T00:00:01Z",
        "customer": "+15550000001",
        "id": "019b76da-abe8-71c7-aead-92cfa4eda631",
        "last_inbound_at": "2026-01-01T00:00:01Z",
        "last_message": {
          "created_at": "2026-01-01T00:00:02Z",
          "direction": "outbound",
          "id": "019b76da-afd0-76d5-9805-db80bae3bf1b",
          "text": "Hello Ada",
          "type": "text"
        },
        "phone_number": "+1234567890",
        "phone_number_id": "019b76da-a800-72ef-8d16-b32dc99eefe8",
        "profile_name": null,
        "unread_count": 1,
        "window_expires_at": "2026-01-02T00:00:01Z",
        "workspace_id": "019b76da-a800-72ef-8cf0-f3058a55412f"
      },
      "data": [
        {
          "about": null,
          "campaign_id": null,
          "content": null,
          "created_at": "2026-01-01T00:00:02Z",
          "delivered_at": null,
          "direction": "outbound",
          "error": null,
          "failed_at": null,
          "from_number": "+1234567890",
          "id": "019b76da-afd0-76d5-9805-db80bae3bf1b",
          "media_error": null,
          "media_id": null,
          "phone_number_id": "019b76da-a800-72ef-8d16-b32dc99eefe8",
          "read_at": null,
          "reply_to": null,
          "sent_at": null,
          "sent_by": null,
          "status": "queued",
          "template_name": null,
          "text": "Hello Ada",
          "to_number": "+15550000001",
          "type": "text",
          "wa_message_id": null,
          "workspace_id": "019b76da-a800-72ef-8cf0-f3058a55412f"
        },
        {
          "about": null,
          "campaign_id": null,
          "content": {
            "from": "15550000001",
            "id": "wamid.0P1GWY3X0E7Q9",
            "text": {
              "body": "Good morning"
            },
            "type": "text"
          },
          "created_at": "2026-01-01T00:00:01Z",
          "delivered_at": null,
          "direction": "inbound",
          "error": null,
          "failed_at": null,
          "from_number": "+15550000001",
          "id": "019b76da-abe8-71c7-ae9e-b8ba39e7100b",
          "media_error": null,
          "media_id": null,
          "phone_number_id": "019b76da-a800-72ef-8d16-b32dc99eefe8",
          "read_at": null,
          "reply_to": null,
          "sent_at": null,
          "sent_by": null,
          "status": "received",
          "template_name": null,
          "text": "Good morning",
          "to_number": "+1234567890",
          "type": "text",
          "wa_message_id": "wamid.0P1GWY3X0E7Q9",
          "workspace_id": "019b76da-a800-72ef-8cf0-f3058a55412f"
        }
      ],
      "limit": 20,
      "next_before": null,
      "offset": 0,
      "total": 2
    }
    "#);
}

async fn page(stage: &Stage, id: &str, query: &str) -> (Vec<String>, Value, Value, Value) {
    let body = stage.call(Stage::messages(id, query)).await.json();
    let texts = body["data"].as_array().unwrap().iter().map(|message| text(&message["text"]));
    (texts.collect(), body["total"].clone(), body["offset"].clone(), body["next_before"].clone())
}

#[tokio::test]
async fn a_timeline_is_read_by_offset() {
    let stage = Stage::new().await;
    let mut last = None;
    for at in 0..3 {
        last = Some(stage.hears(ADA, &at.to_string()).await);
    }
    let id = stage.conversation_of(&last.unwrap()).await;

    let (texts, total, offset, next) = page(&stage, &id, "?limit=2").await;
    assert_eq!((texts, total, offset), (vec!["2".to_owned(), "1".to_owned()], json!(3), json!(0)));
    assert!(next.is_string());
    let (texts, total, _, next) = page(&stage, &id, "?limit=2&offset=2").await;
    assert_eq!((texts, total, next), (vec!["0".to_owned()], json!(3), json!(null)));
    let (texts, total, _, next) = page(&stage, &id, "?limit=3").await;
    assert_eq!((texts.len(), total, next), (3, json!(3), json!(null)));
    let (texts, total, _, next) = page(&stage, &id, "?offset=3").await;
    assert_eq!((texts.len(), total, next), (0, json!(3), json!(null)));
}

#[tokio::test]
async fn a_timeline_goes_on_where_a_page_ended_whatever_came_meanwhile() {
    let stage = Stage::new().await;
    let mut last = None;
    for at in 0..4 {
        last = Some(stage.hears(ADA, &at.to_string()).await);
    }
    let id = stage.conversation_of(&last.unwrap()).await;
    let (_, _, _, next) = page(&stage, &id, "?limit=2").await;
    stage.hears(ADA, "meanwhile").await;

    let (texts, total, offset, next) = page(&stage, &id, &format!("?limit=1&before={}", text(&next))).await;
    assert_eq!((texts, total, offset), (vec!["1".to_owned()], json!(null), json!(null)));
    let (texts, _, _, next) = page(&stage, &id, &format!("?limit=2&before={}", text(&next))).await;
    assert_eq!((texts, next), (vec!["0".to_owned()], json!(null)));
}

/// A message of a customer of another type, as it would be stored.
async fn receives(stage: &Stage, raw: Value, attachment: Option<Attachment>) -> Message {
    stage.world.wait(1);
    let model = stage.business.hears(&stage.world, BOB, "model").await;
    let kind = raw["type"].as_str().unwrap().to_owned();
    let id = stage.world.resources.ids.next_id();
    let mut message = Message {
        id,
        wa_message_id: Some(format!("wamid.{id}")),
        content: Content::Received { kind, text: None, attachment, raw },
        ..model
    };
    message.conversation.customer = switchboard_model::conversation::Customer::from_whatsapp(ADA).unwrap();
    let store = stage.world.store();
    let before = store.conversation(&message.conversation).await.unwrap();
    let begun = before.as_ref().map_or_else(|| Id::new(message.created_at, 1), |before| before.id);
    let change = ConversationChange::by(&message, before, begun, None);
    store.create_inbound_message(&message, &change).await.unwrap();
    message
}

#[tokio::test]
async fn reactions_edits_and_what_was_taken_back_say_what_they_are_about() {
    let stage = Stage::new().await;
    stage.hears(ADA, "Good mornig").await;
    let raws = [
        json!({"type": "reaction", "reaction": {"message_id": "wamid.A", "emoji": "👍"}}),
        json!({"type": "edit", "edit": {"original_message_id": "wamid.A", "message": {"type": "text"}}}),
        json!({"type": "revoke", "revoke": {"original_message_id": "wamid.A"}}),
        json!({"type": "text", "text": {"body": "x"}, "context": {"id": "wamid.B"}}),
        json!({"type": "contacts", "contacts": ["x".repeat(10_000)]}),
    ];
    let mut last = None;
    for raw in raws {
        last = Some(receives(&stage, raw, None).await);
    }
    let id = stage.conversation_of(&last.unwrap()).await;

    let body = stage.call(Stage::messages(&id, "")).await.json();
    let shown: Vec<_> = body["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|message| {
            format!(
                "{} about {} answers {} content {}",
                message["type"], message["about"], message["reply_to"], message["content"]
            )
        })
        .collect();
    assert_snapshot!(shown.join("\n"), @r#"
    "contacts" about null answers null content null
    "text" about null answers "wamid.B" content {"context":{"id":"wamid.B"},"text":{"body":"x"},"type":"text"}
    "revoke" about "wamid.A" answers null content {"revoke":{"original_message_id":"wamid.A"},"type":"revoke"}
    "edit" about "wamid.A" answers null content {"edit":{"message":{"type":"text"},"original_message_id":"wamid.A"},"type":"edit"}
    "reaction" about "wamid.A" answers null content {"reaction":{"emoji":"👍","message_id":"wamid.A"},"type":"reaction"}
    "text" about null answers null content {"from":"15550000001","id":"wamid.0P1GWY3X0E7Q9","text":{"body":"Good mornig"},"type":"text"}
    "#);
    assert_eq!(body["conversation"]["unread_count"], 3);
}

#[tokio::test]
async fn a_file_that_will_never_be_here_says_why() {
    let stage = Stage::new().await;
    let meta_id = "8001".parse().unwrap();
    let awaited = AwaitedFile { meta_id, kind: MediaKind::Image, mime_type: None, file_name: None };
    let media_id = stage.world.resources.ids.next_id();
    let raw = json!({"type": "image", "image": {"id": "8001"}});
    let mut last = None;
    for attachment in [
        Attachment::Awaited(awaited),
        Attachment::Stored { media_id },
        Attachment::Lost { reason: "The phone number was deleted".to_owned() },
    ] {
        last = Some(receives(&stage, raw.clone(), Some(attachment)).await);
    }
    let id = stage.conversation_of(&last.unwrap()).await;

    let body = stage.call(Stage::messages(&id, "")).await.json();

    let of = |at: usize| [&body["data"][at]["media_id"], &body["data"][at]["media_error"]];
    assert_eq!(of(0), [&json!(null), &json!("The phone number was deleted")]);
    assert_eq!(of(1), [&json!(uuid::spell(media_id)), &json!(null)]);
    assert_eq!(of(2), [&json!(null), &json!(null)]);
}

#[tokio::test]
async fn wrong_parameters_are_refused_and_unknown_conversations_are_not_found() {
    let stage = Stage::new().await;
    let message = stage.hears(ADA, "hi").await;
    let id = stage.conversation_of(&message).await;
    let before = uuid::spell(message.id);
    let answers = [
        stage.call(Stage::messages(&id, &format!("?before={before}&offset=1&limit=101"))).await,
        stage.call(Stage::messages(&id, "?before=now")).await,
        stage.call(Stage::messages(&nobody(), "")).await,
        stage.call(Stage::get(&nobody())).await,
    ];
    assert_snapshot!(all(&answers), @r#"
    422 {
      "detail": [
        {
          "loc": [
            "query",
            "offset"
          ],
          "msg": "Input should be left out where before is given",
          "type": "value_error"
        },
        {
          "loc": [
            "query",
            "limit"
          ],
          "msg": "Input should be less than or equal to 100",
          "type": "out_of_range"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "query",
            "before"
          ],
          "msg": "Input should be a valid UUID",
          "type": "value_error"
        }
      ]
    }
    404 {
      "detail": "Conversation not found"
    }
    404 {
      "detail": "Conversation not found"
    }
    "#);
}

#[tokio::test]
async fn reading_takes_two_sequential_round_trips() {
    let stage = Stage::new().await;
    let message = stage.hears(ADA, "hi").await;
    let id = stage.conversation_of(&message).await;
    let costs = [
        stage.call(Stage::get(&id)).await.cost(),
        stage.call(Stage::messages(&id, "")).await.cost(),
        stage.call(Stage::messages(&id, &format!("?before={}", uuid::spell(message.id)))).await.cost(),
    ];
    assert_snapshot!(costs.join("\n"), @"
    4 calls, 2 round trips, 2 read units, 1 write units
    6 calls, 2 round trips, 4 read units, 1 write units
    5 calls, 2 round trips, 3 read units, 1 write units
    ");
}
