//! The file that comes with a customer's message.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Id;
use crate::media::{FileName, FileType, MediaKind};
use crate::phone_number::MetaId;

/// The file that comes with a customer's message. Meta keeps it for 7 days (Meta, messages webhooks); it is fetched at
/// once and kept as media of the workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Attachment {
    /// It is to be fetched from Meta.
    Awaited(AwaitedFile),
    /// It is media of the workspace.
    Stored {
        /// Our id of it.
        media_id: Id,
    },
    /// It could not be fetched and never will be.
    Lost {
        /// Why.
        reason: String,
    },
}

/// A file at Meta.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwaitedFile {
    /// Meta's id of it.
    pub meta_id: MetaId,
    /// What sort of media it is.
    pub kind: MediaKind,
    /// Its content type, as Meta names it; without parameters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// What the customer calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
}

/// Most characters of a content type that is kept.
const MIME_TYPE_MAX_LENGTH: usize = 100;

impl Attachment {
    /// The file of a message of type `kind` that is `raw` as Meta sent it; `None` where there is none.
    pub fn announced_in(kind: &str, raw: &Value) -> Option<Self> {
        let media = &raw[kind];
        let text = |name: &str| media[name].as_str().filter(|text| !text.is_empty());
        let kind = match kind {
            "image" | "sticker" => MediaKind::Image,
            "video" => MediaKind::Video,
            "audio" | "voice" => MediaKind::Audio,
            "document" => MediaKind::Document,
            _ => return None,
        };
        Some(Self::Awaited(AwaitedFile {
            meta_id: text("id")?.parse().ok()?,
            kind,
            mime_type: text("mime_type").and_then(essence),
            file_name: text("filename").map(|name| name.chars().take(1_024).collect()),
        }))
    }
}

impl AwaitedFile {
    /// What the file is called here: what the customer calls it, as far as that is a name, or what its type suggests.
    pub fn name(&self, mime_type: &str) -> FileName {
        let given = self.file_name.as_deref().and_then(FileName::from_received);
        given.unwrap_or_else(|| {
            let extension = FileType::of_mime(mime_type).map(FileType::extension);
            let extension = extension.or_else(|| Some(mime_type.split_once('/')?.1)).unwrap_or("bin");
            FileName::of_kind(self.kind, extension)
        })
    }
}

/// A content type without parameters, if it is well formed (RFC 6838, section 4.2).
pub fn essence(text: &str) -> Option<String> {
    let essence = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let (kind, subtype) = essence.split_once('/')?;
    let plain = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    (essence.len() <= MIME_TYPE_MAX_LENGTH && plain(kind) && plain(subtype)).then_some(essence)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn awaited(kind: &str, raw: &Value) -> Option<AwaitedFile> {
        match Attachment::announced_in(kind, raw)? {
            Attachment::Awaited(file) => Some(file),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn files_of_all_sorts_are_found_and_what_has_none_is_left_alone() {
        for (kind, expected) in [
            ("image", MediaKind::Image),
            ("sticker", MediaKind::Image),
            ("video", MediaKind::Video),
            ("audio", MediaKind::Audio),
            ("voice", MediaKind::Audio),
            ("document", MediaKind::Document),
        ] {
            let file =
                awaited(kind, &json!({kind: {"id": "123", "mime_type": "audio/ogg; codecs=opus"}})).unwrap();
            assert_eq!((file.kind, file.mime_type.as_deref()), (expected, Some("audio/ogg")), "{kind}");
        }
        for (kind, raw) in [
            ("text", json!({"text": {"body": "x", "id": "1"}})),
            ("image", json!({"image": {}})),
            ("image", json!({"image": {"id": "../me"}})),
            ("image", json!({})),
            ("unsupported", json!({"errors": []})),
        ] {
            assert_eq!(awaited(kind, &raw), None, "{kind} {raw}");
        }
    }

    #[test]
    fn a_file_is_called_what_the_customer_calls_it_or_what_it_is() {
        let name = |given: Option<&str>, mime_type| {
            let mut file = awaited("document", &json!({"document": {"id": "1"}})).unwrap();
            file.file_name = given.map(str::to_owned);
            file.name(mime_type).to_string()
        };
        assert_eq!(name(Some("invoice.pdf"), "application/pdf"), "invoice.pdf");
        assert_eq!(name(Some("../../etc/pass\u{202e}wd"), "application/pdf"), "passwd");
        assert_eq!(name(Some("/"), "application/pdf"), "document.pdf");
        assert_eq!(name(None, "image/webp"), "document.webp");
        assert_eq!(name(None, ""), "document.bin");
    }
}
