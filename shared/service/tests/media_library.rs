//! Media files at Meta, with the simulator in its place.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

use secrecy::SecretString;
use switchboard_bucket::ObjectKey;
use switchboard_graph::Graph;
use switchboard_model::Id;
use switchboard_model::media::{ContentDigest, Media, MediaKind};
use switchboard_model::phone_number::{MetaId, PhoneNumber};
use switchboard_service::MediaLibrary;
use switchboard_service::media_library::AtMetaError;
use switchboard_testkit::{Business, GraphSimulator, LocalBucket, World};

const DAY: u64 = 24 * 60 * 60;

struct Stage {
    world: World,
    business: Business,
    bucket: LocalBucket,
    graph: Graph,
    token: SecretString,
}

impl Stage {
    async fn new() -> Self {
        let graph = GraphSimulator::start().await.graph();
        let world = Box::pin(World::new()).await;
        let business = Box::pin(Business::new(&world)).await;
        let bucket = world.aws.create_bucket().await;
        Self { world, business, bucket, graph, token: "EAAtest".into() }
    }

    /// A library that remembers nothing yet, as a process that has just begun.
    fn library(&self) -> MediaLibrary {
        MediaLibrary::new(self.world.resources.clone(), self.bucket.bucket.clone(), self.graph.clone())
    }

    async fn media(&self, kind: MediaKind, mime_type: &str, content: Vec<u8>) -> Media {
        let now = self.world.resources.now();
        let media = Media {
            id: self.world.resources.ids.next_id(),
            workspace_id: self.business.workspace.id,
            kind,
            file_name: "file".to_owned(),
            file_size: content.len() as u64,
            mime_type: mime_type.to_owned(),
            sha256: ContentDigest::of(&content),
            uploaded_by: None,
            received_in: None,
            created_at: now,
            updated_at: now,
            deleted_at: None,
        };
        let key = ObjectKey::media(media.workspace_id, media.id);
        self.bucket.bucket.put(&key, content.into(), mime_type).await.unwrap();
        self.world.store().create_media(&media).await.unwrap();
        media
    }

    async fn at_meta(&self, library: &MediaLibrary, id: Id) -> Result<String, AtMetaError> {
        Box::pin(library.at_meta(id, &self.business.number, &self.token)).await
    }

    /// What Meta has under an id.
    async fn content_at_meta(&self, id: &str) -> Vec<u8> {
        let id: MetaId = id.parse().unwrap();
        let info = self.graph.media(&self.token, &id, &self.business.number.meta_id).await.unwrap();
        let mut download = self.graph.download_media(&self.token, &info).await.unwrap();
        let mut content = Vec::new();
        while let Some(chunk) = download.next().await.unwrap() {
            content.extend_from_slice(&chunk);
        }
        content
    }
}

#[tokio::test]
async fn a_file_goes_to_meta_once_and_is_used_again() {
    let stage = Stage::new().await;
    let content: Vec<u8> = (0..=250).cycle().take(5_000_000).collect();
    let media = stage.media(MediaKind::Document, "application/pdf", content.clone()).await;
    let library = stage.library();

    let first = stage.at_meta(&library, media.id).await.unwrap();
    let again = stage.at_meta(&library, media.id).await.unwrap();
    let elsewhere = stage.at_meta(&stage.library(), media.id).await.unwrap();

    assert_eq!((&again, &elsewhere), (&first, &first));
    assert!(stage.content_at_meta(&first).await == content);
}

#[tokio::test]
async fn sends_of_one_process_at_the_same_time_share_one_upload() {
    let stage = Stage::new().await;
    let media = stage.media(MediaKind::Image, "image/png", vec![7; 1_000]).await;
    let library = stage.library();
    let ids = futures::future::join_all((0..10).map(|_| stage.at_meta(&library, media.id))).await;
    let first = ids[0].as_ref().unwrap();
    assert!(ids.iter().all(|id| id.as_ref().unwrap() == first));
}

#[tokio::test]
async fn after_29_days_or_when_meta_has_forgotten_it_a_file_goes_there_again() {
    let stage = Stage::new().await;
    let media = stage.media(MediaKind::Image, "image/png", vec![7; 1_000]).await;
    let library = stage.library();
    let first = stage.at_meta(&library, media.id).await.unwrap();

    stage.world.wait(29 * DAY - 1);
    assert_eq!(stage.at_meta(&library, media.id).await.unwrap(), first);
    stage.world.wait(1);
    let second = stage.at_meta(&library, media.id).await.unwrap();
    library.forget_at_meta(media.id, stage.business.number.id).await.unwrap();
    let third = stage.at_meta(&library, media.id).await.unwrap();

    assert!(first != second && second != third);
}

#[tokio::test]
async fn each_number_has_its_own_copy() {
    let stage = Stage::new().await;
    let media = stage.media(MediaKind::Image, "image/png", vec![7; 1_000]).await;
    let (library, meta_id) = (stage.library(), "42".parse().unwrap());
    let other = PhoneNumber { id: Id::from_bits(42).unwrap(), meta_id, ..stage.business.number.clone() };

    let first = stage.at_meta(&library, media.id).await.unwrap();
    let second = Box::pin(library.at_meta(media.id, &other, &stage.token)).await.unwrap();

    assert_ne!(first, second);
}

#[tokio::test]
async fn what_is_gone_or_another_workspaces_or_too_large_does_not_go_to_meta() {
    let stage = Stage::new().await;
    let library = stage.library();
    let media = stage.media(MediaKind::Image, "image/png", vec![7; 1_000]).await;
    let stranger = PhoneNumber { workspace_id: Id::from_bits(9).unwrap(), ..stage.business.number.clone() };
    let foreign = Box::pin(library.at_meta(media.id, &stranger, &stage.token)).await;
    stage.world.store().delete_media(&media, stage.world.resources.now()).await.unwrap();
    let large = stage.media(MediaKind::Image, "image/png", vec![7; 6_000_000]).await;
    let without_content = stage.media(MediaKind::Image, "image/png", vec![7; 10]).await;
    let key = ObjectKey::media(without_content.workspace_id, without_content.id);
    stage.bucket.bucket.delete(&key).await.unwrap();

    assert!(matches!(foreign, Err(AtMetaError::Gone)));
    assert!(matches!(stage.at_meta(&library, media.id).await, Err(AtMetaError::Gone)));
    assert!(matches!(stage.at_meta(&library, Id::from_bits(7).unwrap()).await, Err(AtMetaError::Gone)));
    assert!(matches!(stage.at_meta(&library, large.id).await, Err(AtMetaError::NotSendable(_))));
    assert!(matches!(stage.at_meta(&library, without_content.id).await, Err(AtMetaError::Gone)));
}

#[tokio::test]
async fn what_meta_refuses_is_told_and_not_remembered() {
    let mut stage = Stage::new().await;
    let media = stage.media(MediaKind::Image, "image/png", vec![7; 1_000]).await;
    let library = stage.library();
    stage.token = "EAAexpired".into();
    let refused = stage.at_meta(&library, media.id).await;
    stage.token = "EAAtest".into();

    let Err(AtMetaError::Graph(error)) = refused else { panic!("{refused:?}") };
    assert_eq!(error.refusal().map(|refusal| refusal.code), Some(190));
    assert!(stage.at_meta(&library, media.id).await.is_ok());
}
