//! The bucket on the local S3.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

use std::time::Duration;

use switchboard_bucket::{Announced, BucketError, ObjectKey, PART_BYTES};
use switchboard_model::media::ContentDigest;
use switchboard_model::{Clock, Id, clock::SystemClock};
use switchboard_testkit::{LocalAws, LocalBucket};

const HOUR: Duration = Duration::from_hours(1);

async fn bucket() -> (LocalBucket, ObjectKey) {
    let id = Id::from_bits(1).unwrap();
    (LocalAws::new().create_bucket().await, ObjectKey::media(id, id))
}

fn http() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

#[tokio::test]
async fn what_is_put_is_found_with_its_size_type_and_digest() {
    let (local, key) = bucket().await;
    local.bucket.put(&key, "content".into(), "text/plain").await.unwrap();

    let info = local.bucket.head(&key).await.unwrap().unwrap();

    assert_eq!((info.size, info.content_type.as_deref()), (7, Some("text/plain")));
    assert_eq!(info.sha256, Some(ContentDigest::of(b"content")));
    assert_eq!(local.bucket.range(&key, 2, 3).await.unwrap().unwrap(), "nte");
    assert_eq!(local.bucket.range(&key, 5, 100).await.unwrap().unwrap(), "nt");
}

#[tokio::test]
async fn what_is_new_takes_nothings_place() {
    let (local, key) = bucket().await;
    assert!(local.bucket.put_new(&key, "first".into(), "text/plain").await.unwrap());
    assert!(!local.bucket.put_new(&key, "second".into(), "text/plain").await.unwrap());
    assert_eq!(local.content(key.as_str()).await, b"first");
}

#[tokio::test]
async fn what_is_not_there_is_none() {
    let (local, key) = bucket().await;
    assert_eq!(local.bucket.head(&key).await.unwrap(), None);
    assert_eq!(local.bucket.range(&key, 0, 10).await.unwrap(), None);
    assert!(local.bucket.parts(&key, 10).await.unwrap().is_none());
    assert!(!local.bucket.retire(&key).await.unwrap());
    local.bucket.delete(&key).await.unwrap();
}

#[tokio::test]
async fn an_object_is_written_and_read_in_parts() {
    let (local, key) = bucket().await;
    let content: Vec<u8> = (0..=250).cycle().take(PART_BYTES * 2 + 5).collect();
    let mut writer = local.bucket.writer(&key, "video/mp4");
    for chunk in content.chunks(1_000_003) {
        writer.write(chunk).await.unwrap();
    }
    assert!(local.keys().await.is_empty());
    writer.finish().await.unwrap();

    let mut parts = local.bucket.parts(&key, 5_000_000).await.unwrap().unwrap();
    let mut read = Vec::new();
    while let Some(part) = parts.next().await.unwrap() {
        assert!(part.len() <= 5_000_000);
        read.extend_from_slice(&part);
    }

    assert_eq!(parts.size(), content.len() as u64);
    assert!(read == content);
    let mut rest = local.bucket.parts(&key, 10).await.unwrap().unwrap().starting_at(parts.size() - 3);
    assert_eq!(rest.next().await.unwrap().unwrap(), content[content.len() - 3..]);
    assert_eq!(rest.next().await.unwrap(), None);
}

#[tokio::test]
async fn of_what_is_given_up_nothing_stays() {
    let (local, key) = bucket().await;
    let mut writer = local.bucket.writer(&key, "video/mp4");
    writer.write(&vec![0; PART_BYTES + 1]).await.unwrap();

    writer.abandon().await.unwrap();

    assert!(local.keys().await.is_empty());
    let uploads = local.client.list_multipart_uploads().bucket(&local.name).send().await.unwrap();
    assert!(uploads.uploads().is_empty());
}

