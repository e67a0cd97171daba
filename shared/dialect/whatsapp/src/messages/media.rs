//! Media messages on the wire.

use serde::{Deserialize, Serialize};
use switchboard_model::conversation::Customer;
use switchboard_model::field::{Checks, Reason, Refusal, check_length, one_of};
use switchboard_model::media::MediaKind;
use switchboard_model::message::{CAPTION_MAX_LENGTH, Message};
use switchboard_model::{DomainError, Id};
use utoipa::ToSchema;

use super::{MessageOut, Recipient, recipient};
use crate::WireId;

/// A media file to send.
#[derive(Debug, Deserialize, ToSchema)]
pub struct SendMediaIn {
    /// The workspace that sends.
    workspace_id: WireId,
    /// The number that it sends from.
    phone_number_id: WireId,
    /// The number that it sends to, in E.164; or the business-scoped user id of somebody whose number WhatsApp hides.
    #[schema(example = "+1234567890")]
    to: String,
    /// What the file is: `image`, `video`, `audio` or `document`.
    #[schema(example = "image")]
    media_type: String,
    /// The file, as uploaded before.
    media_id: WireId,
    /// What is written under it. WhatsApp takes 1,024 characters, and none under a sound.
    #[schema(example = "Check out this image!", max_length = 1024)]
    caption: Option<String>,
}

/// The checked form of [`SendMediaIn`].
#[derive(Debug)]
pub struct SendMedia {
    /// From where to whom.
    pub recipient: Recipient,
    /// What the file is.
    pub kind: MediaKind,
    /// The file.
    pub media_id: Id,
    /// What is written under it.
    pub caption: Option<String>,
}

impl TryFrom<SendMediaIn> for SendMedia {
    type Error = DomainError;

    fn try_from(wire: SendMediaIn) -> Result<Self, DomainError> {
        let mut checks = Checks::default();
        let to = checks.body("to", Customer::addressed(&wire.to));
        let kind = checks.body("media_type", one_of(&wire.media_type));
        let caption = checks.body("caption", caption(kind, wire.caption));
        let ((to, kind), caption) = checks.finish(to.zip(kind).zip(caption))?;
        let recipient = recipient(wire.workspace_id, wire.phone_number_id, to)?;
        let media_id = wire.media_id.resolve(DomainError::MediaNotFound)?;
        Ok(Self { recipient, kind, media_id, caption })
    }
}

/// What is written under a file; nothing where it is empty.
fn caption(kind: Option<MediaKind>, caption: Option<String>) -> Result<Option<String>, Refusal> {
    let Some(caption) = caption.filter(|caption| !caption.is_empty()) else { return Ok(None) };
    if kind == Some(MediaKind::Audio) {
        return Err(Refusal::new(Reason::NotAllowed, "WhatsApp takes no caption under audio"));
    }
    check_length(&caption, 1, CAPTION_MAX_LENGTH)?;
    Ok(Some(caption))
}

/// A media message.
#[derive(Debug, Serialize, ToSchema)]
pub struct MediaMessageOut {
    /// The message.
    #[serde(flatten)]
    pub message: MessageOut,
    /// The file.
    pub media_id: Option<WireId>,
    /// Whether it waits to be sent.
    #[schema(example = true)]
    pub queued: bool,
}

impl From<&Message> for MediaMessageOut {
    fn from(message: &Message) -> Self {
        let media_id = message.content.media_id().map(WireId::from);
        Self { message: MessageOut::from(message), media_id, queued: true }
    }
}
