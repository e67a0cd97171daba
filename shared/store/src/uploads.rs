//! Media files on their way: patterns F6 to F9.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_model::Id;
use switchboard_model::media::{ContentDigest, FileName, FileType, Upload};

use crate::item::StoredForm;
use crate::{Condition, Store, StoreError, keys};

/// How long an announced file may take to come, in seconds. Its object is deleted later than that.
const UPLOAD_LIFETIME: i64 = 24 * 60 * 60;

/// A file that is going to be uploaded, as stored.
#[derive(Serialize, Deserialize)]
struct StoredUpload {
    id: Id,
    workspace_id: Id,
    file_name: FileName,
    mime_type: String,
    file_size: u64,
    sha256: ContentDigest,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    uploaded_by: Option<Id>,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    created_at: Timestamp,
    ttl: i64,
}

impl StoredForm for StoredUpload {
    const ENTITY: &'static str = "upload";
}

/// Meta's id of a media file, as stored.
#[derive(Serialize, Deserialize)]
struct StoredMediaAtMeta {
    meta_id: String,
    ttl: i64,
}

impl StoredForm for StoredMediaAtMeta {
    const ENTITY: &'static str = "media_at_meta";
}

impl Store {
    /// F6: keeps what was announced, for a day. Fails as `IdTaken`.
    pub async fn announce_upload(&self, upload: &Upload) -> Result<(), StoreError> {
        let stored = StoredUpload {
            id: upload.id,
            workspace_id: upload.workspace_id,
            file_name: upload.file_name.clone(),
            mime_type: upload.file_type.mime.to_owned(),
            file_size: upload.file_size,
            sha256: upload.sha256,
            uploaded_by: upload.uploaded_by,
            created_at: upload.created_at,
            ttl: upload.created_at.as_second() + UPLOAD_LIFETIME,
        };
        let free = (crate::expression::Check::Absent, Condition::IdTaken);
        self.put(&keys::upload(upload.id), &stored, Some(free)).await
    }

    /// F7: what was announced under this id, unless that is over.
    pub async fn upload(&self, id: Id, now: Timestamp) -> Result<Option<Upload>, StoreError> {
        let stored = self.get::<StoredUpload>(&keys::upload(id)).await?;
        let stored = stored.filter(|stored| stored.ttl > now.as_second());
        // A type that is taken no more can't be uploaded any more.
        Ok(stored.and_then(|stored| {
            Some(Upload {
                id: stored.id,
                workspace_id: stored.workspace_id,
                file_name: stored.file_name,
                file_type: FileType::of_mime(&stored.mime_type)?,
                file_size: stored.file_size,
                sha256: stored.sha256,
                uploaded_by: stored.uploaded_by,
                created_at: stored.created_at,
            })
        }))
    }

    /// F7: forgets what was announced.
    pub async fn forget_upload(&self, id: Id) -> Result<(), StoreError> {
        self.delete(&keys::upload(id)).await
    }

    /// F8: remembers Meta's id of a media file that was uploaded for a phone number, for as long as Meta keeps it.
    pub async fn remember_at_meta(
        &self,
        media_id: Id,
        phone_number_id: Id,
        meta_id: &str,
        now: Timestamp,
        lifetime: Duration,
    ) -> Result<(), StoreError> {
        let lifetime = i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX);
        let ttl = now.as_second().saturating_add(lifetime);
        let stored = StoredMediaAtMeta { meta_id: meta_id.to_owned(), ttl };
        self.put(&keys::media_at_meta(media_id, phone_number_id), &stored, None).await
    }

    /// F9: Meta's id of a media file for a phone number, and until when it is good.
    pub async fn media_at_meta(
        &self,
        media_id: Id,
        phone_number_id: Id,
        now: Timestamp,
    ) -> Result<Option<(String, Timestamp)>, StoreError> {
        let stored = self.get::<StoredMediaAtMeta>(&keys::media_at_meta(media_id, phone_number_id)).await?;
        let stored = stored.filter(|stored| stored.ttl > now.as_second());
        Ok(stored.map(|stored| (stored.meta_id, Timestamp::from_second(stored.ttl).unwrap_or(now))))
    }

    /// F9: forgets Meta's id of a media file.
    pub async fn forget_at_meta(&self, media_id: Id, phone_number_id: Id) -> Result<(), StoreError> {
        self.delete(&keys::media_at_meta(media_id, phone_number_id)).await
    }
}
