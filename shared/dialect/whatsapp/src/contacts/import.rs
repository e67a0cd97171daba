//! Imports of contacts on the wire.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_model::contact::import::{Import, ImportCounts, RowResult, RowStatus, UPLOAD_MAX_BYTES};
use switchboard_model::field::{Checks, Reason, Refusal, one_of};
use switchboard_model::media::{ContentDigest, FileName};
use switchboard_model::{DomainError, Id};
use utoipa::{IntoParams, ToSchema};

use crate::WireId;
use crate::page::Filter;

/// Where a file goes, and how its numbers are read.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// The workspace.
    workspace_id: WireId,
    /// The country of numbers without country code, in two letters (ISO 3166-1). Without it such numbers fail.
    #[param(example = "DE")]
    default_country: Option<String>,
}

impl ImportQuery {
    /// The workspace, and the country.
    pub fn resolve(self) -> Result<(Id, Option<String>), DomainError> {
        let workspace_id = self.workspace_id.resolve(DomainError::WorkspaceNotFound)?;
        Ok((workspace_id, self.default_country.filter(|code| !code.is_empty())))
    }
}

/// The form of an import in one request.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes the form to readers of the API's document")]
pub struct ImportForm {
    /// The file, CSV or XLSX, at most 4 MB. Its first row names the columns.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// The name of the file that came with a form; `None` is a file that did not.
pub fn file_name(name: Option<&str>) -> Result<FileName, DomainError> {
    let mut checks = Checks::default();
    let missing = || Refusal::new(Reason::Missing, "Field required");
    let name = checks.body("file", name.ok_or_else(missing).and_then(str::parse));
    checks.finish(name)
}

/// A file of contacts that is going to be uploaded.
#[derive(Debug, Deserialize, ToSchema)]
pub struct AnnounceImportIn {
    /// The workspace.
    workspace_id: WireId,
    /// What the file is called, 1 to 240 characters, without a path.
    #[schema(example = "contacts.csv")]
    file_name: String,
    /// Its bytes: at most 100 MiB; of an XLSX file 25 MiB.
    #[schema(example = 10_240_000, minimum = 1, maximum = 104_857_600)]
    file_size: u64,
    /// SHA-256 of its content, in 64 hexadecimal digits or in base64.
    #[schema(example = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    sha256: String,
    /// The country of numbers without country code, in two letters (ISO 3166-1). Without it such numbers fail.
    #[schema(example = "DE")]
    default_country: Option<String>,
}

/// The checked form of [`AnnounceImportIn`].
#[derive(Debug)]
pub struct AnnounceImport {
    /// The workspace.
    pub workspace_id: Id,
    /// What the file is called.
    pub file_name: FileName,
    /// Its bytes.
    pub file_size: u64,
    /// SHA-256 of its content.
    pub sha256: ContentDigest,
    /// The country of numbers without country code.
    pub default_country: Option<String>,
}

impl TryFrom<AnnounceImportIn> for AnnounceImport {
    type Error = DomainError;

    fn try_from(wire: AnnounceImportIn) -> Result<Self, DomainError> {
        let mut checks = Checks::default();
        let file_name = checks.body("file_name", wire.file_name.parse());
        let file_size = checks.body("file_size", size(wire.file_size));
        let sha256 = checks.body("sha256", wire.sha256.parse());
        let ((file_name, file_size), sha256) = checks.finish(file_name.zip(file_size).zip(sha256))?;
        let workspace_id = wire.workspace_id.resolve(DomainError::WorkspaceNotFound)?;
        Ok(Self { workspace_id, file_name, file_size, sha256, default_country: wire.default_country })
    }
}

fn size(bytes: u64) -> Result<u64, Refusal> {
    if (1..=UPLOAD_MAX_BYTES).contains(&bytes) {
        return Ok(bytes);
    }
    let text = format!("Input should be at least 1 and at most {UPLOAD_MAX_BYTES}");
    Err(Refusal::new(Reason::OutOfRange, text))
}

/// The id of an import in the path.
pub fn import_id(text: &str) -> Result<Id, DomainError> {
    WireId::in_path("import_id", text, DomainError::ImportNotFound)
}

/// Which rows of an import to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RowFilter {
    /// Only those of which this came: `imported`, `updated`, `unchanged` or `failed`.
    #[param(example = "failed")]
    status: Option<String>,
}

impl Filter for RowFilter {
    type Checked = Option<RowStatus>;

    fn check(self, checks: &mut Checks) -> Option<Self::Checked> {
        checks.query("status", self.status.as_deref().map(one_of).transpose())
    }
}

