//! S3: the only crate that knows it.
//!
//! A file is read and written in parts, so that it never lies in memory as a whole. Clients upload and download by
//! addresses that are signed for a while; what such an upload may be, its size, type and content, is part of the
//! signature. Objects are named by [`ObjectKey`] alone.

mod error;
mod key;
mod parts;
mod presign;
mod writer;

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{ChecksumMode, MetadataDirective, Tag, Tagging, TaggingDirective};
use bytes::Bytes;
use switchboard_model::lazy::Lazy;
use switchboard_model::media::ContentDigest;

pub use aws_sdk_s3 as s3;
pub use error::BucketError;
pub use key::ObjectKey;
pub use parts::Parts;
pub use presign::{Announced, SignedUpload};
pub use writer::{PART_BYTES, Writer};

/// Tag of objects that the bucket's lifecycle rule deletes; the template says when.
const DELETED: (&str, &str) = ("state", "deleted");

/// A bucket. The client is built when it is first needed.
#[derive(Clone, Debug)]
pub struct Bucket {
    client: Lazy<Client>,
    name: String,
}

/// What is known of an object without its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectInfo {
    /// Bytes.
    pub size: u64,
    /// The content type that it was stored with.
    pub content_type: Option<String>,
    /// SHA-256 of the content, where it was stored in one piece with it.
    pub sha256: Option<ContentDigest>,
    /// S3's name of this version of the content.
    pub(crate) etag: Option<String>,
}

impl Bucket {
    /// The bucket called `name`, reached through `client`.
    pub fn new(client: impl Into<Lazy<Client>>, name: String) -> Self {
        Self { client: client.into(), name }
    }

    /// Stores `content` in one piece.
    pub async fn put(&self, key: &ObjectKey, content: Bytes, content_type: &str) -> Result<(), BucketError> {
        let checksum = ContentDigest::of(&content).to_base64();
        let request = self.client.put_object().bucket(&self.name).key(key.as_str());
        let request = request.content_type(content_type).checksum_sha256(checksum);
        request.body(ByteStream::from(content)).send().await?;
        Ok(())
    }

    /// Stores `content` in one piece where nothing is. Whether that was so.
    pub async fn put_new(
        &self,
        key: &ObjectKey,
        content: Bytes,
        content_type: &str,
    ) -> Result<bool, BucketError> {
        let checksum = ContentDigest::of(&content).to_base64();
        let request = self.client.put_object().bucket(&self.name).key(key.as_str()).if_none_match("*");
        let request = request.content_type(content_type).checksum_sha256(checksum);
        match request.body(ByteStream::from(content)).send().await.map_err(BucketError::from) {
            Ok(_) => Ok(true),
            Err(BucketError::Changed) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// What is known of an object; `None` where there is none.
    pub async fn head(&self, key: &ObjectKey) -> Result<Option<ObjectInfo>, BucketError> {
        let request = self.client.head_object().bucket(&self.name).key(key.as_str());
        match request.checksum_mode(ChecksumMode::Enabled).send().await {
            Ok(answer) => Ok(Some(ObjectInfo {
                size: answer.content_length.and_then(|size| u64::try_from(size).ok()).unwrap_or(0),
                content_type: answer.content_type,
                sha256: answer.checksum_sha256.and_then(|text| text.parse().ok()),
                etag: answer.e_tag,
            })),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(aws_sdk_s3::operation::head_object::HeadObjectError::is_not_found) =>
            {
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The bytes of an object from `offset` on, `length` at most; `None` where there is no object. `offset` must lie
    /// within it.
    pub async fn range(
        &self,
        key: &ObjectKey,
        offset: u64,
        length: u64,
    ) -> Result<Option<Bytes>, BucketError> {
        self.range_of(key, offset, length, None).await
    }

    async fn range_of(
        &self,
        key: &ObjectKey,
        offset: u64,
        length: u64,
        etag: Option<&str>,
    ) -> Result<Option<Bytes>, BucketError> {
        let last = offset.saturating_add(length.max(1)) - 1;
        let request = self.client.get_object().bucket(&self.name).key(key.as_str());
        let request = request.range(format!("bytes={offset}-{last}")).set_if_match(etag.map(str::to_owned));
        match request.send().await {
            Ok(answer) => {
                let body =
                    answer.body.collect().await.map_err(|error| BucketError::Unavailable(error.into()))?;
                Ok(Some(body.into_bytes()))
            }
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(aws_sdk_s3::operation::get_object::GetObjectError::is_no_such_key) =>
            {
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Copies an object, which S3 does by itself, with another content type.
    pub async fn copy(
        &self,
        from: &ObjectKey,
        to: &ObjectKey,
        content_type: &str,
    ) -> Result<(), BucketError> {
        let source = format!("{}/{}", self.name, from.as_str());
        let request = self.client.copy_object().bucket(&self.name).key(to.as_str()).copy_source(source);
        let request = request.metadata_directive(MetadataDirective::Replace).content_type(content_type);
        request.tagging_directive(TaggingDirective::Replace).send().await?;
        Ok(())
    }

    /// Deletes an object, if there is one.
    pub async fn delete(&self, key: &ObjectKey) -> Result<(), BucketError> {
        self.client.delete_object().bucket(&self.name).key(key.as_str()).send().await?;
        Ok(())
    }

    /// Marks an object as deleted: the bucket's lifecycle rule deletes it some weeks later. Whether there was one.
    pub async fn retire(&self, key: &ObjectKey) -> Result<bool, BucketError> {
        let tag = Tag::builder().key(DELETED.0).value(DELETED.1).build().map_err(BucketError::unbuildable)?;
        let tagging = Tagging::builder().tag_set(tag).build().map_err(BucketError::unbuildable)?;
        let request = self.client.put_object_tagging().bucket(&self.name).key(key.as_str());
        match request.tagging(tagging).send().await {
            Ok(_) => Ok(true),
            Err(error) if error::is_absence(&error) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}
