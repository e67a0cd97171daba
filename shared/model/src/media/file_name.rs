//! What a file may be called.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::field::{Reason, Refusal, check_length};

/// Most characters of a file's name.
pub const FILE_NAME_MAX_LENGTH: usize = 240;

/// The name of a file, without a path: 1 to 240 characters, none of which controls anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FileName(String);

impl FileName {
    /// What is left of a name that somebody else chose: without path and what controls anything, and cut if it is long.
    pub fn from_received(text: &str) -> Option<Self> {
        let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
        let name: String = last.chars().filter(|c| !controls(*c)).take(FILE_NAME_MAX_LENGTH).collect();
        name.parse().ok()
    }

    /// The name of a file of which only the kind is known; `extension` is plain.
    pub fn of_kind(kind: super::MediaKind, extension: &str) -> Self {
        Self(format!("{kind}.{extension}"))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands behind the last dot, in lower case.
    pub fn extension(&self) -> Option<String> {
        let (stem, extension) = self.0.rsplit_once('.')?;
        (!stem.is_empty() && !extension.is_empty()).then(|| extension.to_lowercase())
    }
}

impl FromStr for FileName {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let name = text.trim();
        check_length(name, 1, FILE_NAME_MAX_LENGTH)?;
        if name.contains(['/', '\\']) || name == "." || name == ".." {
            return Err(Refusal::new(Reason::BadValue, "File name should not contain a path"));
        }
        if name.chars().any(controls) {
            return Err(Refusal::new(Reason::BadValue, "File name should not contain control characters"));
        }
        Ok(Self(name.to_owned()))
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Control characters, and those that turn the direction of text: `gpj.exe` could look like `exe.jpg`.
fn controls(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_every_language_are_fine() {
        for name in ["photo.jpg", "Rechnung März.pdf", "写真.png", "..jpg", "a b", &"é".repeat(240)] {
            assert_eq!(name.parse::<FileName>().map(|name| name.0), Ok(name.to_owned()));
        }
        assert_eq!(" photo.jpg ".parse::<FileName>().unwrap().as_str(), "photo.jpg");
    }

    #[test]
    fn paths_controls_and_lengths_are_refused() {
        let long = "a".repeat(241);
        for name in [
            "",
            "  ",
            ".",
            "..",
            "../../etc/passwd",
            "/etc/passwd",
            "C:\\photo.jpg",
            "a/b.png",
            "a\0.png",
            "a\r\nX: 1.png",
            "photo\u{202e}gpj.exe",
            &long,
        ] {
            assert!(name.parse::<FileName>().is_err(), "{name:?}");
        }
    }

    #[test]
    fn the_extension_is_what_stands_behind_the_last_dot() {
        let extension = |name: &str| name.parse::<FileName>().unwrap().extension();
        assert_eq!(extension("a.tar.GZ").as_deref(), Some("gz"));
        for name in [".hidden", "plain", "dot."] {
            assert_eq!(extension(name), None, "{name}");
        }
    }
}
