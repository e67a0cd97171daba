//! Why a file can't be read.

use std::io;

/// Why a file can't be read, in words for whoever uploaded it.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// There is nothing in it.
    #[error("it is empty")]
    Empty,
    /// It is protected by a password.
    #[error("it is encrypted. Save it without a password")]
    Encrypted,
    /// It is of Excel's format before 2007.
    #[error("it is an old Excel file (.xls). Save it as .xlsx or CSV")]
    OldWorkbook,
    /// It is neither a table as text nor one of Excel's.
    #[error("it is neither CSV nor Excel (.xlsx)")]
    UnknownFormat,
    /// It is an archive, and no workbook can be read from it.
    #[error("it is damaged or incomplete, or no Excel file (.xlsx)")]
    Damaged(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It is larger than an Excel file may be.
    #[error("it is too large for an Excel file: at most {0} bytes are read. Save it as CSV")]
    WorkbookTooLarge(u64),
    /// It unpacks to more than is read.
    #[error("it unpacks to too much data: at most {0} bytes are read. Save it as CSV")]
    UnpacksTooLarge(u64),
    /// It has more parts, or is packed tighter, than workbooks are.
    #[error("it unpacks to too much data. Save it as CSV")]
    PackedTooTight,
    /// It has too many columns.
    #[error("it has more than {} columns", crate::COLUMNS_MAX)]
    TooManyColumns,
    /// It has a row without end.
    #[error("the row after line {0} is longer than 1 MB. Perhaps a quotation mark is not closed")]
    RowTooLong(u64),
    /// It can't be read at all.
    #[error("it can't be read")]
    Io(#[from] io::Error),
}
