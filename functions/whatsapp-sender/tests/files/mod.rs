//! Messages with files of ours in them.

use serde_json::{Value, json};
use switchboard_model::Id;
use switchboard_model::media::Media;
use switchboard_model::message::{Content, MediaReference, SentTemplate, Status};

use crate::stage::{Stage, picture};

const TO: &str = "15550001111";

fn template(media: &Media) -> Content {
    let header = json!({"type": "header", "parameters": [{"type": "image", "image": {"id": ""}}]});
    Content::Template(SentTemplate {
        template_id: Id::from_bits(7).unwrap(),
        name: "welcome".to_owned(),
        language: "en_US".to_owned(),
        category: "UTILITY".to_owned(),
        components: json!([header]),
        media: vec![MediaReference { at: "/0/parameters/0/image/id".to_owned(), media_id: media.id }],
        preview: "Welcome".to_owned(),
    })
}

async fn ids(stage: &Stage) -> Vec<String> {
    let id = |payload: &Value| payload["image"]["id"].as_str().unwrap().to_owned();
    stage.accepted(TO).await.iter().map(id).collect()
}

#[tokio::test]
async fn a_file_is_uploaded_once_for_a_number() {
    let stage = Stage::new().await;
    let media = stage.picture().await;

    for _ in 0..2 {
        let key = stage.queue_content(TO, picture(&media)).await;
        assert_eq!(stage.deliver(&[&key]).await, 0);
        assert_eq!(stage.message(&key).await.progress.status, Status::Sent);
    }

    let ids = ids(&stage).await;
    assert_eq!((ids.len(), &ids[0]), (2, &ids[1]));
    assert_eq!(stage.accepted(TO).await[0]["image"]["caption"], "Look");
}

#[tokio::test]
async fn a_file_that_meta_does_not_know_any_more_is_uploaded_again() {
    let stage = Stage::new().await;
    let media = stage.picture().await;
    let first = stage.queue_content(TO, picture(&media)).await;
    stage.deliver(&[&first]).await;
    stage.delete_at_meta(&ids(&stage).await[0]).await;

    let second = stage.queue_content(TO, picture(&media)).await;
    let left = stage.deliver(&[&second]).await;

    assert_eq!((left, stage.message(&second).await.progress.status), (0, Status::Sent));
    let ids = ids(&stage).await;
    assert_ne!(ids[0], ids[1]);
}

#[tokio::test]
async fn a_file_in_a_template_goes_to_meta_too() {
    let stage = Stage::new().await;
    let media = stage.picture().await;
    let business = stage.business.number.meta_id.as_str();
    let header = json!({"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["4::a"]}});
    let body = json!({"type": "BODY", "text": "Welcome to our shop"});
    let account = format!("{business}000");
    let made = json!({"waba_id": account, "name": "welcome", "language": "en_US", "category": "UTILITY",
        "components": [header, body]});
    stage.sim("templates", made).await;

    let key = stage.queue_content(TO, template(&media)).await;
    let left = stage.deliver(&[&key]).await;

    let message = stage.message(&key).await;
    assert_eq!((left, message.progress.status), (0, Status::Sent), "{:?}", message.progress.failure);
    let sent = &stage.accepted(TO).await[0]["template"]["components"][0]["parameters"][0]["image"]["id"];
    assert!(sent.as_str().unwrap().starts_with('8'), "{sent}");
}

#[tokio::test]
async fn a_message_whose_file_is_gone_has_failed() {
    let stage = Stage::new().await;
    let mut media = stage.picture().await;
    media.id = Id::from_bits(7).unwrap();

    let key = stage.queue_content(TO, picture(&media)).await;
    let left = stage.deliver(&[&key]).await;

    let progress = stage.message(&key).await.progress;
    let failure = progress.failure.unwrap();
    assert_eq!((left, progress.status, failure.code), (0, Status::Failed, 131_053));
    assert_eq!(failure.details.as_deref(), Some("The media file was deleted"));
}
