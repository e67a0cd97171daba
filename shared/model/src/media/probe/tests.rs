//! What files of all sorts are.

use super::*;

fn found(content: &[u8]) -> String {
    match probe_whole(content) {
        Found::Taken(file_type) => file_type.mime.to_owned(),
        Found::Other(mime) => format!("refused: {mime}"),
    }
}

fn ole(entries: &[&str]) -> Vec<u8> {
    let mut file = vec![0; 1_024 + 512];
    file[..8].copy_from_slice(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
    file[30] = 9;
    file[48] = 1;
    for (at, name) in entries.iter().enumerate() {
        let entry = &mut file[1_024 + at * 128..][..128];
        let units: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        entry[..units.len()].copy_from_slice(&units);
        entry[64] = u8::try_from(units.len() + 2).unwrap();
    }
    file
}

fn zip(names: &[&str], padding: usize) -> Vec<u8> {
    let mut file = b"PK\x03\x04".to_vec();
    file.resize(64 + padding, 0);
    for name in names {
        let mut entry = vec![0; 46];
        entry[..4].copy_from_slice(b"PK\x01\x02");
        entry[28..30].copy_from_slice(&u16::try_from(name.len()).unwrap().to_le_bytes());
        file.extend(entry);
        file.extend(name.as_bytes());
    }
    file
}

fn ftyp(brand: [u8; 4]) -> Vec<u8> {
    [b"\0\0\0\x18ftyp".as_slice(), &brand, b"\0\0\x02\0isomiso2"].concat()
}

fn ogg(codec: &[u8]) -> Vec<u8> {
    let mut page = b"OggS\0\x02".to_vec();
    page.resize(28, 0);
    [page.as_slice(), codec, &[0; 16]].concat()
}

#[test]
fn what_whatsapp_takes_is_known_by_its_bytes() {
    for (content, mime) in [
        (b"\xff\xd8\xff\xe0\0\x10JFIF".to_vec(), "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), "image/png"),
        (ftyp(*b"isom"), "video/mp4"),
        (ftyp(*b"mp42"), "video/mp4"),
        (ftyp(*b"M4V "), "video/mp4"),
        (ftyp(*b"3gp5"), "video/3gpp"),
        (ftyp(*b"M4A "), "audio/mp4"),
        (b"\xff\xf1\x50\x80".to_vec(), "audio/aac"),
        (b"#!AMR\n\x3c\x91\x17\x16\xbe\x66".to_vec(), "audio/amr"),
        (b"ID3\x03\0\0\0\0\0\0".to_vec(), "audio/mpeg"),
        (b"\xff\xfa\x90\x64".to_vec(), "audio/mpeg"),
        (ogg(b"OpusHead"), "audio/ogg"),
        (b"%PDF-1.7\n".to_vec(), "application/pdf"),
        (b"Hello, \xc3\xa4!\r\n".to_vec(), "text/plain"),
        (b"\xff\xfeH\0i\0".to_vec(), "text/plain"),
        (ole(&["Root Entry", "WordDocument"]), "application/msword"),
        (ole(&["Root Entry", "Workbook"]), "application/vnd.ms-excel"),
        (ole(&["Root Entry", "PowerPoint Document"]), "application/vnd.ms-powerpoint"),
    ] {
        assert_eq!(found(&content), mime);
    }
    for (folder, kind) in [
        ("word/", "wordprocessingml.document"),
        ("xl/", "spreadsheetml.sheet"),
        ("ppt/", "presentationml.presentation"),
    ] {
        let file = zip(&["[Content_Types].xml", "_rels/.rels", &format!("{folder}x.xml")], 500_000);
        assert_eq!(found(&file), format!("application/vnd.openxmlformats-officedocument.{kind}"));
    }
}

#[test]
fn what_it_does_not_take_is_named() {
    for (content, mime) in [
        (b"GIF89a\x01\0\x01\0".to_vec(), "image/gif"),
        (b"BM\x46\0\0\0".to_vec(), "image/bmp"),
        (b"RIFF\x0c\0\0\0WEBPVP8 ".to_vec(), "image/webp"),
        (ftyp(*b"qt  "), "video/quicktime"),
        (ftyp(*b"heic"), "image/heif"),
        (ogg(b"\x01vorbis"), "audio/ogg without Opus"),
        (b"<svg xmlns='x'><script>alert(1)</script></svg>".to_vec(), "image/svg+xml"),
        (b"<?xml version='1.0'?><svg onload='x'/>".to_vec(), "text/xml"),
        (b"\xef\xbb\xbf \n<!-- x --><svg/>".to_vec(), "image/svg+xml"),
        (b"<!doctype html><script>".to_vec(), "text/html"),
        (b"#!/bin/sh\nrm -rf".to_vec(), "text/x-shellscript"),
        (b"MZ\x90\0".to_vec(), "application/vnd.microsoft.portable-executable"),
        (zip(&["a.txt"], 0), "application/zip"),
        (zip(&["[Content_Types].xml", "word/vbaProject.bin"], 0), "application/vnd.ms-office.macroenabled"),
        (ole(&["Root Entry", "EncryptedPackage"]), "application/x-encrypted-office"),
        (ole(&["Root Entry"]), "application/x-ole-storage"),
        (b"\x01\x02\x03".to_vec(), "application/octet-stream"),
        (b"text\0with a zero".to_vec(), "application/octet-stream"),
        (b"Gr\xfc\xdfe".to_vec(), "application/octet-stream"),
        (Vec::new(), "application/octet-stream"),
    ] {
        assert_eq!(found(&content), format!("refused: {mime}"), "{content:?}");
    }
}

#[test]
fn damaged_containers_hurt_nobody() {
    for length in 0..64 {
        found(&ole(&["Root Entry"])[..length]);
        found(&zip(&["word/x"], 0)[..length.min(60)]);
    }
    let mut beyond = ole(&[]);
    beyond[48..52].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(found(&beyond), "refused: application/x-ole-storage");
}

#[test]
fn a_long_text_may_be_cut_in_the_middle_of_a_character() {
    let text = format!("a{}", "ä".repeat(HEAD_BYTES));
    assert_eq!(found(text.as_bytes()), "text/plain");
    assert_eq!(found(&text.as_bytes()[..HEAD_BYTES]), "refused: application/octet-stream");
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_something(content in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..2_000), magic in 0..4_usize) {
        let magics: [&[u8]; 4] = [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\0\0\0\x18ftyp"];
        found(&[magics[magic], &content].concat());
    }
}
