//! Media files at Meta: each is uploaded once for a phone number and used again while Meta keeps it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::stream;
use jiff::Timestamp;
use secrecy::SecretString;
use switchboard_bucket::{Bucket, BucketError, ObjectKey, Parts};
use switchboard_graph::{Graph, GraphError, MediaUpload};
use switchboard_model::Id;
use switchboard_model::media::{FileType, Media, NotSendable};
use switchboard_model::phone_number::PhoneNumber;
use switchboard_store::StoreError;

use crate::Resources;

/// Meta keeps an uploaded file for 30 days (Meta, Cloud API media): a day less, for messages that wait.
const KEPT_AT_META: Duration = Duration::from_hours(29 * 24);
/// Bytes that are read at a time while a file goes to Meta.
const PART_BYTES: u64 = 2 * 1024 * 1024;
/// Most files that a process remembers.
const REMEMBERED_MAX: usize = 1_000;

/// Media files at Meta. Clones share what they remember.
#[derive(Clone, Debug)]
pub struct MediaLibrary {
    resources: Resources,
    bucket: Bucket,
    graph: Graph,
    remembered: Arc<Mutex<HashMap<Place, Entry>>>,
}

/// A file, for a phone number.
type Place = (Id, Id);
/// Meta's id of a file and until when it is good. Who uploads it holds the lock: others of this process wait for it.
type Entry = Arc<tokio::sync::Mutex<Option<(String, Timestamp)>>>;

/// Why a file is not at Meta.
#[derive(Debug, thiserror::Error)]
pub enum AtMetaError {
    /// The file is deleted, or never was the workspace's.
    #[error("the media file is gone")]
    Gone,
    /// WhatsApp does not take it.
    #[error(transparent)]
    NotSendable(#[from] NotSendable),
    /// Meta refused it or could not be reached. An upload may be repeated whatever happened to it.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The bucket failed.
    #[error(transparent)]
    Bucket(#[from] BucketError),
}

impl MediaLibrary {
    /// The files of `bucket`, uploaded by `graph`.
    pub fn new(resources: Resources, bucket: Bucket, graph: Graph) -> Self {
        Self { resources, bucket, graph, remembered: Arc::default() }
    }

    /// Meta's id of a file, to be sent from `number`, whose token this is. The file is uploaded if Meta does not have
    /// it for this number.
    pub async fn at_meta(
        &self,
        media_id: Id,
        number: &PhoneNumber,
        token: &SecretString,
    ) -> Result<String, AtMetaError> {
        let entry = self.entry((media_id, number.id));
        let mut known = entry.lock().await;
        let now = self.resources.now();
        if let Some((meta_id, until)) = known.as_ref()
            && now < *until
        {
            return Ok(meta_id.clone());
        }
        let store = &self.resources.store;
        let (at_meta, media) =
            futures::try_join!(store.media_at_meta(media_id, number.id, now), store.media(media_id))?;
        let media =
            media.filter(|media| media.workspace_id == number.workspace_id && media.deleted_at.is_none());
        let media = media.ok_or(AtMetaError::Gone)?;
        let (meta_id, until) = if let Some(at_meta) = at_meta {
            at_meta
        } else {
            let meta_id = self.upload(&media, number, token).await?;
            store.remember_at_meta(media_id, number.id, &meta_id, now, KEPT_AT_META).await?;
            (meta_id, now + KEPT_AT_META)
        };
        *known = Some((meta_id.clone(), until));
        Ok(meta_id)
    }

    /// Forgets Meta's id of a file, once Meta says that it does not know it: the next send uploads the file again.
    pub async fn forget_at_meta(&self, media_id: Id, phone_number_id: Id) -> Result<(), StoreError> {
        self.lock().remove(&(media_id, phone_number_id));
        self.resources.store.forget_at_meta(media_id, phone_number_id).await
    }

    async fn upload(
        &self,
        media: &Media,
        number: &PhoneNumber,
        token: &SecretString,
    ) -> Result<String, AtMetaError> {
        media.sendable()?;
        let key = ObjectKey::media(media.workspace_id, media.id);
        let parts = self.bucket.parts(&key, PART_BYTES).await?.ok_or(AtMetaError::Gone)?;
        let extension = FileType::of_mime(&media.mime_type).map_or("bin", FileType::extension);
        let upload =
            MediaUpload { mime_type: &media.mime_type, extension, size: parts.size(), sha256: media.sha256 };
        let content = stream::try_unfold(parts, async |mut parts: Parts| {
            let part = parts.next().await?;
            Ok(part.map(|part| (part, parts)))
        });
        let meta_id = Box::pin(self.graph.upload_media(token, &number.meta_id, &upload, content)).await?;
        tracing::info!(media.id = %media.id, media.bytes = upload.size, "a media file was uploaded to Meta");
        Ok(meta_id)
    }

    fn entry(&self, place: Place) -> Entry {
        let mut remembered = self.lock();
        // Whoever uploads keeps their entry, so nothing is lost but what the table knows.
        if remembered.len() >= REMEMBERED_MAX && !remembered.contains_key(&place) {
            remembered.clear();
        }
        Arc::clone(remembered.entry(place).or_default())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Place, Entry>> {
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
