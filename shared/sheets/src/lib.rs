//! Tables in files: the rows of CSV and XLSX files, one after the other, within bounds.
//!
//! What a file is shows in its bytes, not in its name. Nothing is held but the row at hand (and, of an XLSX file,
//! its table of shared texts), so that memory stays bounded however long a file is.

mod encoding;
mod error;
mod text;
mod workbook;

use std::io::{Read, Seek, SeekFrom};
use std::ops::ControlFlow;

pub use error::SheetError;

/// Most columns of a table.
pub const COLUMNS_MAX: usize = 256;
/// Most bytes of one row.
pub const ROW_MAX_BYTES: usize = 1024 * 1024;

/// How much of a file is read.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Most bytes of an XLSX file.
    pub workbook_bytes: u64,
    /// Most bytes of what an XLSX file holds, unpacked.
    pub unpacked_bytes: u64,
}

/// A piece of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// The names of the columns: the first row that is not blank.
    Header(Vec<String>),
    /// A row below it that is not blank.
    Row(Row),
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number: the first below the header is 1. Blank rows count where the file has them.
    pub number: u64,
    /// Its cells, as many as the file has.
    pub cells: Vec<Cell>,
}

/// A cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// What it shows.
    pub text: String,
    /// Whether a spreadsheet holds it as a number, which forgets a leading `+` and zeros.
    pub numeric: bool,
}

impl Cell {
    fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

/// Reads the first table of `file` and hands each line to `take`, until that breaks off or the table ends.
///
/// This blocks, and can take seconds: an executor should give it a thread of its own.
pub fn read(
    mut file: impl Read + Seek,
    limits: Limits,
    take: &mut dyn FnMut(Line) -> ControlFlow<()>,
) -> Result<(), SheetError> {
    let mut start = [0; 8];
    let length = read_start(&mut file, &mut start)?;
    let start = &start[..length];
    if start.is_empty() {
        return Err(SheetError::Empty);
    }
    let mut lines = Lines { header: false, take };
    if start.starts_with(workbook::ZIP) {
        workbook::read(file, limits, &mut lines)?;
    } else if start.starts_with(workbook::COMPOUND) {
        return Err(workbook::refuse_compound(&mut file)?);
    } else {
        text::read(file, &mut lines)?;
    }
    if lines.header { Ok(()) } else { Err(SheetError::Empty) }
}

fn read_start(file: &mut (impl Read + Seek), start: &mut [u8]) -> Result<usize, SheetError> {
    let mut length = 0;
    while length < start.len() {
        match file.read(&mut start[length..])? {
            0 => break,
            read => length += read,
        }
    }
    file.seek(SeekFrom::Start(0))?;
    Ok(length)
}

/// Tells the header from the rows, and leaves out blank ones.
struct Lines<'a> {
    header: bool,
    take: &'a mut dyn FnMut(Line) -> ControlFlow<()>,
}

impl Lines<'_> {
    /// Hands on a row; `number` counts from the header on.
    fn push(&mut self, number: u64, cells: Vec<Cell>) -> Result<ControlFlow<()>, SheetError> {
        if cells.iter().all(Cell::is_blank) {
            return Ok(ControlFlow::Continue(()));
        }
        if self.header {
            return Ok((self.take)(Line::Row(Row { number, cells })));
        }
        if cells.len() > COLUMNS_MAX {
            return Err(SheetError::TooManyColumns);
        }
        self.header = true;
        Ok((self.take)(Line::Header(cells.into_iter().map(|cell| cell.text).collect())))
    }
}
