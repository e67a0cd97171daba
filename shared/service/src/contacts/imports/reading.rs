//! Reading files of contacts.

use std::fs::File;
use std::io::{Cursor, Read, Seek};
use std::ops::ControlFlow;

use bytes::Bytes;
use phonenumber::country::Id as Country;
use switchboard_model::DomainError;
use switchboard_model::contact::import::{DIRECT_MAX_BYTES, PIECE_ROWS};
use switchboard_model::field::{FieldError, Part, Reason};
use switchboard_sheets::{Limits, Line, Row, SheetError, read};
use tokio::sync::mpsc::{Receiver, channel};

use super::columns::{Columns, Parsed};
use super::numbers::country;

/// Bounds of a file that comes with the request.
const DIRECT: Limits = Limits { workbook_bytes: DIRECT_MAX_BYTES, unpacked_bytes: 64 * 1024 * 1024 };
/// Bounds of an uploaded file. A workbook of 100,000 rows and ten columns has about 6 MB, 60 unpacked.
const UPLOADED: Limits = Limits { workbook_bytes: 25 * 1024 * 1024, unpacked_bytes: 320 * 1024 * 1024 };
/// Pieces that are read ahead.
const READ_AHEAD: usize = 2;

/// The country that a client names in this part of its request.
pub(super) fn default_country(code: Option<&str>, part: Part) -> Result<Option<Country>, DomainError> {
    let Some(code) = code else { return Ok(None) };
    country(code).map(Some).ok_or_else(|| {
        let message = "Input should be a country code of two letters, such as 'DE'";
        DomainError::field(FieldError::new(part, "default_country", Reason::NotAllowed, message))
    })
}

/// The first rows of a file, `most` at most.
pub(super) async fn first_rows(
    content: Bytes,
    country: Option<Country>,
    most: usize,
) -> Result<Vec<Parsed>, DomainError> {
    let reading = tokio::task::spawn_blocking(move || {
        let mut rows = Vec::new();
        rows_of(Cursor::new(content), DIRECT, country, &mut |row| {
            rows.push(row);
            if rows.len() < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })
        .map(|()| rows)
    });
    reading.await.map_err(DomainError::internal)?
}

/// Reads a file through, and answers with it, at its beginning. What is wrong with it anywhere shows before anything of
/// it is stored.
pub(super) async fn check(mut file: File, country: Option<Country>) -> Result<File, DomainError> {
    let checking = tokio::task::spawn_blocking(move || {
        lines_of(&file, UPLOADED, country, &mut |_, _| ControlFlow::Continue(()))?;
        file.rewind().map_err(DomainError::internal)?;
        Ok(file)
    });
    checking.await.map_err(DomainError::internal)?
}

/// A file under way: its pieces from `first` on, one after the other, and at last why it can't be read on, if so.
pub(super) fn pieces(
    file: File,
    country: Option<Country>,
    first: u32,
) -> Receiver<Result<Vec<Parsed>, DomainError>> {
    let (sender, receiver) = channel(READ_AHEAD);
    tokio::task::spawn_blocking(move || {
        let mut to_pass = first as usize * PIECE_ROWS;
        let mut piece = Vec::with_capacity(PIECE_ROWS);
        let read = rows_of(file, UPLOADED, country, &mut |row| {
            if to_pass > 0 {
                to_pass -= 1;
                return ControlFlow::Continue(());
            }
            piece.push(row);
            if piece.len() < PIECE_ROWS {
                return ControlFlow::Continue(());
            }
            match sender.blocking_send(Ok(std::mem::take(&mut piece))) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            }
        });
        // Nobody listens any longer where the worker stopped.
        if !piece.is_empty() {
            let _ = sender.blocking_send(Ok(piece));
        }
        if let Err(error) = read {
            let _ = sender.blocking_send(Err(error));
        }
    });
    receiver
}

fn rows_of(
    file: impl Read + Seek,
    limits: Limits,
    country: Option<Country>,
    take: &mut dyn FnMut(Parsed) -> ControlFlow<()>,
) -> Result<(), DomainError> {
    lines_of(file, limits, country, &mut |columns, row| take(columns.parse(row)))
}

/// The rows of a file as they stand there, with what its columns mean.
fn lines_of(
    file: impl Read + Seek,
    limits: Limits,
    country: Option<Country>,
    take: &mut dyn FnMut(&Columns, &Row) -> ControlFlow<()>,
) -> Result<(), DomainError> {
    let mut columns = None;
    let mut refusal = None;
    let read = read(file, limits, &mut |line| match (line, &columns) {
        (Line::Header(header), _) => match Columns::of(&header, country) {
            Ok(found) => {
                columns = Some(found);
                ControlFlow::Continue(())
            }
            Err(error) => {
                refusal = Some(error);
                ControlFlow::Break(())
            }
        },
        (Line::Row(row), Some(columns)) => take(columns, &row),
        (Line::Row(_), None) => ControlFlow::Break(()),
    });
    match (refusal, read) {
        (Some(refusal), _) => Err(refusal),
        (None, Err(error)) => Err(refused(error)),
        (None, Ok(())) => Ok(()),
    }
}

fn refused(error: SheetError) -> DomainError {
    let reason = match error {
        SheetError::Io(_) => return DomainError::internal(error),
        SheetError::UnpacksTooLarge(most) if most < UPLOADED.unpacked_bytes => format!(
            "it unpacks to more than {most} bytes, which is too much for one request. Ask for an upload URL with POST \
             /api/contacts/imports/uploads instead"
        ),
        error => error.to_string(),
    };
    DomainError::ContactFileRefused { reason }
}
