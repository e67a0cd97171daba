//! Media files of workspaces: uploads, lists, addresses to download from.
//!
//! A file of up to 4 MiB comes in one request. A larger one is announced with its size, type and digest, uploaded to the
//! bucket by an address that is good for just that, and completed: then its bytes are looked at. Clients write to a part
//! of the bucket of their own, so what is stored is only what was looked at.

mod intake;

use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use switchboard_bucket::{Bucket, ObjectKey, SignedUpload};
use switchboard_model::access::{ManageMedia, Permit, ReadWorkspace};
use switchboard_model::media::{ContentDigest, FileName, FileType, Media, MediaKind, Upload};
use switchboard_model::page::{Page, Slice};
use switchboard_model::{DomainError, Id};
use switchboard_store::Condition;

use crate::{Gate, Resources};

/// How long an address works where nobody says otherwise.
const ADDRESS_LIFETIME: Duration = Duration::from_hours(1);

/// Media files of workspaces.
#[derive(Clone)]
pub struct MediaFiles {
    resources: Resources,
    gate: Gate,
    bucket: Bucket,
}

/// A file that comes in one request.
#[derive(Clone, Debug)]
pub struct NewFile {
    /// The workspace.
    pub workspace_id: Id,
    /// What it is called.
    pub file_name: FileName,
    /// What it holds.
    pub content: Bytes,
}

/// A file that is announced.
#[derive(Clone, Debug)]
pub struct NewUpload {
    /// The workspace.
    pub workspace_id: Id,
    /// What it is called.
    pub file_name: FileName,
    /// Its type.
    pub file_type: FileType,
    /// Bytes.
    pub file_size: u64,
    /// SHA-256 of the content.
    pub sha256: ContentDigest,
}

/// A file and where it can be downloaded from for an hour.
#[derive(Clone, Debug)]
pub struct Located {
    /// The file.
    pub media: Media,
    /// The address.
    pub address: Address,
}

/// Where a file can be downloaded from.
#[derive(Clone, Debug)]
pub struct Address {
    /// The address.
    pub url: String,
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// An announced file and how to upload it.
#[derive(Clone, Debug)]
pub struct UploadTicket {
    /// What was announced.
    pub upload: Upload,
    /// How to upload it.
    pub signed: SignedUpload,
    /// When that stops working.
    pub expires_at: Timestamp,
    /// For how long it works.
    pub lifetime: Duration,
}

impl MediaFiles {
    /// The files in `bucket` of the workspaces behind `gate`.
    pub fn new(resources: Resources, gate: Gate, bucket: Bucket) -> Self {
        Self { resources, gate, bucket }
    }

    /// Stores a file that came in one request.
    pub async fn upload(&self, permit: &Permit<ManageMedia>, new: NewFile) -> Result<Located, DomainError> {
        let entry = Box::pin(self.gate.enter(permit, new.workspace_id)).await?;
        let file_type = intake::accept(&new)?;
        let now = self.resources.now();
        let draft = Media {
            id: Id::NONE,
            workspace_id: new.workspace_id,
            kind: file_type.kind,
            file_name: new.file_name.to_string(),
            file_size: new.content.len() as u64,
            mime_type: file_type.mime.to_owned(),
            sha256: ContentDigest::of(&new.content),
            uploaded_by: entry.user_id,
            received_in: None,
            created_at: now,
            updated_at: now,
            deleted_at: None,
        };
        let media = self.store(draft, new.content).await?;
        self.located(media).await
    }

    /// Announces a file that is too large for one request.
    pub async fn announce(
        &self,
        permit: &Permit<ManageMedia>,
        new: NewUpload,
    ) -> Result<UploadTicket, DomainError> {
        let entry = Box::pin(self.gate.enter(permit, new.workspace_id)).await?;
        intake::check_announced(&new)?;
        let draft = Upload {
            id: Id::NONE,
            workspace_id: new.workspace_id,
            file_name: new.file_name,
            file_type: new.file_type,
            file_size: new.file_size,
            sha256: new.sha256,
            uploaded_by: entry.user_id,
            created_at: self.resources.now(),
        };
        let created = self.resources.create(|id| {
            let upload = Upload { id, ..draft.clone() };
            async move { self.resources.store.announce_upload(&upload).await.map(|()| upload) }
        });
        self.ticket(created.await?).await
    }