/// What came of a file.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportedOut {
    /// Rows, the header and blank ones not counted.
    #[schema(example = 3)]
    pub total_rows: u64,
    /// New contacts.
    #[schema(example = 1)]
    pub imported: u64,
    /// Contacts that changed.
    #[schema(example = 0)]
    pub updated: u64,
    /// Contacts that were so already.
    #[schema(example = 0)]
    pub unchanged: u64,
    /// Rows that were refused.
    #[schema(example = 2)]
    pub failed: u64,
    /// What came of each row, in the order of the file.
    pub results: Vec<RowOut>,
}

impl ImportedOut {
    /// What came of these rows.
    pub fn new(counts: &ImportCounts, results: Vec<RowResult>) -> Self {
        let ImportCounts { rows, imported, updated, unchanged, failed } = *counts;
        let results = results.into_iter().map(RowOut::from).collect();
        Self { total_rows: rows, imported, updated, unchanged, failed, results }
    }
}

/// What came of a row.
#[derive(Debug, Serialize, ToSchema)]
pub struct RowOut {
    /// The row: the first below the header is 1.
    #[schema(example = 1)]
    pub row_number: u64,
    /// The number: in E.164 where it was understood, else as the file has it.
    #[schema(example = "+1234567890")]
    pub phone_number: String,
    /// `imported`, `updated`, `unchanged` or `failed`.
    #[schema(example = "imported")]
    pub status: String,
    /// Why it failed.
    #[schema(example = json!(null))]
    pub reason: Option<String>,
}

impl From<RowResult> for RowOut {
    fn from(result: RowResult) -> Self {
        Self {
            row_number: result.row_number,
            phone_number: result.phone_number,
            status: result.status.to_string(),
            reason: result.reason,
        }
    }
}

/// An import that goes on behind the scenes.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportOut {
    /// Its id.
    pub id: WireId,
    /// The workspace.
    pub workspace_id: WireId,
    /// What the file is called.
    #[schema(example = "contacts.csv")]
    pub file_name: String,
    /// Its bytes.
    #[schema(example = 10_240_000)]
    pub file_size: u64,
    /// `awaiting_upload`, `processing`, `completed` or `failed`.
    #[schema(example = "processing")]
    pub status: String,
    /// Why it failed. Of a file that can't be read nothing is stored.
    pub reason: Option<String>,
    /// Rows that are done.
    #[schema(example = 0)]
    pub total_rows: u64,
    /// New contacts.
    #[schema(example = 0)]
    pub imported: u64,
    /// Contacts that changed.
    #[schema(example = 0)]
    pub updated: u64,
    /// Contacts that were so already.
    #[schema(example = 0)]
    pub unchanged: u64,
    /// Rows that were refused.
    #[schema(example = 0)]
    pub failed: u64,
    /// When it was begun.
    #[schema(value_type = String, format = DateTime, example = "2024-01-01T00:00:00Z")]
    pub created_at: Timestamp,
    /// When it last went on.
    #[schema(value_type = String, format = DateTime, example = "2024-01-01T00:00:00Z")]
    pub updated_at: Timestamp,
}

impl From<&Import> for ImportOut {
    fn from(import: &Import) -> Self {
        let ImportCounts { rows, imported, updated, unchanged, failed } = import.counts;
        Self {
            id: import.id.into(),
            workspace_id: import.workspace_id.into(),
            file_name: import.file_name.clone(),
            file_size: import.file_size,
            status: import.status.to_string(),
            reason: import.failure.clone(),
            total_rows: rows,
            imported,
            updated,
            unchanged,
            failed,
            created_at: import.created_at,
            updated_at: import.updated_at,
        }
    }
}

/// An import that waits for its file, and how to upload that.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnnouncedImportOut {
    /// The import.
    #[serde(flatten)]
    pub import: ImportOut,
    /// The request to upload the file with. After it, `POST /api/contacts/imports/{id}/start`.
    pub upload: ImportUploadOut,
}

/// A request that uploads a file, without credentials. Its size and content are part of the address's signature.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportUploadOut {
    /// Always `PUT`.
    #[schema(example = "PUT")]
    pub method: &'static str,
    /// The address.
    #[schema(example = "https://bucket.s3.amazonaws.com/imports/…")]
    pub url: String,
    /// Headers that the request must have, to the letter.
    pub headers: BTreeMap<String, String>,
    /// When the address stops working.
    #[schema(value_type = String, format = DateTime, example = "2024-01-01T01:00:00Z")]
    pub expires_at: Timestamp,
}

impl AnnouncedImportOut {
    /// An import whose file is uploaded to `url` with these headers until `expires_at`.
    pub fn new(import: &Import, url: String, headers: Vec<(String, String)>, expires_at: Timestamp) -> Self {
        let headers = headers.into_iter().collect();
        Self { import: import.into(), upload: ImportUploadOut { method: "PUT", url, headers, expires_at } }
    }
}
