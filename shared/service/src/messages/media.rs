//! Queueing media files that are stored here.

use switchboard_model::access::{Permit, SendMessages};
use switchboard_model::field::{FieldError, Reason};
use switchboard_model::media::{Media, MediaKind};
use switchboard_model::message::{Content, Message};
use switchboard_model::{DomainError, Id};

use super::Messages;
use super::sends::Recipient;

/// A media file to send.
#[derive(Clone, Debug)]
pub struct SendMedia {
    /// From where to whom.
    pub recipient: Recipient,
    /// What sort of message it is sent as: that of the file.
    pub kind: MediaKind,
    /// The file.
    pub media_id: Id,
    /// What is written under it: 1 to 1,024 characters, nothing under a sound.
    pub caption: Option<String>,
}

impl Messages {
    /// Queues a media file of the workspace.
    pub async fn send_media(
        &self,
        permit: &Permit<SendMessages>,
        send: SendMedia,
    ) -> Result<Message, DomainError> {
        let SendMedia { recipient, kind, media_id, caption } = send;
        let (entry, media) = futures::try_join!(self.enter_to_send(permit, &recipient), async {
            Ok(self.resources.store.media(media_id).await?)
        })?;
        self.check_window(&entry)?;
        let media = media.filter(|media| media.workspace_id == entry.workspace.id);
        let Some(media) = media.filter(|media| media.deleted_at.is_none()) else {
            return Err(self.not_there(recipient.workspace_id, media_id).await?);
        };
        check(&media, kind)?;
        let file_name = (kind == MediaKind::Document).then_some(media.file_name);
        let content = Content::Media { kind, media_id, caption, file_name };
        self.queue(entry, recipient, content).await
    }

    /// What is said of a file that can't be sent since it is not there, or not yet.
    async fn not_there(&self, workspace_id: Id, media_id: Id) -> Result<DomainError, DomainError> {
        let upload = self.resources.store.upload(media_id, self.resources.now()).await?;
        let announced = upload.is_some_and(|upload| upload.workspace_id == workspace_id);
        Ok(if announced { DomainError::MediaIncomplete } else { DomainError::MediaNotFound })
    }
}

fn check(media: &Media, kind: MediaKind) -> Result<(), DomainError> {
    if media.kind != kind {
        let message = format!("The file is of the type '{}'", media.kind);
        return Err(DomainError::field(FieldError::body("media_type", Reason::BadValue, message)));
    }
    media.sendable().map_err(|error| {
        DomainError::field(FieldError::body("media_id", Reason::BadValue, error.to_string()))
    })
}