    /// Looks at an announced file that was uploaded and stores it. May be repeated. A file that is not what was
    /// announced is refused and deleted.
    pub async fn complete(&self, permit: &Permit<ManageMedia>, id: Id) -> Result<Located, DomainError> {
        let store = &self.resources.store;
        let (upload, media) = futures::try_join!(store.upload(id, self.resources.now()), store.media(id))?;
        let workspace_id = match (&upload, &media) {
            (Some(upload), _) => upload.workspace_id,
            (None, Some(media)) => media.workspace_id,
            (None, None) => return Err(DomainError::MediaNotFound),
        };
        Box::pin(self.gate.enter_for(permit, workspace_id, DomainError::MediaNotFound)).await?;
        let media = match (upload, media) {
            (_, Some(media)) if media.deleted_at.is_none() && media.workspace_id == workspace_id => media,
            (Some(upload), None) => Box::pin(self.take_in(&upload)).await?,
            _ => return Err(DomainError::MediaNotFound),
        };
        self.located(media).await
    }

    /// A page of a workspace's files, the newest first; of one kind where it is given.
    pub async fn list(
        &self,
        permit: &Permit<ReadWorkspace>,
        workspace_id: Id,
        kind: Option<MediaKind>,
        slice: Slice,
    ) -> Result<Page<Media>, DomainError> {
        let store = &self.resources.store;
        // Read side by side to save a round trip; nothing leaves before the gate has let the caller in.
        let (entry, items, total) = futures::join!(
            Box::pin(self.gate.enter(permit, workspace_id)),
            Box::pin(store.media_of_workspace(workspace_id, kind, slice)),
            Box::pin(store.count_media(workspace_id, kind)),
        );
        entry?;
        Ok(Page { items: items?, total: total? })
    }

    /// One file.
    pub async fn get(&self, permit: &Permit<ReadWorkspace>, id: Id) -> Result<Located, DomainError> {
        let media = self.find(id).await?;
        Box::pin(self.gate.enter_for(permit, media.workspace_id, DomainError::MediaNotFound)).await?;
        self.located(media).await
    }

    /// Where a file can be downloaded from for so long.
    pub async fn address(
        &self,
        permit: &Permit<ReadWorkspace>,
        id: Id,
        lifetime: Duration,
    ) -> Result<Address, DomainError> {
        let media = self.find(id).await?;
        Box::pin(self.gate.enter_for(permit, media.workspace_id, DomainError::MediaNotFound)).await?;
        self.address_of(&media, lifetime).await
    }

    /// Deletes a file. Its object goes some weeks later; addresses that were given out work until they expire.
    pub async fn delete(&self, permit: &Permit<ManageMedia>, id: Id) -> Result<(), DomainError> {
        let media = self.find(id).await?;
        Box::pin(self.gate.enter_for(permit, media.workspace_id, DomainError::MediaNotFound)).await?;
        let deleted = self.resources.store.delete_media(&media, self.resources.now()).await;
        deleted.map_err(|error| match error.condition() {
            Some(Condition::Contested) => DomainError::MediaNotFound,
            _ => error.into(),
        })
    }

    async fn find(&self, id: Id) -> Result<Media, DomainError> {
        let media = self.resources.store.media(id).await?;
        media.filter(|media| media.deleted_at.is_none()).ok_or(DomainError::MediaNotFound)
    }

    async fn located(&self, media: Media) -> Result<Located, DomainError> {
        let address = self.address_of(&media, ADDRESS_LIFETIME).await?;
        Ok(Located { media, address })
    }

    async fn address_of(&self, media: &Media, lifetime: Duration) -> Result<Address, DomainError> {
        let (key, now) = (ObjectKey::media(media.workspace_id, media.id), self.resources.now());
        let signed = self.bucket.sign_download(&key, &media.file_name, &media.mime_type, now, lifetime);
        Ok(Address { url: signed.await?, expires_at: now + lifetime })
    }
}
