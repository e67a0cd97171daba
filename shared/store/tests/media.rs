//! Media files: patterns F1 to F9 on the local DynamoDB.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

use std::time::Duration;

use switchboard_model::Id;
use switchboard_model::media::{ContentDigest, FileType, Media, MediaKind, Upload};
use switchboard_model::page::Slice;
use switchboard_store::dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use switchboard_store::{Condition, keys};
use switchboard_testkit::World;

const WORKSPACE: Id = Id::from_bits(1).unwrap();
const OTHER: Id = Id::from_bits(2).unwrap();
const DAY: u64 = 24 * 60 * 60;

fn media(world: &World, id: u64, kind: MediaKind) -> Media {
    let now = world.resources.now();
    Media {
        id: Id::from_bits(id).unwrap(),
        workspace_id: WORKSPACE,
        kind,
        file_name: format!("{id}.bin"),
        file_size: id,
        mime_type: "image/png".to_owned(),
        sha256: ContentDigest::of(&id.to_be_bytes()),
        uploaded_by: Some(Id::from_bits(9).unwrap()),
        received_in: None,
        created_at: now,
        updated_at: now,
        deleted_at: None,
    }
}

async fn listed(world: &World, kind: Option<MediaKind>, offset: usize, limit: usize) -> Vec<u64> {
    let found = world.store().media_of_workspace(WORKSPACE, kind, Slice { limit, offset }).await.unwrap();
    found.into_iter().map(|media| media.id.bits()).collect()
}

async fn counted(world: &World, kind: Option<MediaKind>) -> usize {
    world.store().count_media(WORKSPACE, kind).await.unwrap()
}

#[tokio::test]
async fn what_is_stored_is_read_as_it_was() {
    let world = World::new().await;
    let stored = Media { received_in: Some(OTHER), uploaded_by: None, ..media(&world, 7, MediaKind::Video) };

    world.store().create_media(&stored).await.unwrap();

    assert_eq!(world.store().media(stored.id).await.unwrap(), Some(stored));
    assert_eq!(world.store().media(OTHER).await.unwrap(), None);
}

#[tokio::test]
async fn an_id_is_given_once() {
    let world = World::new().await;
    let first = media(&world, 7, MediaKind::Image);
    world.store().create_media(&first).await.unwrap();

    let second = world.store().create_media(&Media { file_name: "other".to_owned(), ..first.clone() }).await;

    assert_eq!(second.unwrap_err().condition(), Some(Condition::IdTaken));
    assert_eq!(counted(&world, None).await, 1);
}

#[tokio::test]
async fn lists_begin_with_the_newest_and_can_be_of_one_kind() {
    let world = World::new().await;
    for (id, kind) in
        [(1, MediaKind::Image), (2, MediaKind::Audio), (3, MediaKind::Image), (20, MediaKind::Image)]
    {
        world.store().create_media(&media(&world, id, kind)).await.unwrap();
    }
    let foreign = Media { workspace_id: OTHER, ..media(&world, 30, MediaKind::Image) };
    world.store().create_media(&foreign).await.unwrap();

    assert_eq!(listed(&world, None, 0, 10).await, [20, 3, 2, 1]);
    assert_eq!(listed(&world, Some(MediaKind::Image), 1, 1).await, [3]);
    assert_eq!(listed(&world, Some(MediaKind::Document), 0, 10).await, [0_u64; 0]);
    assert_eq!((counted(&world, None).await, counted(&world, Some(MediaKind::Image)).await), (4, 3));
}

#[tokio::test]
async fn what_is_deleted_is_kept_but_no_longer_listed_and_is_deleted_once() {
    let world = World::new().await;
    let stored = media(&world, 7, MediaKind::Image);
    world.store().create_media(&stored).await.unwrap();
    world.wait(60);

    world.store().delete_media(&stored, world.resources.now()).await.unwrap();
    let again = world.store().delete_media(&stored, world.resources.now()).await;

    assert_eq!(again.unwrap_err().condition(), Some(Condition::Contested));
    let deleted = world.store().media(stored.id).await.unwrap().unwrap();
    assert_eq!(deleted.deleted_at, Some(world.resources.now()));
    assert_eq!(listed(&world, None, 0, 10).await, [0_u64; 0]);
    assert_eq!((counted(&world, None).await, counted(&world, Some(MediaKind::Image)).await), (0, 0));
}

