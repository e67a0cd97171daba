//! Excel files.

use std::io::{self, Read, Seek, SeekFrom};

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, Xlsx};
use zip::ZipArchive;

use crate::{COLUMNS_MAX, Cell, Limits, Lines, ROW_MAX_BYTES, SheetError};

/// How an archive begins, which XLSX files are.
pub(crate) const ZIP: &[u8] = b"PK";
/// How files of Microsoft's compound format begin: old workbooks, and encrypted ones.
pub(crate) const COMPOUND: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
/// The part of a compound file that holds an encrypted workbook (Microsoft, [MS-OFFCRYPTO], 2.3.1).
const ENCRYPTED: &str = "EncryptedPackage";
/// Most parts of a workbook.
const PARTS_MAX: usize = 2_000;
/// How many times its packed size a large part may have. Real sheets, even of one value all over, stay below.
const RATIO_MAX: u64 = 200;
/// Bytes from which on a part is large.
const LARGE: u64 = 8 * 1024 * 1024;
/// The end of an archive's directory: the record, and the longest comment behind it (PKWARE, APPNOTE, 4.3.16).
const DIRECTORY_END: i64 = 22 + 65_535;

/// Reads the first sheet of a workbook.
pub(crate) fn read(
    mut file: impl Read + Seek,
    limits: Limits,
    lines: &mut Lines<'_>,
) -> Result<(), SheetError> {
    let size = file.seek(SeekFrom::End(0))?;
    if size > limits.workbook_bytes {
        return Err(SheetError::WorkbookTooLarge(limits.workbook_bytes));
    }
    check_directory(&mut file, size)?;
    file.seek(SeekFrom::Start(0))?;
    check_parts(&mut file, limits)?;
    file.seek(SeekFrom::Start(0))?;
    let mut workbook = Xlsx::new(io::BufReader::new(file)).map_err(damaged)?;
    let sheets = workbook.sheets_metadata();
    let first = sheets.iter().find(|sheet| sheet.typ == SheetType::WorkSheet);
    let name = first.map(|sheet| sheet.name.clone()).ok_or(SheetError::Empty)?;
    let mut cells = workbook.worksheet_cells_reader(&name).map_err(damaged)?;
    let mut row = RowUnderWay::default();
    while let Some(cell) = cells.next_cell().map_err(damaged)? {
        let (at, column) = cell.get_position();
        if at != row.at && row.hand_on(lines)?.is_break() {
            return Ok(());
        }
        row.at = at;
        row.put(column, shown(cell.get_value()))?;
    }
    row.hand_on(lines).map(drop)
}

/// The cells of a row that have come so far.
#[derive(Default)]
struct RowUnderWay {
    at: u32,
    header_at: u32,
    cells: Vec<Cell>,
    bytes: usize,
}

impl RowUnderWay {
    fn put(&mut self, column: u32, cell: Cell) -> Result<(), SheetError> {
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if cell.text.is_empty() {
            return Ok(());
        }
        if column >= COLUMNS_MAX {
            return Err(SheetError::TooManyColumns);
        }
        self.bytes += cell.text.len();
        if self.bytes > ROW_MAX_BYTES {
            return Err(SheetError::RowTooLong(u64::from(self.at)));
        }
        if self.cells.len() <= column {
            self.cells.resize_with(column + 1, Cell::default);
        }
        self.cells[column] = cell;
        Ok(())
    }

    fn hand_on(&mut self, lines: &mut Lines<'_>) -> Result<std::ops::ControlFlow<()>, SheetError> {
        self.bytes = 0;
        let cells = std::mem::take(&mut self.cells);
        let header = lines.header;
        let pushed = lines.push(u64::from(self.at.saturating_sub(self.header_at)), cells);
        if !header && lines.header {
            self.header_at = self.at;
        }
        pushed
    }
}

