//! Office documents: OLE compound files (Word 97 and its kin) and ZIP archives (Office Open XML).

use super::{Found, Probe};

const OLE: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
const ZIP: &[u8] = b"PK\x03\x04";
/// Bytes of the directory of a compound file that are looked at: 32 entries.
const DIRECTORY_BYTES: u64 = 4_096;
/// Bytes of an archive's end that are looked at: its list of files.
const LIST_BYTES: u64 = 256 * 1024;

/// A container, whose content tells what the file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    /// An OLE compound file, to be read at its directory (MS-CFB, section 2.6).
    Ole,
    /// A ZIP archive, to be read at its end (APPNOTE, section 4.3.12).
    Zip,
}

/// Where to look in the file that begins with `head`, if that is a container.
pub(super) fn look(head: &[u8], size: u64) -> Option<Probe> {
    if head.starts_with(OLE) {
        let word = |at: usize| head.get(at..at + 2).map(|bytes| u16::from_le_bytes([bytes[0], bytes[1]]));
        let sector = head.get(48..52).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]));
        // Sectors have 512 or 4,096 bytes, and the header is in the place of the one before the first.
        let shift = word(30).filter(|shift| matches!(shift, 9 | 12));
        let offset = sector.zip(shift).map(|(sector, shift)| (u64::from(sector) + 1) << shift);
        return Some(match offset.filter(|offset| *offset < size) {
            Some(offset) => Probe::Look { offset, length: DIRECTORY_BYTES, container: Container::Ole },
            None => Probe::Known(Found::other("application/x-ole-storage")),
        });
    }
    if head.starts_with(ZIP) {
        let offset = size.saturating_sub(LIST_BYTES);
        return Some(Probe::Look { offset, length: LIST_BYTES, container: Container::Zip });
    }
    None
}

impl Container {
    /// What the file is, from the bytes that [`Probe::Look`] asked for.
    pub fn resolve(self, bytes: &[u8]) -> Found {
        match self {
            Self::Ole => compound_file(bytes),
            Self::Zip => archive(bytes),
        }
    }
}

fn compound_file(directory: &[u8]) -> Found {
    let names: Vec<String> = directory.chunks_exact(128).filter_map(entry_name).collect();
    let has = |wanted: &str| names.iter().any(|name| name == wanted);
    if has("WordDocument") {
        Found::named("application/msword")
    } else if has("Workbook") || has("Book") {
        Found::named("application/vnd.ms-excel")
    } else if has("PowerPoint Document") {
        Found::named("application/vnd.ms-powerpoint")
    } else if has("EncryptedPackage") {
        Found::other("application/x-encrypted-office")
    } else {
        Found::other("application/x-ole-storage")
    }
}

/// The name of an entry of 128 bytes: UTF-16, its length in bytes with the final zero at 64.
fn entry_name(entry: &[u8]) -> Option<String> {
    let length = usize::from(u16::from_le_bytes([entry[64], entry[65]]));
    let name = entry.get(..length.checked_sub(2)?).filter(|name| name.len() <= 62)?;
    let units: Vec<u16> = name.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    String::from_utf16(&units).ok()
}

fn archive(end: &[u8]) -> Found {
    let names = listed_names(end);
    let within = |folder: &str| names.iter().any(|name| name.starts_with(folder.as_bytes()));
    let office = names.iter().any(|name| *name == b"[Content_Types].xml");
    if names.iter().any(|name| name.ends_with(b"vbaProject.bin")) {
        return Found::other("application/vnd.ms-office.macroenabled");
    }
    let kind = match () {
        () if !office => return Found::other("application/zip"),
        () if within("word/") => "wordprocessingml.document",
        () if within("xl/") => "spreadsheetml.sheet",
        () if within("ppt/") => "presentationml.presentation",
        () => return Found::other("application/zip"),
    };
    Found::named(&format!("application/vnd.openxmlformats-officedocument.{kind}"))
}

/// The names in the list of files at an archive's end.
fn listed_names(end: &[u8]) -> Vec<&[u8]> {
    const ENTRY: &[u8] = b"PK\x01\x02";
    let starts = end.windows(ENTRY.len()).enumerate().filter(|(_, window)| *window == ENTRY);
    let name = |at: usize| {
        let length = end.get(at + 28..at + 30).map(|b| usize::from(u16::from_le_bytes([b[0], b[1]])))?;
        end.get(at + 46..at + 46 + length)
    };
    starts.filter_map(|(at, _)| name(at)).collect()
}