#[tokio::test]
async fn ten_thousand_files_are_listed_in_order_to_the_last() {
    const COUNT: u64 = 10_000;
    let world = World::new().await;
    let first = media(&world, 1, MediaKind::Image);
    world.store().create_media(&first).await.unwrap();
    copy_in_list(&world, &first, 2..=COUNT).await;

    assert_eq!(listed(&world, None, 0, 2).await, [COUNT, COUNT - 1]);
    assert_eq!(listed(&world, None, 9_998, 100).await, [2, 1]);
    assert_eq!(listed(&world, None, 10_000, 100).await, [0_u64; 0]);
}

/// Puts copies of a file into its workspace's list, under these ids.
async fn copy_in_list(world: &World, first: &Media, ids: std::ops::RangeInclusive<u64>) {
    let table = world.aws.table_names().main;
    let client = world.aws.dynamodb();
    let key = keys::listed_media(WORKSPACE, None, first.id);
    let request = client.get_item().table_name(&table).key("pk", AttributeValue::S(key.pk));
    let item = request.key("sk", AttributeValue::S(key.sk)).send().await.unwrap().item.unwrap();
    let ids: Vec<Id> = ids.map(|bits| Id::from_bits(bits).unwrap()).collect();
    for some in ids.chunks(25) {
        let puts = some.iter().map(|id| {
            let mut item = item.clone();
            for name in ["sk", "id"] {
                item.insert(name.to_owned(), AttributeValue::S(id.to_string()));
            }
            WriteRequest::builder()
                .put_request(PutRequest::builder().set_item(Some(item)).build().unwrap())
                .build()
        });
        client.batch_write_item().request_items(&table, puts.collect()).send().await.unwrap();
    }
}

#[tokio::test]
async fn files_that_are_stored_at_the_same_time_are_all_counted() {
    let world = World::new().await;
    let files: Vec<_> = (0..40).map(|id| media(&world, id, MediaKind::Audio)).collect();

    futures::future::try_join_all(files.iter().map(|file| world.store().create_media(file))).await.unwrap();

    assert_eq!(counted(&world, Some(MediaKind::Audio)).await, 40);
}

#[tokio::test]
async fn an_announced_upload_is_known_for_a_day_unless_it_is_forgotten() {
    let world = World::new().await;
    let upload = Upload {
        id: WORKSPACE,
        workspace_id: OTHER,
        file_name: "a.pdf".parse().unwrap(),
        file_type: FileType::of_mime("application/pdf").unwrap(),
        file_size: 5,
        sha256: ContentDigest::of(b"a"),
        uploaded_by: None,
        created_at: world.resources.now(),
    };
    world.store().announce_upload(&upload).await.unwrap();
    let taken = world.store().announce_upload(&upload).await;
    let known = async || world.store().upload(upload.id, world.resources.now()).await.unwrap();

    assert_eq!(taken.unwrap_err().condition(), Some(Condition::IdTaken));
    assert_eq!(known().await, Some(upload.clone()));
    world.wait(DAY);
    assert_eq!(known().await, None);
    world.store().forget_upload(upload.id).await.unwrap();
    assert_eq!(world.store().upload(upload.id, upload.created_at).await.unwrap(), None);
}

#[tokio::test]
async fn metas_id_of_a_file_is_remembered_for_one_number_and_a_while() {
    let world = World::new().await;
    let (store, media_id, number) = (world.store(), Id::from_bits(1).unwrap(), Id::from_bits(2).unwrap());
    let lifetime = Duration::from_secs(29 * DAY);
    store.remember_at_meta(media_id, number, "8001", world.resources.now(), lifetime).await.unwrap();
    let known = async |number| {
        let found = store.media_at_meta(media_id, number, world.resources.now()).await.unwrap();
        found.map(|(meta_id, until)| (meta_id, until.duration_since(world.resources.now()).as_secs()))
    };

    assert_eq!(known(number).await, Some(("8001".to_owned(), 29 * 24 * 60 * 60)));
    assert_eq!(known(WORKSPACE).await, None);
    world.wait(29 * DAY);
    assert_eq!(known(number).await, None);
    store.remember_at_meta(media_id, number, "8002", world.resources.now(), lifetime).await.unwrap();
    store.forget_at_meta(media_id, number).await.unwrap();
    assert_eq!(known(number).await, None);
}
