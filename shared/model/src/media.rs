//! Media files: what may be stored and what WhatsApp takes.
//!
//! The type of a file is what its bytes say. A type that WhatsApp does not take is refused at upload. The sizes that
//! may be stored are larger than those that WhatsApp takes (Meta, Cloud API supported media types): a file between
//! the two is stored and can be downloaded, but not sent, and says so.

mod digest;
mod file_name;
mod file_type;
pub mod probe;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, VariantArray};

use crate::Id;

pub use digest::ContentDigest;
pub use file_name::{FILE_NAME_MAX_LENGTH, FileName};
pub use file_type::{ALLOWED, FileType};

/// Most bytes of a file that goes through the API in one request.
pub const DIRECT_MAX_BYTES: u64 = 4 * MEBIBYTE;
/// Shortest and longest time that a download address may work, in minutes.
pub const ADDRESS_MINUTES: std::ops::RangeInclusive<u32> = 5..=1_440;

const MEBIBYTE: u64 = 1024 * 1024;

/// What sort of message a file can be sent as.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    VariantArray,
    strum::IntoStaticStr,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum MediaKind {
    /// A picture.
    Image,
    /// A film.
    Video,
    /// A sound.
    Audio,
    /// A document.
    Document,
}

impl MediaKind {
    /// Most bytes of a stored file: 16 MB of images and audio, 100 MB of videos and documents.
    pub const fn max_bytes(self) -> u64 {
        match self {
            Self::Image | Self::Audio => 16 * MEBIBYTE,
            Self::Video | Self::Document => 100 * MEBIBYTE,
        }
    }

    /// Most bytes of a file that WhatsApp takes (Meta, Cloud API supported media types).
    pub const fn sendable_bytes(self) -> u64 {
        match self {
            Self::Image => 5 * MEBIBYTE,
            Self::Audio | Self::Video => 16 * MEBIBYTE,
            Self::Document => 100 * MEBIBYTE,
        }
    }
}

/// A stored file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// Our id.
    pub id: Id,
    /// Whose it is.
    pub workspace_id: Id,
    /// What sort of message it can be sent as, or was received in.
    pub kind: MediaKind,
    /// What it is called.
    pub file_name: String,
    /// Bytes.
    pub file_size: u64,
    /// Its content type, without parameters.
    pub mime_type: String,
    /// SHA-256 of the content.
    pub sha256: ContentDigest,
    /// Who uploaded it, where a person did.
    pub uploaded_by: Option<Id>,
    /// The message of a customer that it came with.
    pub received_in: Option<Id>,
    /// When it was stored.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When it was deleted, if it was.
    pub deleted_at: Option<Timestamp>,
}

/// Why WhatsApp would not take a stored file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSendable {
    /// It is too large.
    #[error("WhatsApp takes {kind} files of at most {max_bytes} bytes")]
    TooLarge {
        /// Its kind.
        kind: MediaKind,
        /// The most bytes that WhatsApp takes.
        max_bytes: u64,
    },
    /// A customer sent it, of a type that a business can't send.
    #[error("WhatsApp does not take {mime_type} files. Allowed are {ALLOWED}")]
    Type {
        /// Its content type.
        mime_type: String,
    },
}

impl Media {
    /// Whether WhatsApp takes it; if not, why.
    pub fn sendable(&self) -> Result<(), NotSendable> {
        let taken = FileType::of_mime(&self.mime_type).is_some_and(|file_type| file_type.kind == self.kind);
        let max_bytes = self.kind.sendable_bytes();
        if !taken {
            Err(NotSendable::Type { mime_type: self.mime_type.clone() })
        } else if self.file_size > max_bytes {
            Err(NotSendable::TooLarge { kind: self.kind, max_bytes })
        } else {
            Ok(())
        }
    }
}

/// A file that a client is going to upload to the bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// The id that the media will have.
    pub id: Id,
    /// Whose it will be.
    pub workspace_id: Id,
    /// What it will be called.
    pub file_name: FileName,
    /// Its type.
    pub file_type: FileType,
    /// Bytes.
    pub file_size: u64,
    /// SHA-256 of the content.
    pub sha256: ContentDigest,
    /// Who announced it, where a person did.
    pub uploaded_by: Option<Id>,
    /// When it was announced.
    pub created_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn media(kind: MediaKind, mime_type: &str, file_size: u64) -> Media {
        let at = Timestamp::UNIX_EPOCH;
        Media {
            id: Id::NONE,
            workspace_id: Id::NONE,
            kind,
            file_name: "file".to_owned(),
            file_size,
            mime_type: mime_type.to_owned(),
            sha256: ContentDigest::of(b""),
            uploaded_by: None,
            received_in: None,
            created_at: at,
            updated_at: at,
            deleted_at: None,
        }
    }

    #[test]
    fn what_whatsapp_takes_can_be_sent_and_what_is_larger_can_not() {
        use MediaKind as K;
        for (kind, mime_type, megabytes) in [
            (K::Image, "image/png", 5),
            (K::Video, "video/mp4", 16),
            (K::Audio, "audio/ogg", 16),
            (K::Document, "application/pdf", 100),
        ] {
            let most = megabytes * MEBIBYTE;
            assert_eq!(media(kind, mime_type, most).sendable(), Ok(()));
            let too_large = media(kind, mime_type, most + 1).sendable();
            assert_eq!(too_large, Err(NotSendable::TooLarge { kind, max_bytes: most }));
        }
    }

    #[test]
    fn what_a_customer_sent_can_be_of_a_type_that_can_not_be_sent_back() {
        let sticker = media(MediaKind::Image, "image/webp", 1).sendable();
        let archive = media(MediaKind::Document, "application/zip", 1).sendable();
        assert!(matches!(sticker, Err(NotSendable::Type { .. })));
        assert!(matches!(archive, Err(NotSendable::Type { .. })));
    }
}
