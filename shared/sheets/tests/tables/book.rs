//! Workbooks made by hand.

use std::fmt::Write as _;
use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A cell: its type, its style and its content.
#[derive(Clone)]
pub struct Content {
    kind: &'static str,
    style: u32,
    value: String,
}

impl Content {
    pub fn styled(mut self, style: u32) -> Self {
        self.style = style;
        self
    }
}

pub fn inline(text: &str) -> Content {
    Content { kind: "inlineStr", style: 0, value: format!("<is><t>{text}</t></is>") }
}

pub fn number(text: &str) -> Content {
    Content { kind: "n", style: 0, value: format!("<v>{text}</v>") }
}

pub fn shared(index: usize) -> Content {
    Content { kind: "s", style: 0, value: format!("<v>{index}</v>") }
}

/// A workbook with one sheet.
pub struct Book {
    sheet: String,
    texts: String,
}

const RELATION: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

impl Book {
    pub fn new(rows: &[&[Content]]) -> Self {
        let mut sheet = format!("<worksheet xmlns=\"{MAIN}\"><sheetData>");
        for (row, cells) in rows.iter().enumerate() {
            write!(sheet, "<row r=\"{}\">", row + 1).unwrap();
            for (column, Content { kind, style, value }) in cells.iter().enumerate() {
                let letter = char::from(b'A' + u8::try_from(column).unwrap());
                write!(sheet, "<c r=\"{letter}{}\" t=\"{kind}\" s=\"{style}\">{value}</c>", row + 1).unwrap();
            }
            sheet.push_str("</row>");
        }
        sheet.push_str("</sheetData></worksheet>");
        Self { sheet, texts: String::new() }
    }

    pub fn with_texts(mut self, texts: &[&str]) -> Self {
        self.texts = texts.iter().fold(String::new(), |mut all, text| {
            write!(all, "<si><t>{text}</t></si>").unwrap();
            all
        });
        self
    }

    pub fn bytes(&self) -> Vec<u8> {
        let types = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>";
        let relations = |targets: &[(&str, &str)]| {
            let mut text =
                "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
                    .to_owned();
            for (at, (kind, target)) in targets.iter().enumerate() {
                write!(
                    text,
                    "<Relationship Id=\"rId{}\" Type=\"{RELATION}/{kind}\" Target=\"{target}\"/>",
                    at + 1
                )
                .unwrap();
            }
            text + "</Relationships>"
        };
        let workbook = format!(
            "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATION}\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
        );
        let styles = format!(
            "<styleSheet xmlns=\"{MAIN}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"
        );
        let texts = format!("<sst xmlns=\"{MAIN}\">{}</sst>", self.texts);
        let parts = [
            ("worksheet", "worksheets/sheet1.xml"),
            ("styles", "styles.xml"),
            ("sharedStrings", "sharedStrings.xml"),
        ];
        archive(&[
            ("[Content_Types].xml", types.as_bytes()),
            ("_rels/.rels", relations(&[("officeDocument", "xl/workbook.xml")]).as_bytes()),
            ("xl/workbook.xml", workbook.as_bytes()),
            ("xl/_rels/workbook.xml.rels", relations(&parts).as_bytes()),
            ("xl/styles.xml", styles.as_bytes()),
            ("xl/sharedStrings.xml", texts.as_bytes()),
            ("xl/worksheets/sheet1.xml", self.sheet.as_bytes()),
        ])
    }
}

/// An archive of these parts.
pub fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// An archive of one part whose directory, and header, declare another unpacked size.
pub fn declaring(mut archive: Vec<u8>, size: u32) -> Vec<u8> {
    for (mark, offset) in [(b"PK\x01\x02", 24), (b"PK\x03\x04", 22)] {
        let at = archive.windows(4).rposition(|window| window == mark).unwrap() + offset;
        archive[at..at + 4].copy_from_slice(&size.to_le_bytes());
    }
    archive
}
