//! Files of customers, fetched from the simulator in Meta's place, and files that are let go.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

use aws_lambda_events::event::sqs::{SqsEvent, SqsMessage};
use media_worker::Worker;
use switchboard_bucket::ObjectKey;
use switchboard_graph::{Graph, MediaUpload};
use switchboard_model::Id;
use switchboard_model::media::{ContentDigest, Media, MediaKind};
use switchboard_model::message::{Attachment, AwaitedFile, Content, Message};
use switchboard_model::page::Slice;
use switchboard_runtime::queue::Queue;
use switchboard_service::MediaJobs;
use switchboard_service::media_jobs::MediaJob;
use switchboard_store::MessageKey;
use switchboard_testkit::{Business, GraphSimulator, LocalBucket, World};

const DAY: u64 = 24 * 60 * 60;

struct Stage {
    world: World,
    business: Business,
    bucket: LocalBucket,
    graph: Graph,
    worker: Worker,
}

impl Stage {
    async fn new() -> Self {
        Self::with_graph(GraphSimulator::start().await.graph()).await
    }

    /// With a Graph at which nobody listens.
    async fn without_graph() -> Self {
        Self::with_graph(GraphSimulator::nowhere().await.graph()).await
    }

    async fn with_graph(graph: Graph) -> Self {
        let world = Box::pin(World::new()).await;
        let business = Box::pin(Business::new(&world)).await;
        let bucket = world.aws.create_bucket().await;
        let queue = world.aws.create_queue("media-jobs").await;
        let (resources, sealer) = (world.resources.clone(), business.sealer.clone());
        let jobs = MediaJobs::new(resources, bucket.bucket.clone(), graph.clone(), sealer);
        let worker = Worker::new(jobs, Queue::new(queue.client, queue.url));
        Self { world, business, bucket, graph, worker }
    }

    /// A file at Meta.
    async fn at_meta(&self, mime_type: &'static str, content: &[u8]) -> AwaitedFile {
        let size = content.len() as u64;
        let upload = MediaUpload { mime_type, extension: "x", size, sha256: ContentDigest::of(content) };
        let chunks: Vec<_> = content.chunks(1_000_000).map(|chunk| Ok(chunk.to_vec().into())).collect();
        let content = futures::stream::iter(chunks);
        let meta_id = &self.business.number.meta_id;
        let id = self.graph.upload_media(&"EAAtest".into(), meta_id, &upload, content).await.unwrap();
        AwaitedFile {
            meta_id: id.parse().unwrap(),
            kind: MediaKind::Document,
            mime_type: None,
            file_name: None,
        }
    }

    /// A customer's message with a file.
    async fn receive(&self, file: AwaitedFile) -> Message {
        let content = Content::Received {
            kind: "document".to_owned(),
            text: None,
            attachment: Some(Attachment::Awaited(file)),
            raw: serde_json::Value::Null,
        };
        self.business.receives(&self.world, "15550001111", content).await
    }

    /// Hands the worker a job; whether it is done.
    async fn work(&self, job: &MediaJob) -> bool {
        let mut message = SqsMessage::default();
        message.message_id = Some("1".to_owned());
        message.body = Some(serde_json::to_string(job).unwrap());
        let mut event = SqsEvent::default();
        event.records = vec![message];
        Box::pin(self.worker.handle(event)).await.batch_item_failures.is_empty()
    }

    async fn fetch(&self, message: &Message) -> bool {
        self.work(&MediaJob::Fetch(MessageKey::from(message))).await
    }

    async fn attachment(&self, message: &Message) -> Attachment {
        let message = self.world.store().message(&MessageKey::from(message)).await.unwrap().unwrap();
        match message.content {
            Content::Received { attachment: Some(attachment), .. } => attachment,
            other => panic!("{other:?}"),
        }
    }

    async fn media(&self, id: Id) -> Media {
        self.world.store().media(id).await.unwrap().unwrap()
    }

    fn key(&self, id: Id) -> ObjectKey {
        ObjectKey::media(self.business.workspace.id, id)
    }
}

#[tokio::test]
async fn a_customers_file_becomes_media_of_the_workspace() {
    let stage = Stage::new().await;
    let file = stage.at_meta("application/pdf", b"%PDF-1.7 content").await;
    let file = AwaitedFile { file_name: Some("../my invoice.pdf".to_owned()), ..file };
    let message = stage.receive(file).await;

    assert!(stage.fetch(&message).await);

    let Attachment::Stored { media_id } = stage.attachment(&message).await else {
        panic!("it is not stored")
    };
    let media = stage.media(media_id).await;
    assert_eq!((media.file_name.as_str(), media.mime_type.as_str()), ("my invoice.pdf", "application/pdf"));
    assert_eq!((media.file_size, media.sha256), (16, ContentDigest::of(b"%PDF-1.7 content")));
    assert_eq!((media.received_in, media.uploaded_by), (Some(message.id), None));
    assert_eq!(stage.bucket.content(stage.key(media_id).as_str()).await, b"%PDF-1.7 content");
    let slice = Slice { limit: 10, offset: 0 };
    let listed = stage.world.store().media_of_workspace(media.workspace_id, None, slice).await.unwrap();
    assert_eq!(listed, [media]);
}

