//! CSV files.

use std::cell::Cell as Counter;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::rc::Rc;

use csv::{ReaderBuilder, StringRecord};

use crate::encoding::{Utf8, detect};
use crate::{Cell, Lines, ROW_MAX_BYTES, SheetError};

/// What may stand between two cells.
const SEPARATORS: [u8; 4] = *b",;\t|";
/// Bytes of the beginning in which the first line is looked for.
const START: usize = 64 * 1024;

/// Reads a table as text.
pub(crate) fn read(mut file: impl Read + Seek, lines: &mut Lines<'_>) -> Result<(), SheetError> {
    let encoding = detect(&mut file)?;
    let (separator, to_pass) = {
        let mut start = Vec::new();
        Utf8::new(&mut file, encoding).take(START as u64).read_to_end(&mut start)?;
        separator(&start)
    };
    file.seek(SeekFrom::Start(0))?;
    let left = Rc::new(Counter::new(ROW_MAX_BYTES));
    let text = Utf8::new(BufReader::new(file), encoding);
    let mut text = Bounded { inner: text, left: Rc::clone(&left) };
    io::copy(&mut (&mut text).take(to_pass as u64), &mut io::sink())?;
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(text);
    let mut record = StringRecord::new();
    let mut number = 0;
    loop {
        left.set(ROW_MAX_BYTES);
        let line = reader.position().line();
        let more = reader.read_record(&mut record).map_err(|error| match error.into_kind() {
            csv::ErrorKind::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                SheetError::RowTooLong(line)
            }
            csv::ErrorKind::Io(error) => SheetError::Io(error),
            other => SheetError::Io(io::Error::other(format!("{other:?}"))),
        })?;
        if !more {
            return Ok(());
        }
        let header = lines.header;
        let cells = record.iter().map(|text| Cell { text: text.to_owned(), numeric: false }).collect();
        number += u64::from(header);
        if lines.push(number, cells)?.is_break() {
            return Ok(());
        }
    }
}

/// What separates the cells: of what may, that which stands most often in the first line, outside of quotation marks.
/// Excel's own line `sep=;` says it, and is to be passed over; so many bytes are.
fn separator(start: &[u8]) -> (u8, usize) {
    let end = start.iter().position(|byte| *byte == b'\n').map_or(start.len(), |end| end + 1);
    if let Some([separator, rest @ ..]) = start[..end].strip_prefix(b"sep=")
        && rest.iter().all(u8::is_ascii_whitespace)
    {
        return (*separator, end);
    }
    let mut quoted = false;
    let mut counts = [0_usize; SEPARATORS.len()];
    for byte in start {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted && counts.iter().any(|count| *count > 0) => break,
            byte if !quoted => {
                if let Some(at) = SEPARATORS.iter().position(|separator| separator == byte) {
                    counts[at] += 1;
                }
            }
            _ => {}
        }
        if !quoted && *byte == b'\n' {
            break;
        }
    }
    let most = counts.iter().max().copied().unwrap_or(0);
    let at = counts.iter().position(|count| *count == most).unwrap_or(0);
    (SEPARATORS[at], 0)
}

/// Lets through so many bytes as are left, and then fails: a row may not go on for ever.
struct Bounded<R> {
    inner: R,
    left: Rc<Counter<usize>>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.left.get();
        if left == 0 {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let most = buffer.len().min(left);
        let read = self.inner.read(&mut buffer[..most])?;
        self.left.set(left - read);
        Ok(read)
    }
}
