//! Files of contacts, as large as wanted.

use std::fmt::Write;

use rust_xlsxwriter::{Workbook, XlsxError};

/// Every so many rows one has no phone number.
const FAILS_EVERY: u32 = 1_000;
/// Most characters of a note: an attribute of a contact has no more.
const NOTE_MAX: usize = 490;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// Text.
    Csv,
    /// A workbook with numbers as numbers and texts in its table of shared texts, as Excel writes it.
    Xlsx,
}

/// A file of contacts.
#[derive(Clone, Copy, Debug)]
pub struct ContactFile {
    /// What it is.
    pub kind: FileKind,
    /// Rows below the header.
    pub rows: u32,
    /// Characters of notes in each row, beside number, name and tag.
    pub notes: usize,
}

impl ContactFile {
    /// The number in a row, the first of which is 1; none where the row is to fail.
    pub fn number(row: u32) -> Option<u64> {
        (!row.is_multiple_of(FAILS_EVERY)).then(|| 4_915_000_000_000 + u64::from(row))
    }

    /// The name in a row.
    pub fn name(row: u32) -> String {
        format!("Contact {row}")
    }

    /// The tag in a row.
    pub fn tag(row: u32) -> String {
        format!("group {}", row % 10)
    }

    /// Rows that fail.
    pub fn failing(&self) -> u32 {
        self.rows / FAILS_EVERY
    }

    /// The file's name.
    pub fn file_name(&self) -> &'static str {
        match self.kind {
            FileKind::Csv => "contacts.csv",
            FileKind::Xlsx => "contacts.xlsx",
        }
    }

    /// Its content.
    ///
    /// # Panics
    /// Where it has more rows than a sheet can have.
    pub fn content(&self) -> Vec<u8> {
        match self.kind {
            FileKind::Csv => self.csv().into_bytes(),
            FileKind::Xlsx => self.xlsx().expect("a workbook can be written"),
        }
    }

    fn csv(&self) -> String {
        let mut text = format!("{}\n", self.header().join(","));
        for row in 1..=self.rows {
            let number = Self::number(row).map_or_else(|| "none".to_owned(), |number| format!("+{number}"));
            let cells = [vec![number, Self::name(row), Self::tag(row)], self.notes(row)].concat();
            let _ = writeln!(text, "{}", cells.join(","));
        }
        text
    }

    fn xlsx(&self) -> Result<Vec<u8>, XlsxError> {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet.write_row(0, 0, self.header())?;
        for row in 1..=self.rows {
            match Self::number(row) {
                // A spreadsheet keeps 15 digits of a number, and a phone number has no more.
                #[expect(clippy::cast_precision_loss, reason = "13 digits are exact")]
                Some(number) => sheet.write_number(row, 0, number as f64)?,
                None => sheet.write_string(row, 0, "none")?,
            };
            let cells = [vec![Self::name(row), Self::tag(row)], self.notes(row)].concat();
            sheet.write_row(row, 1, cells)?;
        }
        workbook.save_to_buffer()
    }

    fn header(&self) -> Vec<String> {
        let notes = (1..=self.notes.div_ceil(NOTE_MAX)).map(|note| format!("note {note}"));
        ["phone", "name", "tags"].into_iter().map(str::to_owned).chain(notes).collect()
    }

    fn notes(&self, row: u32) -> Vec<String> {
        let lengths = (0..self.notes).step_by(NOTE_MAX).map(|start| NOTE_MAX.min(self.notes - start));
        lengths.map(|length| format!("{row} ").repeat(length).chars().take(length).collect()).collect()
    }
}
