//! Imports of contacts from files.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, VariantArray};

use crate::Id;

/// Most bytes of a file that comes with the request. A request may have 6 MB in base64 (AWS, Lambda quotas).
pub const DIRECT_MAX_BYTES: u64 = 4_000_000;
/// Most rows that are imported while the caller waits.
pub const DIRECT_MAX_ROWS: usize = 1_000;
/// Most bytes of a file that is uploaded first.
pub const UPLOAD_MAX_BYTES: u64 = 100 * 1024 * 1024;
/// Rows of a piece: what is done between two checkpoints.
pub const PIECE_ROWS: usize = 500;
/// Days for which what came of each row is kept.
pub const RESULTS_DAYS: i64 = 30;

/// An import that goes on behind the scenes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// Its id.
    pub id: Id,
    /// The workspace.
    pub workspace_id: Id,
    /// What the file is called.
    pub file_name: String,
    /// Bytes of the file.
    pub file_size: u64,
    /// The country whose numbers have no country code in the file, as ISO 3166-1 alpha-2.
    pub default_country: Option<String>,
    /// How far it has come.
    pub status: ImportStatus,
    /// Why it failed, if it did.
    pub failure: Option<String>,
    /// Pieces that are done.
    pub pieces: u32,
    /// What came of the rows so far.
    pub counts: ImportCounts,
    /// The member who began it.
    pub created_by: Option<Id>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it last went on.
    pub updated_at: Timestamp,
    /// Counts changes.
    pub version: u32,
}

/// How far an import has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ImportStatus {
    /// Its file is yet to be uploaded.
    AwaitingUpload,
    /// It waits or is worked on.
    Processing,
    /// All rows are done.
    Completed,
    /// Its file can't be read, and nothing of it is stored; or it is gone, and the rows before that are done.
    Failed,
}

/// What came of the rows of an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportCounts {
    /// Rows in all.
    pub rows: u64,
    /// New contacts.
    pub imported: u64,
    /// Contacts that changed.
    pub updated: u64,
    /// Contacts that were so already.
    pub unchanged: u64,
    /// Rows that were refused.
    pub failed: u64,
}

impl ImportCounts {
    /// How many rows this came of.
    pub fn of(&self, status: RowStatus) -> u64 {
        match status {
            RowStatus::Imported => self.imported,
            RowStatus::Updated => self.updated,
            RowStatus::Unchanged => self.unchanged,
            RowStatus::Failed => self.failed,
        }
    }

    /// Counts one more row.
    pub fn add(&mut self, status: RowStatus) {
        self.rows += 1;
        match status {
            RowStatus::Imported => self.imported += 1,
            RowStatus::Updated => self.updated += 1,
            RowStatus::Unchanged => self.unchanged += 1,
            RowStatus::Failed => self.failed += 1,
        }
    }
}

/// What came of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum RowStatus {
    /// It is a new contact.
    Imported,
    /// It changed a contact.
    Updated,
    /// The contact was so already.
    Unchanged,
    /// It was refused.
    Failed,
}

impl RowStatus {
    /// The letter that stands for it in an [`ImportMark`](super::ImportMark).
    pub fn letter(self) -> char {
        match self {
            Self::Imported => 'i',
            Self::Updated => 'u',
            Self::Unchanged => 'n',
            Self::Failed => 'f',
        }
    }

    /// What `letter` stands for.
    pub fn of_letter(letter: char) -> Option<Self> {
        Self::VARIANTS.iter().copied().find(|status| status.letter() == letter)
    }
}

/// What came of a row, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowResult {
    /// The number of the row: the first below the header is 1.
    #[serde(rename = "r")]
    pub row_number: u64,
    /// The phone number: in E.164 where it was understood, else as the file has it, cut to 40 characters.
    #[serde(rename = "p")]
    pub phone_number: String,
    /// What came of it.
    #[serde(rename = "s")]
    pub status: RowStatus,
    /// Why it was refused.
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}
