//! Reading an object part by part.

use bytes::Bytes;

use crate::{Bucket, BucketError, ObjectKey};

/// An object that is read part by part. Each part is a request of its own, so however long the reader takes between
/// two, no connection waits; and all are of the same version of the object.
#[derive(Clone, Debug)]
pub struct Parts {
    bucket: Bucket,
    key: ObjectKey,
    etag: Option<String>,
    size: u64,
    offset: u64,
    part_bytes: u64,
}

impl Bucket {
    /// Reads an object in parts of `part_bytes`; `None` where there is no object.
    pub async fn parts(&self, key: &ObjectKey, part_bytes: u64) -> Result<Option<Parts>, BucketError> {
        let Some(info) = self.head(key).await? else { return Ok(None) };
        Ok(Some(Parts {
            bucket: self.clone(),
            key: key.clone(),
            etag: info.etag,
            size: info.size,
            offset: 0,
            part_bytes: part_bytes.max(1),
        }))
    }
}

impl Parts {
    /// Bytes of the whole object.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Where the next part begins.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Goes on at this byte.
    #[must_use]
    pub fn starting_at(mut self, offset: u64) -> Self {
        self.offset = offset;
        self
    }

    /// The next part; `None` at the end. After an error the same part is read again.
    pub async fn next(&mut self) -> Result<Option<Bytes>, BucketError> {
        if self.offset >= self.size {
            return Ok(None);
        }
        let length = self.part_bytes.min(self.size - self.offset);
        let part = self.bucket.range_of(&self.key, self.offset, length, self.etag.as_deref()).await?;
        let part = part.filter(|part| part.len() as u64 == length).ok_or(BucketError::Changed)?;
        self.offset += length;
        Ok(Some(part))
    }
}
