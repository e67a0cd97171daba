//! Fetching the files of customers from Meta.

use std::time::Duration;

use secrecy::SecretString;
use sha2::{Digest, Sha256};
use switchboard_bucket::{ObjectKey, Writer};
use switchboard_graph::{Disposition, Download, GraphError};
use switchboard_model::Id;
use switchboard_model::media::{ContentDigest, Media, MediaKind};
use switchboard_model::message::attachment::essence;
use switchboard_model::message::{Attachment, AwaitedFile, Content, Message};
use switchboard_model::phone_number::PhoneNumber;
use switchboard_store::{Condition, MessageKey, StoreError};

use super::{MediaJobError, MediaJobs, Step};
use crate::phone_numbers::open_token;

/// For so long Meta keeps a file (Meta, messages webhooks).
const KEPT_BY_META: Duration = Duration::from_hours(7 * 24);
/// Pauses between tries grow with the age of the message, within these bounds.
const SHORTEST_PAUSE: Duration = Duration::from_secs(15);
const LONGEST_PAUSE: Duration = Duration::from_hours(1);
/// WhatsApp lets nobody send more (Meta, error 131052).
const MAX_BYTES: u64 = MediaKind::Document.max_bytes();
const UNKNOWN_TYPE: &str = "application/octet-stream";

/// How fetching ended that did not succeed.
enum Failure {
    /// Trying again is of no use.
    Lost(String),
    /// Trying again may help.
    Passing(MediaJobError),
}

impl<E: Into<MediaJobError>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Passing(error.into())
    }
}

impl MediaJobs {
    /// Fetches the file of a message, if it is still awaited.
    pub(super) async fn fetch(&self, key: &MessageKey) -> Result<Step, MediaJobError> {
        let Some(message) = self.resources.store.message(key).await? else { return Ok(Step::Done) };
        let Some(file) = awaited(&message) else { return Ok(Step::Done) };
        switchboard_meter::current().note_workspace(message.workspace_id);
        match Box::pin(self.bring(&message, file)).await {
            Ok(media) => self.attach(key, &message, &media).await,
            Err(Failure::Lost(reason)) => self.give_up(key, &message, reason).await,
            Err(Failure::Passing(error)) => {
                tracing::warn!(
                    message.id = %message.id,
                    error = &error as &dyn std::error::Error,
                    "a customer's file could not be fetched"
                );
                let age = self.resources.now().duration_since(message.created_at);
                let age = Duration::try_from(age).unwrap_or_default();
                if age >= KEPT_BY_META {
                    return self.give_up(key, &message, too_late(&error)).await;
                }
                Ok(Step::Later(age.clamp(SHORTEST_PAUSE, LONGEST_PAUSE)))
            }
        }
    }

    /// Brings a file from Meta into the bucket.
    async fn bring(&self, message: &Message, file: &AwaitedFile) -> Result<Media, Failure> {
        let number = self.resources.store.phone_number(message.conversation.phone_number_id).await?;
        let number = number.filter(|number| number.deleted_at.is_none());
        let number = number.ok_or_else(|| Failure::Lost("The phone number was deleted".to_owned()))?;
        let token = open_token(&self.sealer, &number).await?;
        let (mut download, mime_type, sha256) = self.begin(&number, &token, file).await?;
        let id = self.media_id(message).await?;
        let key = ObjectKey::media(message.workspace_id, id);
        let mut writer = self.bucket.writer(&key, &mime_type);
        let (file_size, digest) = match pass_on(&mut download, &mut writer).await {
            Ok((_, digest)) if sha256.is_some_and(|expected| expected != digest) => {
                self.abandon(writer).await;
                return Err(Failure::Passing(MediaJobError::Damaged));
            }
            Ok(passed) => passed,
            Err(failure) => {
                self.abandon(writer).await;
                return Err(failure);
            }
        };
        writer.finish().await?;
        let now = self.resources.now();
        Ok(Media {
            id,
            workspace_id: message.workspace_id,
            kind: file.kind,
            file_name: file.name(&mime_type).to_string(),
            file_size,
            mime_type,
            sha256: digest,
            uploaded_by: None,
            received_in: Some(message.id),
            created_at: now,
            updated_at: now,
            deleted_at: None,
        })
    }

