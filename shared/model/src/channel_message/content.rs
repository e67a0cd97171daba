//! What a team's message is made of.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use strum::{Display, EnumString, VariantArray};

use crate::Id;
use crate::field::{Reason, Refusal, check_length};

/// Most characters of a message.
pub const CONTENT_MAX_LENGTH: usize = 10_000;
/// Most files of a message.
pub const MAX_ATTACHMENTS: usize = 20;
/// Most characters of a file's name or type.
pub const ATTACHMENT_TEXT_MAX_LENGTH: usize = 255;
/// Most actions of a message.
pub const MAX_ACTIONS: usize = 5;
/// Most characters of an action's own id, label or value.
pub const ACTION_TEXT_MAX_LENGTH: usize = 200;
/// Most characters of an address on the web.
pub const URL_MAX_LENGTH: usize = 2_048;
/// Most bytes of metadata as JSON.
pub const METADATA_MAX_BYTES: usize = 16 * 1024;
/// Most levels of objects and arrays in metadata.
pub const METADATA_MAX_DEPTH: usize = 16;

/// A file that a message points to; it stays where it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Where it is.
    pub url: String,
    /// Its bytes, as its sender counts them.
    pub size: u64,
}

/// Something that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// Our id of it.
    pub id: Id,
    /// Its id within the message, as its sender calls it.
    pub action_id: String,
    /// What the button says.
    pub label: String,
    /// How the button looks.
    pub style: ActionStyle,
    /// What it stands for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// How a button looks.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    VariantArray,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum ActionStyle {
    /// As any other.
    #[default]
    Default,
    /// As the one that is expected.
    Primary,
    /// As one to think twice about.
    Danger,
}

/// What a message says.
pub fn content(text: &str) -> Result<String, Refusal> {
    check_length(text, 1, CONTENT_MAX_LENGTH)?;
    if text.trim().is_empty() {
        return Err(Refusal::new(Reason::TooShort, "String should not be blank"));
    }
    Ok(text.to_owned())
}

/// Metadata of a message or an answer: an object within the bounds of size and depth.
pub fn metadata(value: Value) -> Result<Value, Refusal> {
    if !value.is_object() {
        return Err(Refusal::new(Reason::WrongType, "Input should be an object"));
    }
    if crate::workspace::depth(&value) > METADATA_MAX_DEPTH {
        let message = format!("should be at most {METADATA_MAX_DEPTH} levels deep");
        return Err(Refusal::new(Reason::TooLong, message));
    }
    if value.to_string().len() > METADATA_MAX_BYTES {
        let message = format!("should have at most {METADATA_MAX_BYTES} bytes");
        return Err(Refusal::new(Reason::TooLong, message));
    }
    Ok(value)
}

/// An address on the web, by its form: `http` or `https`, a host, no credentials. Where it leads is looked at when
/// it is called.
pub fn web_address(text: &str) -> Result<String, Refusal> {
    let refused = || Refusal::new(Reason::BadValue, "Input should be a valid URL");
    check_length(text, 1, URL_MAX_LENGTH)?;
    let (scheme, rest) = text.split_once("://").ok_or_else(refused)?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    let known = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    let plain = !text.chars().any(|letter| letter.is_whitespace() || letter.is_control() || letter == '\\');
    if known && plain && !host.is_empty() && !authority.contains('@') {
        Ok(text.to_owned())
    } else {
        Err(refused())
    }
}

/// A media type, such as `application/pdf`.
pub fn media_type(text: &str) -> Result<String, Refusal> {
    check_length(text, 1, ATTACHMENT_TEXT_MAX_LENGTH)?;
    let parts = text.split_once('/').filter(|(kind, rest)| !kind.is_empty() && !rest.is_empty());
    if parts.is_some() && text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
        Ok(text.to_owned())
    } else {
        Err(Refusal::new(Reason::BadValue, "Input should be a media type such as application/pdf"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn content_has_1_to_10000_characters() {
        assert!(content("🚀").is_ok() && content(&"é".repeat(10_000)).is_ok());
        assert!(content("").is_err() && content(" \n").is_err() && content(&"é".repeat(10_001)).is_err());
    }

    #[test]
    fn an_address_is_of_the_web_and_has_a_host_and_no_credentials() {
        for text in ["https://example.com/a?b=c#d", "http://localhost:3000", "HTTPS://[::1]:80/"] {
            assert!(web_address(text).is_ok(), "{text}");
        }
        for text in [
            "",
            "example.com",
            "ftp://example.com",
            "https://",
            "https:///path",
            "https://:443/",
            "https://user:pass@example.com/",
            "https://example.com/a b",
            "https://example.com\\@evil.example",
            "javascript:alert(1)",
        ] {
            assert!(web_address(text).is_err(), "{text}");
        }
        assert!(web_address(&format!("https://example.com/{}", "x".repeat(2_048))).is_err());
    }

    #[test]
    fn metadata_is_a_bounded_object() {
        let deep = (0..20).fold(json!({}), |inner, _| json!({"inner": inner}));
        assert!(metadata(json!({})).is_ok() && metadata(json!({"tags": ["a"]})).is_ok());
        assert!(metadata(json!([])).is_err() && metadata(json!("x")).is_err() && metadata(deep).is_err());
        assert!(metadata(json!({"text": "x".repeat(METADATA_MAX_BYTES)})).is_err());
    }

    #[test]
    fn a_media_type_has_two_parts() {
        assert!(media_type("text/plain; charset=utf-8").is_ok());
        for text in ["", "pdf", "/pdf", "text/", "text/pläin"] {
            assert!(media_type(text).is_err(), "{text}");
        }
    }
}
