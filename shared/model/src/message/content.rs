//! What messages say.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Attachment;
use crate::Id;
use crate::media::MediaKind;

/// What a message says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Content {
    /// A text to a customer.
    Text {
        /// 1 to 4,096 characters.
        text: String,
    },
    /// A template with its parameters filled in.
    Template(SentTemplate),
    /// A media file of ours.
    Media {
        /// What sort of message it is.
        kind: MediaKind,
        /// Our id of the file.
        media_id: Id,
        /// What is written under it: up to 1,024 characters, nothing under a sound.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        caption: Option<String>,
        /// What a document is called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        file_name: Option<String>,
    },
    /// Whatever a customer wrote, of a type that Meta may add to at any time.
    Received {
        /// Meta's name of the type.
        kind: String,
        /// The text or caption, where there is one.
        text: Option<String>,
        /// The file that comes with it, where there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        attachment: Option<Attachment>,
        /// The message as Meta sent it. It is stored as text: a store limits the depth and the numbers of what it
        /// takes apart.
        #[serde(with = "json_text")]
        raw: Value,
    },
}

/// A template as it was filled in for one message. It is sent as it is here, whatever becomes of the template.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SentTemplate {
    /// Our id of the template.
    pub template_id: Id,
    /// Its name.
    pub name: String,
    /// Its language, such as `en_US`.
    pub language: String,
    /// Its category in Meta's spelling, such as `MARKETING`.
    pub category: String,
    /// The array `template.components` of Graph (Meta, template messages).
    #[serde(with = "json_text")]
    pub components: Value,
    /// Media of ours in the components: before the message is sent, Meta's ids take their place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub media: Vec<MediaReference>,
    /// The text as the recipient reads it, for timelines.
    pub preview: String,
}

/// A place in JSON for Meta's id of a media file of ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaReference {
    /// Where the id goes: a JSON pointer (RFC 6901) such as `/0/parameters/0/image/id`.
    pub at: String,
    /// Our id of the file.
    pub media_id: Id,
}

impl Content {
    /// Meta's name of the type.
    pub fn kind(&self) -> &str {
        match self {
            Self::Text { .. } => "text",
            Self::Template(_) => "template",
            Self::Media { kind, .. } => kind.into(),
            Self::Received { kind, .. } => kind,
        }
    }

    /// What can be read in it.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text { text } => Some(text),
            Self::Template(template) => Some(&template.preview),
            Self::Media { caption, .. } => caption.as_deref(),
            Self::Received { text, .. } => text.as_deref(),
        }
    }
}

impl Content {
    /// The name of the template that it is.
    pub fn template_name(&self) -> Option<&str> {
        match self {
            Self::Template(template) => Some(&template.name),
            Self::Text { .. } | Self::Media { .. } | Self::Received { .. } => None,
        }
    }

    /// Our id of the media file in it.
    pub fn media_id(&self) -> Option<Id> {
        match self {
            Self::Template(template) => template.media.first().map(|media| media.media_id),
            Self::Media { media_id, .. }
            | Self::Received { attachment: Some(Attachment::Stored { media_id }), .. } => Some(*media_id),
            Self::Text { .. } | Self::Received { .. } => None,
        }
    }

    /// Why the file that came with a customer's message is not here and never will be, if that is so.
    pub fn lost_media(&self) -> Option<&str> {
        match self {
            Self::Received { attachment: Some(Attachment::Lost { reason }), .. } => Some(reason),
            _ => None,
        }
    }
}

/// JSON as text.
mod json_text {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};
    use serde_json::Value;

    pub(super) fn serialize<S: Serializer>(value: &Value, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
        let text = String::deserialize(deserializer)?;
        serde_json::from_str(&text).map_err(D::Error::custom)
    }
}
