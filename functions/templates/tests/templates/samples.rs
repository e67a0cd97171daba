//! Examples of headers' files.

use insta::assert_snapshot;
use serde_json::{Value, json};
use switchboard_bucket::ObjectKey;
use switchboard_model::Id;
use switchboard_model::id::spelling::uuid;
use switchboard_model::media::{ContentDigest, Media, MediaKind};

use crate::support::{Stage, refusals};

const CONTENT: &[u8] = b"a picture";

impl Stage {
    /// A media file of the workspace with this id.
    async fn media(&self, workspace_id: Id, kind: MediaKind, mime_type: &str, file_size: u64) -> Id {
        let id = self.world.resources.ids.next_id();
        let media = Media {
            id,
            workspace_id,
            kind,
            file_name: "picture.png".to_owned(),
            file_size,
            mime_type: mime_type.to_owned(),
            sha256: ContentDigest::of(CONTENT),
            uploaded_by: None,
            received_in: None,
            created_at: self.now(),
            updated_at: self.now(),
            deleted_at: None,
        };
        self.world.store().create_media(&media).await.unwrap();
        let key = ObjectKey::media(workspace_id, id);
        self.bucket.bucket.put(&key, CONTENT.to_vec().into(), mime_type).await.unwrap();
        id
    }

    fn with_sample(&self, name: &str, example: &Value) -> Value {
        let header = json!({"format": "IMAGE", "example": example});
        self.with_components(name, json!({"header": header, "body": {"text": format!("Look at {name}")}}))
    }
}

#[tokio::test]
async fn a_media_file_of_the_workspace_goes_to_meta_as_an_example() {
    let stage = Stage::new().await;
    let size = CONTENT.len() as u64;
    let id = stage.media(stage.business.workspace.id, MediaKind::Image, "image/png", size).await;

    let answer = stage.create(&stage.with_sample("picture", &json!({"media_id": uuid::spell(id)}))).await;

    assert_eq!(answer.status, 201, "{answer}");
    let header = answer.json()["components"]["header"].clone();
    assert_eq!(header, json!({"format": "IMAGE", "example": {"media_id": uuid::spell(id)}}));
    let made = stage.look(&format!("/{}", answer.str("/meta_template_id"))).await;
    let handle = made["components"][0]["example"]["header_handle"][0].as_str().unwrap().to_owned();
    assert!(handle.starts_with("4::"), "{handle}");
    assert_eq!(stage.synced().await["unchanged"], 1);
}

#[tokio::test]
async fn a_handle_of_metas_is_taken_as_it_is() {
    let stage = Stage::new().await;
    let answer = stage.create(&stage.with_sample("picture", &json!({"header_handle": ["4::aW"]}))).await;
    assert_eq!(answer.status, 201, "{answer}");
    assert_eq!(answer.json()["components"]["header"]["example"], json!({"header_handle": ["4::aW"]}));
}

#[tokio::test]
async fn only_fitting_files_of_the_workspace_are_examples() {
    let stage = Stage::new().await;
    let size = CONTENT.len() as u64;
    let ours = stage.business.workspace.id;
    let other = stage.business.another(&stage.world).await.workspace.id;
    let mut told = Vec::new();
    for id in [
        stage.media(other, MediaKind::Image, "image/png", size).await,
        stage.world.resources.ids.next_id(),
        stage.media(ours, MediaKind::Document, "application/pdf", size).await,
        stage.media(ours, MediaKind::Image, "image/png", 6 << 20).await,
    ] {
        let body = stage.with_sample("picture", &json!({"media_id": uuid::spell(id)}));
        told.push(refusals(&stage.create(&body).await));
    }
    told.push(refusals(&stage.create(&stage.with_sample("picture", &json!({"media_id": "picture"}))).await));
    assert_snapshot!(told.join("\n"), @"
    body.components.header.example.media_id value_error There is no such media file
    body.components.header.example.media_id value_error There is no such media file
    body.components.header.example.media_id value_error should be a file of kind image, not document
    body.components.header.example.media_id value_error WhatsApp takes image files of at most 5242880 bytes
    body.components.header.example.media_id value_error should be the id of a media file
    ");
    assert_eq!(stage.list("").await.json()["total"], 0);
}
