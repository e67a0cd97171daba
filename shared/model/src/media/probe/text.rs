//! Plain text, and what only looks like it.

use super::{Found, HEAD_BYTES};

/// What `head` is, if it is text: UTF-8, or UTF-16 with a byte order mark.
pub(super) fn plain(head: &[u8], size: u64) -> Option<Found> {
    let text = match head {
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest, size)?,
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes)?,
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes)?,
        _ => utf8(head, size)?,
    };
    if text.is_empty() || text.chars().any(is_binary) {
        return None;
    }
    Some(markup(&text).unwrap_or_else(|| Found::named("text/plain")))
}

/// A character may be cut in two at the end of the head, if more follows.
fn utf8(bytes: &[u8], size: u64) -> Option<String> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text.to_owned()),
        Err(error) if error.error_len().is_none() && size > HEAD_BYTES as u64 => {
            Some(String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into_owned())
        }
        Err(_) => None,
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let mut units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
    // Half of a pair at the end of the head.
    if units.last().is_some_and(|last| (0xd800..0xdc00).contains(last)) {
        units.pop();
    }
    String::from_utf16(&units).ok()
}

fn is_binary(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}' | '\u{1b}' | '\u{85}')
}

/// Markup is not plain text: what opens it may run scripts in it.
fn markup(text: &str) -> Option<Found> {
    let start = text.trim_start();
    let tag = start.strip_prefix('<')?;
    if !tag.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!' || c == '?') {
        return None;
    }
    let lower = start.to_ascii_lowercase();
    Some(Found::other(if lower.contains("<svg") {
        "image/svg+xml"
    } else if lower.starts_with("<?xml") {
        "text/xml"
    } else {
        "text/html"
    }))
}