#[tokio::test]
async fn a_reader_is_told_when_the_object_is_replaced() {
    let (local, key) = bucket().await;
    local.bucket.put(&key, "first content".into(), "text/plain").await.unwrap();
    let mut parts = local.bucket.parts(&key, 5).await.unwrap().unwrap();
    parts.next().await.unwrap().unwrap();

    local.bucket.put(&key, "other content".into(), "text/plain").await.unwrap();
    let replaced = parts.next().await;
    local.bucket.delete(&key).await.unwrap();

    assert!(matches!(replaced, Err(BucketError::Changed)), "{replaced:?}");
    assert!(matches!(parts.next().await, Err(BucketError::Changed)));
}

#[tokio::test]
async fn an_upload_is_bound_to_size_type_and_content() {
    let (local, key) = bucket().await;
    let announced = Announced { size: 7, content_type: "text/plain", sha256: ContentDigest::of(b"content") };
    let now = SystemClock.now();
    let signed = local.bucket.sign_upload(&key, &announced, now, HOUR).await.unwrap();
    insta::assert_debug_snapshot!(signed.headers, @r#"
    [
        (
            "content-type",
            "text/plain",
        ),
        (
            "x-amz-checksum-sha256",
            "7XACtDnprIRfIjV9giusFERzD722AW0+yUMil7nsn3M=",
        ),
    ]
    "#);
    let put = async |content: &'static str, omitted: &str, content_type: Option<&str>| {
        let request = http().put(&signed.url).body(content);
        let headers = signed.headers.iter().filter(|(name, _)| name != omitted);
        let request = headers.fold(request, |request, (name, value)| request.header(name, value));
        let request =
            content_type.into_iter().fold(request, |request, value| request.header("content-type", value));
        request.send().await.unwrap().status().as_u16()
    };

    let refused = [
        put("another content", "", None).await,
        put("CONTENT", "", None).await,
        put("content", "x-amz-checksum-sha256", None).await,
        put("content", "content-type", Some("image/png")).await,
    ];
    assert_eq!(refused, [403, 400, 403, 403]);
    assert_eq!(local.keys().await, Vec::<String>::new());
    assert_eq!(put("content", "", None).await, 200);
    assert_eq!(local.content(key.as_str()).await, b"content");
}

#[tokio::test]
async fn a_download_is_saved_as_a_file_and_works_for_a_while() {
    let (local, key) = bucket().await;
    local.bucket.put(&key, "content".into(), "text/plain").await.unwrap();
    let sign =
        async |now, name| local.bucket.sign_download(&key, name, "text/plain", now, HOUR).await.unwrap();
    let now = SystemClock.now();

    let answer = http().get(sign(now, "März.txt").await).send().await.unwrap();
    let expired = http().get(sign(now - 2 * HOUR, "März.txt").await).send().await.unwrap();
    let forged = http().get(sign(now, "x").await.replace("media/", "media2/")).send().await.unwrap();

    let header = |name| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(
        header("content-disposition"),
        "attachment; filename=\"M_rz.txt\"; filename*=UTF-8''M%C3%A4rz.txt"
    );
    assert_eq!(header("content-type"), "text/plain");
    assert_eq!(
        (answer.status().as_u16(), expired.status().as_u16(), forged.status().as_u16()),
        (200, 403, 403)
    );
}

#[tokio::test]
async fn what_is_copied_has_another_type_and_what_is_retired_a_tag() {
    let (local, key) = bucket().await;
    let id = Id::from_bits(1).unwrap();
    let upload = ObjectKey::upload(id, id);
    local.bucket.put(&upload, "content".into(), "text/html").await.unwrap();

    local.bucket.copy(&upload, &key, "text/plain").await.unwrap();
    assert!(local.bucket.retire(&key).await.unwrap());

    let info = local.bucket.head(&key).await.unwrap().unwrap();
    assert_eq!((info.size, info.content_type.as_deref()), (7, Some("text/plain")));
    let tags = local.client.get_object_tagging().bucket(&local.name).key(key.as_str()).send().await.unwrap();
    assert_eq!(
        tags.tag_set().iter().map(|tag| (tag.key(), tag.value())).collect::<Vec<_>>(),
        [("state", "deleted")]
    );
}
