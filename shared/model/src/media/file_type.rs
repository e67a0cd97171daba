//! The types of files that WhatsApp takes.

use super::{FileName, MediaKind};
use crate::field::{Reason, Refusal};

/// A type of file that WhatsApp takes (Meta, Cloud API supported media types).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileType {
    /// The content type.
    pub mime: &'static str,
    /// What it can be sent as.
    pub kind: MediaKind,
    /// What names of such files end in; the first is the usual one.
    extensions: &'static [&'static str],
}

/// The content types that WhatsApp takes, as told to clients.
pub const ALLOWED: &str = "image/jpeg, image/png, video/mp4, video/3gpp, audio/aac, audio/amr, audio/mpeg, \
    audio/mp4, audio/ogg (Opus), application/pdf, text/plain, and documents of Word, Excel and PowerPoint";

const TAKEN: [FileType; 17] = [
    taken("image/jpeg", MediaKind::Image, &["jpg", "jpeg", "jpe", "jfif"]),
    taken("image/png", MediaKind::Image, &["png"]),
    // Files of these three names share one container.
    taken("video/mp4", MediaKind::Video, &["mp4", "m4v", "mov"]),
    taken("video/3gpp", MediaKind::Video, &["3gp", "3gpp"]),
    taken("audio/aac", MediaKind::Audio, &["aac"]),
    taken("audio/amr", MediaKind::Audio, &["amr"]),
    taken("audio/mpeg", MediaKind::Audio, &["mp3", "mpga"]),
    taken("audio/mp4", MediaKind::Audio, &["m4a", "mp4", "m4b"]),
    taken("audio/ogg", MediaKind::Audio, &["ogg", "oga", "opus"]),
    taken("application/pdf", MediaKind::Document, &["pdf"]),
    taken("text/plain", MediaKind::Document, &["txt"]),
    taken("application/msword", MediaKind::Document, &["doc", "dot"]),
    taken("application/vnd.ms-excel", MediaKind::Document, &["xls", "xlt"]),
    taken("application/vnd.ms-powerpoint", MediaKind::Document, &["ppt", "pps", "pot"]),
    taken(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        MediaKind::Document,
        &["docx", "dotx"],
    ),
    taken(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        MediaKind::Document,
        &["xlsx", "xltx"],
    ),
    taken(
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        MediaKind::Document,
        &["pptx", "ppsx", "potx"],
    ),
];

/// Extensions that say of a file that it is of a type that WhatsApp does not take, beside those that the crate
/// which looks at the bytes knows.
const FOREIGN: [&str; 12] =
    ["svg", "svgz", "htm", "xhtml", "xml", "js", "tiff", "heic", "docm", "xlsm", "pptm", "3g2"];

const fn taken(mime: &'static str, kind: MediaKind, extensions: &'static [&'static str]) -> FileType {
    FileType { mime, kind, extensions }
}

impl FileType {
    /// The type called `mime`; `None` where WhatsApp does not take it.
    pub fn of_mime(mime: &str) -> Option<Self> {
        let essence = mime.split(';').next().unwrap_or_default().trim();
        TAKEN.into_iter().find(|file_type| file_type.mime.eq_ignore_ascii_case(essence))
    }

    /// What names of such files usually end in, without the dot.
    pub fn extension(self) -> &'static str {
        self.extensions.first().copied().unwrap_or_default()
    }

    /// Checks that a name does not say that the file is of another type: whoever receives it would open it wrongly.
    pub fn check_name(self, name: &FileName) -> Result<(), Refusal> {
        let Some(extension) = name.extension() else { return Ok(()) };
        if self.extensions.contains(&extension.as_str()) || !is_of_some_type(&extension) {
            return Ok(());
        }
        let message = format!("The file is of type {}, but its name ends in .{extension}", self.mime);
        Err(Refusal::new(Reason::BadValue, message))
    }
}

/// Whether files of this extension are known to be of one type, so that another content contradicts it.
fn is_of_some_type(extension: &str) -> bool {
    TAKEN.iter().any(|file_type| file_type.extensions.contains(&extension))
        || FOREIGN.contains(&extension)
        || infer::is_supported(extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(mime: &str, name: &str) -> Result<(), String> {
        let name = name.parse().unwrap();
        FileType::of_mime(mime).unwrap().check_name(&name).map_err(|refusal| refusal.message)
    }

    #[test]
    fn a_name_may_end_in_what_fits_or_means_nothing() {
        for (mime, name) in [
            ("image/jpeg", "photo.JPEG"),
            ("image/png", "without-extension"),
            ("image/png", "photo.2026"),
            ("video/mp4", "film.MOV"),
            ("audio/ogg; codecs=opus", "voice.opus"),
            ("text/plain", "list.csv"),
            ("text/plain", "notes.v2.md"),
        ] {
            assert_eq!(check(mime, name), Ok(()), "{mime} {name}");
        }
    }

    #[test]
    fn a_name_that_tells_of_another_type_is_refused() {
        for (mime, name) in [
            ("image/png", "film.mp4"),
            ("application/pdf", "invoice.exe"),
            ("text/plain", "page.html"),
            ("text/plain", "picture.svg"),
            ("image/jpeg", "photo.png"),
        ] {
            assert!(check(mime, name).is_err(), "{mime} {name}");
        }
        let told = "The file is of type image/png, but its name ends in .mp4".to_owned();
        assert_eq!(check("image/png", "film.mp4"), Err(told));
    }

    #[test]
    fn types_that_whatsapp_does_not_take_are_none() {
        for mime in ["image/gif", "image/bmp", "video/quicktime", "image/webp", "image/svg+xml", ""] {
            assert_eq!(FileType::of_mime(mime), None, "{mime}");
        }
    }
}
