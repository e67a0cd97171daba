//! What a file is, from its bytes.
//!
//! The head tells most types. What is packed in a container, as office documents are, is told by another place of the
//! file: [`probe`] then names the range to look at, and [`Container::resolve`] reads it. So nobody needs the whole
//! file.

mod container;
mod text;

use super::FileType;

pub use container::Container;

/// Bytes of the head that are looked at; of a shorter file all.
pub const HEAD_BYTES: usize = 64 * 1024;

/// What the bytes say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A type that WhatsApp takes.
    Taken(FileType),
    /// Another type, by its name.
    Other(String),
}

/// What the head of a file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Probe {
    /// What the file is.
    Known(Found),
    /// It is a container: what is in it stands in these bytes.
    Look {
        /// The first byte to look at.
        offset: u64,
        /// How many; the file may have fewer.
        length: u64,
        /// What to make of them.
        container: Container,
    },
}

/// What a file is whose first [`HEAD_BYTES`] are `head` and that has `size` bytes in all.
pub fn probe(head: &[u8], size: u64) -> Probe {
    if let Some(look) = container::look(head, size) {
        return look;
    }
    let found = movie(head).or_else(|| by_magic(head)).or_else(|| text::plain(head, size));
    Probe::Known(found.unwrap_or_else(|| Found::other("application/octet-stream")))
}

/// What a file is that lies in memory.
pub fn probe_whole(content: &[u8]) -> Found {
    let head = &content[..content.len().min(HEAD_BYTES)];
    match probe(head, content.len() as u64) {
        Probe::Known(found) => found,
        Probe::Look { offset, length, container } => {
            let from = usize::try_from(offset).unwrap_or(usize::MAX).min(content.len());
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            container.resolve(&content[from..from.saturating_add(length).min(content.len())])
        }
    }
}

impl Found {
    fn other(mime: &str) -> Self {
        Self::Other(mime.to_owned())
    }

    /// The type called `mime`, whether WhatsApp takes it or not.
    fn named(mime: &str) -> Self {
        FileType::of_mime(mime).map_or_else(|| Self::other(mime), Self::Taken)
    }
}

/// Films and sounds in the container of ISO 14496-12, by the brand that its first box names.
fn movie(head: &[u8]) -> Option<Found> {
    let brand = head.get(8..12).filter(|_| &head[4..8] == b"ftyp")?;
    Some(match brand {
        b"qt  " => Found::other("video/quicktime"),
        [b'3', b'g', b'2', _] => Found::other("video/3gpp2"),
        [b'3', b'g', _, _] => Found::named("video/3gpp"),
        b"M4A " | b"M4B " => Found::named("audio/mp4"),
        b"heic" | b"heix" | b"mif1" | b"msf1" | b"hevc" => Found::other("image/heif"),
        b"avif" | b"avis" => Found::other("image/avif"),
        _ => Found::named("video/mp4"),
    })
}

fn by_magic(head: &[u8]) -> Option<Found> {
    let mime = match infer::get(head).map(|found| found.mime_type()) {
        Some("audio/m4a") => "audio/mp4",
        Some("audio/opus") => "audio/ogg",
        // Meta takes only Opus in Ogg.
        Some("audio/ogg") => return Some(Found::other("audio/ogg without Opus")),
        Some(mime) => mime,
        None if is_mp3_frame(head) => "audio/mpeg",
        None => return None,
    };
    Some(Found::named(mime))
}

/// The header of an MPEG audio frame of layer III, with a bit rate and a sampling rate that exist (ISO 11172-3,
/// section 2.4.1.3).
fn is_mp3_frame(head: &[u8]) -> bool {
    let [0xff, second, third, _, ..] = head else { return false };
    let (rate, sampling) = (third >> 4, (third >> 2) & 3);
    second & 0xe6 == 0xe2 && !matches!(rate, 0 | 15) && sampling != 3
}

#[cfg(test)]
mod tests;
