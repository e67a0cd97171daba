//! Media files: patterns F1 to F5, F10 and F11.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_model::Id;
use switchboard_model::media::{ContentDigest, Media, MediaKind};
use switchboard_model::message::Content;
use switchboard_model::page::Slice;

use crate::expression::{Change, Check, number, string};
use crate::item::{StoredForm, to_attribute};
use crate::messages::{MessageKey, message_key};
use crate::slice::Order;
use crate::transaction::Transaction;
use crate::{Condition, Store, StoreError, keys};

/// A media file as stored: as itself, and in the lists of its workspace.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredMedia {
    id: Id,
    workspace_id: Id,
    kind: MediaKind,
    file_name: String,
    file_size: u64,
    mime_type: String,
    sha256: ContentDigest,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    uploaded_by: Option<Id>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    received_in: Option<Id>,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    created_at: Timestamp,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    updated_at: Timestamp,
    #[serde(
        default,
        with = "jiff::fmt::serde::timestamp::millisecond::optional",
        skip_serializing_if = "Option::is_none"
    )]
    deleted_at: Option<Timestamp>,
    /// There once the object is to go: the outbox looks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    outbox: Option<String>,
}

impl StoredMedia {
    /// Whose it is, and its id.
    pub(crate) fn place(&self) -> (Id, Id) {
        (self.workspace_id, self.id)
    }
}

impl StoredForm for StoredMedia {
    const ENTITY: &'static str = "media";
}

/// How many media files of each kind there are, those of one of the items.
#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
struct StoredMediaTally {
    image: usize,
    video: usize,
    audio: usize,
    document: usize,
}

impl StoredForm for StoredMediaTally {
    const ENTITY: &'static str = "media_tally";
}

/// What `outbox` holds on a media file whose object is to go.
pub(crate) const TO_RETIRE: &str = "retire";

impl Store {
    /// F1: the media file with this id, deleted or not.
    pub async fn media(&self, id: Id) -> Result<Option<Media>, StoreError> {
        Ok(self.get::<StoredMedia>(&keys::media(id)).await?.map(Media::from))
    }

    /// F2: stores a media file. Fails as `IdTaken`.
    pub async fn create_media(&self, media: &Media) -> Result<(), StoreError> {
        self.transaction().new_media(media)?.commit().await
    }

    /// F3: the media files of a workspace that `slice` asks for, the newest first; those of one kind where it is given.
    pub async fn media_of_workspace(
        &self,
        workspace_id: Id,
        kind: Option<MediaKind>,
        slice: Slice,
    ) -> Result<Vec<Media>, StoreError> {
        let range = keys::media_list(workspace_id, kind);
        let found = self.slice::<StoredMedia>(&range, Order::Descending, slice).await?;
        Ok(found.into_iter().map(Media::from).collect())
    }

    /// F4: the number of a workspace's media files; those of one kind where it is given.
    pub async fn count_media(&self, workspace_id: Id, kind: Option<MediaKind>) -> Result<usize, StoreError> {
        let tallies = self.list::<StoredMediaTally>(&keys::media_tallies(workspace_id)).await?;
        let counted = |tally: &StoredMediaTally| match kind {
            None => tally.image + tally.video + tally.audio + tally.document,
            Some(MediaKind::Image) => tally.image,
            Some(MediaKind::Video) => tally.video,
            Some(MediaKind::Audio) => tally.audio,
            Some(MediaKind::Document) => tally.document,
        };
        Ok(tallies.iter().map(counted).sum())
    }

    /// F5: deletes a media file: it is kept, and the outbox lets its object go. Fails as `Contested` where it is
    /// deleted already.
    pub async fn delete_media(&self, media: &Media, now: Timestamp) -> Result<(), StoreError> {
        let lives = Check::All(vec![Check::Present, Check::Lacks("deleted_at")]);
        let delete = Change::default()
            .set("deleted_at", number(now.as_millisecond()))
            .set("updated_at", number(now.as_millisecond()))
            .set("outbox", string(TO_RETIRE))
            .only_if(lives, Condition::Contested);
        let mut transaction = self.transaction().update(&keys::media(media.id), delete)?;
        for kind in [None, Some(media.kind)] {
            transaction =
                transaction.delete(&keys::listed_media(media.workspace_id, kind, media.id), None)?;
        }
        transaction
            .update(&keys::media_tally(media.workspace_id, media.id), counted(media, -1))?
            .commit()
            .await
    }
}

impl Store {
    /// F10: stores the file of a customer's message, which then says what `content` says. Fails as `IdTaken` where the
    /// file is stored already, as `Contested` where there is no such message.
    pub async fn attach_media(
        &self,
        key: &MessageKey,
        content: &Content,
        media: &Media,
    ) -> Result<(), StoreError> {
        self.transaction().new_media(media)?.update(&message_key(key), says(content)?)?.commit().await
    }

    /// F11: notes in a customer's message that its file is lost, as `content` says. Fails as `Contested` where there is
    /// no such message.
    pub async fn give_up_attachment(&self, key: &MessageKey, content: &Content) -> Result<(), StoreError> {
        self.update(&message_key(key), says(content)?).await.map(drop)
    }
}

/// Nothing else changes what a customer's message says. Its mark stays: it is the stream that tells of it, once.
fn says(content: &Content) -> Result<Change, StoreError> {
    let change = Change::default().set("content", to_attribute(content)?);
    Ok(change.only_if(Check::Present, Condition::Contested))
}

impl Transaction<'_> {
    /// Adds a media file to its workspace.
    pub(crate) fn new_media(self, media: &Media) -> Result<Self, StoreError> {
        let stored = StoredMedia::from(media);
        self.create(&keys::media(media.id), &stored, Condition::IdTaken)?
            .put(&keys::listed_media(media.workspace_id, None, media.id), &stored)?
            .put(&keys::listed_media(media.workspace_id, Some(media.kind), media.id), &stored)?
            .update(&keys::media_tally(media.workspace_id, media.id), counted(media, 1))
    }
}

/// The change of a tally, which its first change makes.
fn counted(media: &Media, by: i64) -> Change {
    Change::default()
        .set("et", string(StoredMediaTally::ENTITY))
        .set("v", number(StoredMediaTally::VERSION))
        .add(media.kind.to_string(), by)
}

impl From<&Media> for StoredMedia {
    fn from(media: &Media) -> Self {
        Self {
            id: media.id,
            workspace_id: media.workspace_id,
            kind: media.kind,
            file_name: media.file_name.clone(),
            file_size: media.file_size,
            mime_type: media.mime_type.clone(),
            sha256: media.sha256,
            uploaded_by: media.uploaded_by,
            received_in: media.received_in,
            created_at: media.created_at,
            updated_at: media.updated_at,
            deleted_at: media.deleted_at,
            outbox: None,
        }
    }
}

impl From<StoredMedia> for Media {
    fn from(stored: StoredMedia) -> Self {
        Self {
            id: stored.id,
            workspace_id: stored.workspace_id,
            kind: stored.kind,
            file_name: stored.file_name,
            file_size: stored.file_size,
            mime_type: stored.mime_type,
            sha256: stored.sha256,
            uploaded_by: stored.uploaded_by,
            received_in: stored.received_in,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
            deleted_at: stored.deleted_at,
        }
    }
}