#[tokio::test]
async fn a_large_file_passes_through_part_by_part() {
    let stage = Stage::new().await;
    let content: Vec<u8> = (0..=252).cycle().take(20_000_000).collect();
    let message = stage.receive(stage.at_meta("application/pdf", &content).await).await;

    assert!(stage.fetch(&message).await);

    let info = stage.bucket.bucket.head(&stage.key(message.id)).await.unwrap().unwrap();
    assert_eq!(info.size, 20_000_000);
    assert_eq!(stage.media(message.id).await.sha256, ContentDigest::of(&content));
}

#[tokio::test]
async fn a_job_that_comes_again_changes_nothing() {
    let stage = Stage::new().await;
    let message = stage.receive(stage.at_meta("text/plain", b"content").await).await;
    let both = futures::join!(stage.fetch(&message), stage.fetch(&message));
    let media = stage.media(message.id).await;
    stage.world.wait(60);

    assert_eq!((both, stage.fetch(&message).await), ((true, true), true));

    assert_eq!(stage.media(message.id).await, media);
    assert_eq!(stage.world.store().count_media(media.workspace_id, None).await.unwrap(), 1);
    assert_eq!(stage.bucket.keys().await.len(), 1);
}

#[tokio::test]
async fn while_meta_can_not_be_reached_the_job_waits_and_is_given_up_after_a_week() {
    let stage = Stage::without_graph().await;
    let meta_id = "8001".parse().unwrap();
    let file = AwaitedFile { meta_id, kind: MediaKind::Image, mime_type: None, file_name: None };
    let message = stage.receive(file.clone()).await;

    assert!(!stage.fetch(&message).await);
    assert_eq!(stage.attachment(&message).await, Attachment::Awaited(file));
    stage.world.wait(7 * DAY);
    assert!(stage.fetch(&message).await);

    let reason = "Meta keeps files for 7 days: no connection to Graph".to_owned();
    assert_eq!(stage.attachment(&message).await, Attachment::Lost { reason });
    assert!(stage.bucket.keys().await.is_empty());
}

#[tokio::test]
async fn a_file_that_meta_does_not_know_is_lost_with_its_words() {
    let stage = Stage::new().await;
    let meta_id = "8999999999999999".parse().unwrap();
    let file = AwaitedFile { meta_id, kind: MediaKind::Image, mime_type: None, file_name: None };
    let message = stage.receive(file).await;

    assert!(stage.fetch(&message).await);

    insta::assert_debug_snapshot!(stage.attachment(&message).await, @r#"
    Lost {
        reason: "Unsupported request: object '8999999999999999' is unknown or out of reach",
    }
    "#);
}

#[tokio::test]
async fn with_the_number_its_files_are_lost() {
    let stage = Stage::new().await;
    let message = stage.receive(stage.at_meta("text/plain", b"content").await).await;
    let mut number = stage.business.number.clone();
    number.delete(stage.world.resources.now());
    number.version += 1;
    stage.world.store().delete_phone_number(&number).await.unwrap();

    assert!(stage.fetch(&message).await);

    let reason = "The phone number was deleted".to_owned();
    assert_eq!(stage.attachment(&message).await, Attachment::Lost { reason });
}

#[tokio::test]
async fn the_content_of_a_deleted_file_is_tagged_for_the_buckets_rule() {
    let stage = Stage::new().await;
    let id = stage.world.resources.ids.next_id();
    stage.bucket.bucket.put(&stage.key(id), "content".into(), "text/plain").await.unwrap();
    let job = MediaJob::Retire { workspace_id: stage.business.workspace.id, media_id: id };

    assert!(stage.work(&job).await && stage.work(&job).await);

    let request = stage.bucket.client.get_object_tagging().bucket(&stage.bucket.name);
    let tags = request.key(stage.key(id).as_str()).send().await.unwrap();
    assert_eq!(tags.tag_set()[0].value(), "deleted");
    let nothing = MediaJob::Retire { workspace_id: id, media_id: id };
    assert!(stage.work(&nothing).await);
}

#[tokio::test]
async fn what_can_not_be_read_stays_in_the_queue() {
    let stage = Stage::new().await;
    let mut message = SqsMessage::default();
    message.message_id = Some("1".to_owned());
    message.body = Some("{}".to_owned());
    let mut event = SqsEvent::default();
    event.records = vec![message];
    assert_eq!(stage.worker.handle(event).await.batch_item_failures.len(), 1);
}