    /// Asks Meta where the file is and begins to download it.
    async fn begin(
        &self,
        number: &PhoneNumber,
        token: &SecretString,
        file: &AwaitedFile,
    ) -> Result<(Download, String, Option<ContentDigest>), Failure> {
        let info = self.graph.media(token, &file.meta_id, &number.meta_id).await.map_err(of_graph)?;
        if info.file_size.is_some_and(|size| size > MAX_BYTES) {
            return Err(too_large());
        }
        let download = self.graph.download_media(token, &info).await.map_err(MediaJobError::from)?;
        let mime_type = info.mime_type.as_deref().and_then(essence).or_else(|| file.mime_type.clone());
        Ok((download, mime_type.unwrap_or_else(|| UNKNOWN_TYPE.to_owned()), info.sha256))
    }

    /// The id that the file will have: the message's, so that a second try takes the place of the first.
    async fn media_id(&self, message: &Message) -> Result<Id, StoreError> {
        let taken = self.resources.store.media(message.id).await?;
        let foreign = taken.is_some_and(|media| media.received_in != Some(message.id));
        Ok(if foreign { self.resources.ids.next_id() } else { message.id })
    }

    async fn attach(
        &self,
        key: &MessageKey,
        message: &Message,
        media: &Media,
    ) -> Result<Step, MediaJobError> {
        let content = with(message, Attachment::Stored { media_id: media.id });
        match self.resources.store.attach_media(key, &content, media).await {
            // Somebody else did the same, or the message is gone.
            Ok(()) | Err(StoreError::ConditionFailed(Condition::IdTaken | Condition::Contested)) => {
                Ok(Step::Done)
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn give_up(
        &self,
        key: &MessageKey,
        message: &Message,
        reason: String,
    ) -> Result<Step, MediaJobError> {
        tracing::warn!(message.id = %message.id, reason, "a customer's file is given up");
        let content = with(message, Attachment::Lost { reason });
        match self.resources.store.give_up_attachment(key, &content).await {
            Ok(()) | Err(StoreError::ConditionFailed(Condition::Contested)) => Ok(Step::Done),
            Err(error) => Err(error.into()),
        }
    }

    /// What is left over of a file is deleted by the bucket, if not by this.
    async fn abandon(&self, writer: Writer) {
        if let Err(error) = writer.abandon().await {
            tracing::warn!(error = &error as &dyn std::error::Error, "parts of a file are left over");
        }
    }
}

/// Passes a file on, part by part: its size and its digest.
async fn pass_on(download: &mut Download, writer: &mut Writer) -> Result<(u64, ContentDigest), Failure> {
    let (mut size, mut digest) = (0, Sha256::new());
    while let Some(chunk) = download.next().await? {
        size += chunk.len() as u64;
        if size > MAX_BYTES {
            return Err(too_large());
        }
        digest.update(&chunk);
        writer.write(&chunk).await?;
    }
    Ok((size, ContentDigest::from_bytes(digest.finalize().into())))
}

fn awaited(message: &Message) -> Option<&AwaitedFile> {
    match &message.content {
        Content::Received { attachment: Some(Attachment::Awaited(file)), .. } => Some(file),
        _ => None,
    }
}

/// The content of a message with another state of its attachment.
fn with(message: &Message, changed: Attachment) -> Content {
    let mut content = message.content.clone();
    if let Content::Received { attachment, .. } = &mut content {
        *attachment = Some(changed);
    }
    content
}

/// Clients read this: what failed here is for the log only.
fn too_late(error: &MediaJobError) -> String {
    match error {
        MediaJobError::Graph(_) | MediaJobError::Damaged => format!("Meta keeps files for 7 days: {error}"),
        MediaJobError::Store(_) | MediaJobError::Bucket(_) | MediaJobError::Vault(_) => {
            "Meta keeps files for 7 days, and this one could not be stored in that time".to_owned()
        }
    }
}

fn too_large() -> Failure {
    Failure::Lost(format!("The file is larger than {MAX_BYTES} bytes"))
}

/// What Meta refuses for good is lost. Trouble with a token passes once there is another.
fn of_graph(error: GraphError) -> Failure {
    match error.refusal() {
        Some(refusal) if refusal.disposition() == Disposition::Permanent => {
            Failure::Lost(refusal.explanation())
        }
        _ => Failure::Passing(error.into()),
    }
}