/// What a cell shows.
fn shown(value: &DataRef<'_>) -> Cell {
    let text = |text: String| Cell { text, numeric: false };
    match value {
        DataRef::Int(number) => Cell { text: number.to_string(), numeric: true },
        DataRef::Float(number) => Cell { text: plain(*number), numeric: true },
        DataRef::String(shown) | DataRef::DateTimeIso(shown) | DataRef::DurationIso(shown) => {
            text(shown.clone())
        }
        DataRef::SharedString(shown) => text((*shown).to_owned()),
        DataRef::Bool(value) => text(value.to_string()),
        DataRef::DateTime(time) => text(date_time(time)),
        DataRef::Error(_) | DataRef::Empty => Cell::default(),
    }
}

/// A number without exponent; a whole one without decimals.
fn plain(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 { format!("{number:.0}") } else { number.to_string() }
}

fn date_time(time: &ExcelDateTime) -> String {
    if time.is_duration() {
        return plain(time.as_f64());
    }
    let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
    if (hour, minute, second) == (0, 0, 0) {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
    }
}

/// Refuses an archive whose directory is so long that only reading it would cost too much.
fn check_directory(file: &mut (impl Read + Seek), size: u64) -> Result<(), SheetError> {
    let tail = DIRECTORY_END.min(i64::try_from(size).unwrap_or(DIRECTORY_END));
    file.seek(SeekFrom::End(-tail))?;
    let mut end = Vec::new();
    file.take(DIRECTORY_END.unsigned_abs()).read_to_end(&mut end)?;
    let at = end.windows(4).rposition(|window| window == b"PK\x05\x06");
    let count =
        at.and_then(|at| end.get(at + 10..at + 12)).map(|bytes| u16::from_le_bytes([bytes[0], bytes[1]]));
    match count {
        None => Err(SheetError::Damaged("an archive without end".into())),
        Some(parts) if usize::from(parts) > PARTS_MAX => Err(SheetError::PackedTooTight),
        Some(_) => Ok(()),
    }
}

/// Refuses an archive that unpacks to more than is read: first by what its directory says, then by what comes out of
/// it, since a directory can lie. What comes out goes nowhere.
fn check_parts(file: &mut (impl Read + Seek), limits: Limits) -> Result<(), SheetError> {
    let mut archive = ZipArchive::new(file).map_err(damaged)?;
    if archive.len() > PARTS_MAX {
        return Err(SheetError::PackedTooTight);
    }
    let mut declared = 0_u64;
    for at in 0..archive.len() {
        let part = archive.by_index_raw(at).map_err(damaged)?;
        if part.encrypted() {
            return Err(SheetError::Encrypted);
        }
        declared = declared.saturating_add(part.size());
        check_ratio(part.size(), part.compressed_size())?;
    }
    if declared > limits.unpacked_bytes {
        return Err(SheetError::UnpacksTooLarge(limits.unpacked_bytes));
    }
    let mut left = limits.unpacked_bytes;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(damaged)?;
        let packed = part.compressed_size();
        let unpacked = io::copy(&mut part.take(left + 1), &mut io::sink()).map_err(damaged)?;
        check_ratio(unpacked, packed)?;
        left = left.checked_sub(unpacked).ok_or(SheetError::UnpacksTooLarge(limits.unpacked_bytes))?;
    }
    Ok(())
}

fn check_ratio(unpacked: u64, packed: u64) -> Result<(), SheetError> {
    if unpacked > LARGE && unpacked / RATIO_MAX > packed {
        return Err(SheetError::PackedTooTight);
    }
    Ok(())
}

/// Which of the compound files this is that are refused.
pub(crate) fn refuse_compound(file: &mut impl Read) -> Result<SheetError, SheetError> {
    // The names of its parts stand in UTF-16 somewhere in the file.
    let name: Vec<u8> = ENCRYPTED.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut seen = Vec::new();
    let mut chunk = vec![0; 64 * 1024];
    loop {
        let read = file.read(&mut chunk)?;
        if read == 0 {
            return Ok(SheetError::OldWorkbook);
        }
        seen.extend_from_slice(&chunk[..read]);
        if seen.windows(name.len()).any(|window| window == name) {
            return Ok(SheetError::Encrypted);
        }
        let passed = seen.len().saturating_sub(name.len());
        seen.drain(..passed);
    }
}

fn damaged(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> SheetError {
    SheetError::Damaged(error.into())
}
