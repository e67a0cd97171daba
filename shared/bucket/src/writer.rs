//! Writing an object of any size part by part.

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use bytes::{Bytes, BytesMut};

use crate::{Bucket, BucketError, ObjectKey};

/// Bytes of a part: what is held in memory. S3 takes parts from 5 MiB on, and 10,000 of them.
pub const PART_BYTES: usize = 8 * 1024 * 1024;

/// An object under construction. It appears when it is finished; one that is neither finished nor given up is
/// removed by the bucket's lifecycle rule.
#[derive(Debug)]
pub struct Writer {
    bucket: Bucket,
    key: ObjectKey,
    content_type: String,
    buffer: BytesMut,
    upload: Option<Upload>,
}

#[derive(Debug)]
struct Upload {
    id: String,
    parts: Vec<CompletedPart>,
}

impl Bucket {
    /// Begins an object.
    pub fn writer(&self, key: &ObjectKey, content_type: &str) -> Writer {
        Writer {
            bucket: self.clone(),
            key: key.clone(),
            content_type: content_type.to_owned(),
            buffer: BytesMut::new(),
            upload: None,
        }
    }
}

impl Writer {
    /// Adds bytes at the end.
    pub async fn write(&mut self, mut bytes: &[u8]) -> Result<(), BucketError> {
        while self.buffer.len() + bytes.len() > PART_BYTES {
            let (now, later) = bytes.split_at(PART_BYTES - self.buffer.len());
            self.buffer.extend_from_slice(now);
            bytes = later;
            let part = self.buffer.split().freeze();
            self.send(part).await?;
        }
        self.buffer.extend_from_slice(bytes);
        Ok(())
    }

    /// Lets the object appear.
    pub async fn finish(mut self) -> Result<(), BucketError> {
        let rest = self.buffer.split().freeze();
        if self.upload.is_none() {
            return self.bucket.put(&self.key, rest, &self.content_type).await;
        }
        if !rest.is_empty() {
            self.send(rest).await?;
        }
        let Some(Upload { id, parts }) = self.upload else { return Ok(()) };
        let parts = CompletedMultipartUpload::builder().set_parts(Some(parts)).build();
        let request = self.bucket.client.complete_multipart_upload().bucket(&self.bucket.name);
        request.key(self.key.as_str()).upload_id(id).multipart_upload(parts).send().await?;
        Ok(())
    }

    /// Gives the object up: nothing of it stays.
    pub async fn abandon(self) -> Result<(), BucketError> {
        let Some(Upload { id, .. }) = self.upload else { return Ok(()) };
        let request = self.bucket.client.abort_multipart_upload().bucket(&self.bucket.name);
        request.key(self.key.as_str()).upload_id(id).send().await?;
        Ok(())
    }

    async fn send(&mut self, part: Bytes) -> Result<(), BucketError> {
        let client = &self.bucket.client;
        if self.upload.is_none() {
            let request = client.create_multipart_upload().bucket(&self.bucket.name).key(self.key.as_str());
            let id = request.content_type(&self.content_type).send().await?.upload_id;
            let id = id.ok_or_else(|| BucketError::Unavailable("an upload without an id".into()))?;
            self.upload = Some(Upload { id, parts: Vec::new() });
        }
        let Some(upload) = &mut self.upload else { return Ok(()) };
        let number = i32::try_from(upload.parts.len() + 1).map_err(BucketError::unbuildable)?;
        let request = client.upload_part().bucket(&self.bucket.name).key(self.key.as_str());
        let request = request.upload_id(&upload.id).part_number(number).body(ByteStream::from(part));
        let etag = request.send().await?.e_tag;
        upload.parts.push(CompletedPart::builder().part_number(number).set_e_tag(etag).build());
        Ok(())
    }
}
