//! What is taken in, and what is not.

use bytes::Bytes;
use switchboard_bucket::{Announced, Bucket, BucketError, ObjectKey};
use switchboard_model::DomainError;
use switchboard_model::field::{FieldError, Reason};
use switchboard_model::media::probe::{Found, HEAD_BYTES, Probe, probe, probe_whole};
use switchboard_model::media::{ALLOWED, DIRECT_MAX_BYTES, FileType, Media, Upload};
use switchboard_store::{Condition, StoreError};

use super::{ADDRESS_LIFETIME, MediaFiles, NewFile, NewUpload, UploadTicket};

/// The type of a file that came in one request, if it is taken.
pub(super) fn accept(new: &NewFile) -> Result<FileType, DomainError> {
    let refused = |reason, message: &str| DomainError::field(FieldError::body("file", reason, message));
    if new.content.is_empty() {
        return Err(refused(Reason::TooShort, "File should not be empty"));
    }
    if new.content.len() as u64 > DIRECT_MAX_BYTES {
        return Err(DomainError::UploadTooLarge { max_bytes: DIRECT_MAX_BYTES });
    }
    let file_type = taken(probe_whole(&new.content))?;
    file_type.check_name(&new.file_name).map_err(|refusal| DomainError::field(refusal.of_body("file")))?;
    Ok(file_type)
}

/// Checks what was announced.
pub(super) fn check_announced(new: &NewUpload) -> Result<(), DomainError> {
    let (kind, most) = (new.file_type.kind, new.file_type.kind.max_bytes());
    if new.file_size == 0 || new.file_size > most {
        let message = format!("Input should be from 1 to {most} for files of type {kind}");
        return Err(DomainError::field(FieldError::body("file_size", Reason::OutOfRange, message)));
    }
    let named = new.file_type.check_name(&new.file_name);
    named.map_err(|refusal| DomainError::field(refusal.of_body("file_name")))
}

fn taken(found: Found) -> Result<FileType, DomainError> {
    match found {
        Found::Taken(file_type) => Ok(file_type),
        Found::Other(found) => Err(DomainError::MediaTypeRefused { found, allowed: ALLOWED }),
    }
}

impl MediaFiles {
    /// Stores a file with a new id: its content first, so that no file is ever without.
    pub(super) async fn store(&self, draft: Media, content: Bytes) -> Result<Media, DomainError> {
        let created = self.resources.create(|id| {
            let media = Media { id, ..draft.clone() };
            let content = content.clone();
            async move {
                let key = ObjectKey::media(media.workspace_id, id);
                match self.bucket.put_new(&key, content, &media.mime_type).await {
                    Ok(true) => {}
                    Ok(false) => return Err(StoreError::ConditionFailed(Condition::IdTaken)),
                    Err(error) => return Ok(Err(error)),
                }
                match self.resources.store.create_media(&media).await {
                    Ok(()) => Ok(Ok(media)),
                    Err(error) => {
                        self.let_go(&key, &error).await;
                        Err(error)
                    }
                }
            }
        });
        Ok(created.await??)
    }

    /// Deletes the content of a file that was not stored.
    async fn let_go(&self, key: &ObjectKey, error: &StoreError) {
        // Where the answer was lost it may be stored after all.
        if matches!(error, StoreError::Unavailable(_)) {
            return;
        }
        if let Err(error) = self.bucket.delete(key).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "a file that was not stored is left over"
            );
        }
    }

    /// How to upload what was announced.
    pub(super) async fn ticket(&self, upload: Upload) -> Result<UploadTicket, DomainError> {
        let now = self.resources.now();
        let key = ObjectKey::upload(upload.workspace_id, upload.id);
        let announced =
            Announced { size: upload.file_size, content_type: upload.file_type.mime, sha256: upload.sha256 };
        let signed = self.bucket.sign_upload(&key, &announced, now, ADDRESS_LIFETIME).await?;
        Ok(UploadTicket { upload, signed, expires_at: now + ADDRESS_LIFETIME, lifetime: ADDRESS_LIFETIME })
    }

    /// Looks at an uploaded file and stores it.
    pub(super) async fn take_in(&self, upload: &Upload) -> Result<Media, DomainError> {
        let from = ObjectKey::upload(upload.workspace_id, upload.id);
        let info = self.bucket.head(&from).await?.ok_or(DomainError::MediaIncomplete)?;
        let verified = match compare(upload, info.size, info.sha256) {
            Ok(()) => Box::pin(look(&self.bucket, &from, upload)).await,
            Err(refusal) => Err(refusal),
        };
        if let Err(refusal) = verified {
            if !matches!(refusal, DomainError::Unavailable { .. } | DomainError::Internal { .. }) {
                self.bucket.delete(&from).await?;
                self.resources.store.forget_upload(upload.id).await?;
            }
            return Err(refusal);
        }
        let media = media_of(upload, self.resources.now());
        let to = ObjectKey::media(media.workspace_id, media.id);
        self.bucket.copy(&from, &to, &media.mime_type).await?;
        match self.resources.store.create_media(&media).await {
            // Somebody completes it at the same time.
            Err(StoreError::ConditionFailed(_)) => {
                self.resources.store.media(media.id).await?.ok_or(DomainError::Contested)
            }
            created => Ok(created.map(|()| media)?),
        }
    }
}

/// Checks size and digest of an uploaded file against what was announced. Its address let nothing else pass; but that
/// is not this function's to know.
fn compare(
    upload: &Upload,
    size: u64,
    sha256: Option<switchboard_model::media::ContentDigest>,
) -> Result<(), DomainError> {
    let differs = |name: &str, message: String| {
        Err(DomainError::field(FieldError::body(name, Reason::BadValue, message)))
    };
    if size != upload.file_size {
        return differs(
            "file_size",
            format!("The file has {size} bytes, but {} were announced", upload.file_size),
        );
    }
    if sha256 != Some(upload.sha256) {
        return differs("sha256", "The file is not the one that was announced".to_owned());
    }
    Ok(())
}

/// Checks the type of an uploaded file by its bytes, of which only the telling ones are read.
async fn look(bucket: &Bucket, key: &ObjectKey, upload: &Upload) -> Result<(), DomainError> {
    let read = async |offset, length| {
        let bytes = bucket.range(key, offset, length).await?;
        bytes.ok_or(BucketError::Changed)
    };
    let head = read(0, HEAD_BYTES as u64).await?;
    let found = match probe(&head, upload.file_size) {
        Probe::Known(found) => found,
        Probe::Look { offset, length, container } => container.resolve(&read(offset, length).await?),
    };
    let file_type = taken(found)?;
    if file_type == upload.file_type {
        return Ok(());
    }
    let message =
        format!("The file is of type {}, but {} was announced", file_type.mime, upload.file_type.mime);
    Err(DomainError::field(FieldError::body("mime_type", Reason::BadValue, message)))
}

fn media_of(upload: &Upload, now: jiff::Timestamp) -> Media {
    Media {
        id: upload.id,
        workspace_id: upload.workspace_id,
        kind: upload.file_type.kind,
        file_name: upload.file_name.to_string(),
        file_size: upload.file_size,
        mime_type: upload.file_type.mime.to_owned(),
        sha256: upload.sha256,
        uploaded_by: upload.uploaded_by,
        received_in: None,
        created_at: upload.created_at,
        updated_at: now,
        deleted_at: None,
    }
}
