//! Imports of contacts: small files while the caller waits, larger ones behind the scenes.

mod columns;
mod numbers;
mod piece;
mod reading;
mod worker;

use std::ops::Range;
use std::time::Duration;

use bytes::Bytes;
use switchboard_bucket::{Announced, Bucket, ObjectKey, SignedUpload};
use switchboard_model::access::{ManageContacts, Permit, ReadWorkspace};
use switchboard_model::contact::import::{
    DIRECT_MAX_ROWS, Import, ImportCounts, ImportStatus, PIECE_ROWS, RowResult, RowStatus,
};
use switchboard_model::field::Part;
use switchboard_model::media::ContentDigest;
use switchboard_model::page::{Page, Slice};
use switchboard_model::{DomainError, Id, Timestamp};
use switchboard_store::{Condition, StoreError};

use crate::{Gate, Resources};

pub use worker::{ImportJob, ImportWorker, Step};

use piece::Piece;

/// How long an address for an upload works.
const UPLOAD_LIFETIME: Duration = Duration::from_hours(1);
/// The content type that files are uploaded with: what they are shows in their bytes.
const CONTENT_TYPE: &str = "application/octet-stream";

/// Imports of contacts.
#[derive(Clone)]
pub struct ContactImports {
    resources: Resources,
    gate: Gate,
    bucket: Bucket,
}

/// A file that comes with the request.
#[derive(Clone, Debug)]
pub struct ImportFile {
    /// The workspace.
    pub workspace_id: Id,
    /// What the file is called.
    pub file_name: String,
    /// What it holds.
    pub content: Bytes,
    /// The country whose numbers have no country code in it, as ISO 3166-1 alpha-2.
    pub default_country: Option<String>,
}

/// A file that is to be uploaded.
#[derive(Clone, Debug)]
pub struct AnnouncedFile {
    /// The workspace.
    pub workspace_id: Id,
    /// What the file is called.
    pub file_name: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of what it holds.
    pub sha256: ContentDigest,
    /// The country whose numbers have no country code in it, as ISO 3166-1 alpha-2.
    pub default_country: Option<String>,
}

/// What came of a file that came with the request.
#[derive(Clone, Debug)]
pub enum Imported {
    /// All rows are done.
    Done(ImportCounts, Vec<RowResult>),
    /// It has more rows than a caller waits for: the import goes on behind the scenes.
    Begun(Import),
}

/// How to upload a file, and the import that waits for it.
#[derive(Clone, Debug)]
pub struct Upload {
    /// The import.
    pub import: Import,
    /// How to upload.
    pub signed: SignedUpload,
    /// Until when.
    pub expires_at: Timestamp,
}

impl ContactImports {
    /// Imports into the workspaces behind `gate`, with files in `bucket`.
    pub fn new(resources: Resources, gate: Gate, bucket: Bucket) -> Self {
        Self { resources, gate, bucket }
    }

    /// Imports a file: at once where it has few rows, else behind the scenes.
    pub async fn import(
        &self,
        permit: &Permit<ManageContacts>,
        file: ImportFile,
    ) -> Result<Imported, DomainError> {
        let country = reading::default_country(file.default_country.as_deref(), Part::Query)?;
        let entry = self.gate.enter(permit, file.workspace_id).await?;
        let rows = reading::first_rows(file.content.clone(), country, DIRECT_MAX_ROWS + 1).await?;
        let now = self.resources.now();
        if rows.len() > DIRECT_MAX_ROWS {
            return Ok(Imported::Begun(self.begin(file, entry.user_id).await?));
        }
        let (by, mark) = (entry.user_id, None);
        let piece = Piece { resources: &self.resources, workspace_id: file.workspace_id, by, at: now, mark };
        let (mut counts, mut results) = (ImportCounts::default(), Vec::with_capacity(rows.len()));
        for some in rows.chunks(PIECE_ROWS) {
            results.extend(Box::pin(piece.run(some)).await?);
        }
        for result in &results {
            counts.add(result.status);
        }
        Ok(Imported::Done(counts, results))
    }

    /// Keeps a file, and then sets the import of it going, which the outbox hands on.
    async fn begin(&self, file: ImportFile, by: Option<Id>) -> Result<Import, DomainError> {
        let ImportFile { workspace_id, file_name, content, default_country } = file;
        let draft = self.draft(workspace_id, file_name, content.len() as u64, default_country, by);
        let mut import = self.create(draft).await?;
        let key = ObjectKey::contact_import(workspace_id, import.id);
        self.bucket.put(&key, content, CONTENT_TYPE).await?;
        import.status = ImportStatus::Processing;
        import.version += 1;
        self.resources.store.update_contact_import(&import).await?;
        Ok(import)
    }

    async fn create(&self, draft: Import) -> Result<Import, DomainError> {
        let created = self.resources.create(|id| {
            let import = Import { id, ..draft.clone() };
            async move { self.resources.store.create_contact_import(&import).await.map(|()| import) }
        });
        Ok(created.await?)
    }

    /// Begins an import whose file is uploaded by itself.
    pub async fn announce(
        &self,
        permit: &Permit<ManageContacts>,
        file: AnnouncedFile,
    ) -> Result<Upload, DomainError> {
        reading::default_country(file.default_country.as_deref(), Part::Body)?;
        let entry = self.gate.enter(permit, file.workspace_id).await?;
        let draft =
            self.draft(file.workspace_id, file.file_name, file.size, file.default_country, entry.user_id);
        let import = self.create(draft).await?;
        let key = ObjectKey::contact_import(import.workspace_id, import.id);
        let announced = Announced { size: file.size, content_type: CONTENT_TYPE, sha256: file.sha256 };
        let now = self.resources.now();
        let signed = self.bucket.sign_upload(&key, &announced, now, UPLOAD_LIFETIME).await?;
        Ok(Upload { import, signed, expires_at: now + UPLOAD_LIFETIME })
    }

    /// Sets an import going whose file has been uploaded. May be repeated.
    pub async fn start(&self, permit: &Permit<ManageContacts>, id: Id) -> Result<Import, DomainError> {
        let mut import = self.read(id).await?;
        self.gate.enter_for(permit, import.workspace_id, DomainError::ImportNotFound).await?;
        if import.status != ImportStatus::AwaitingUpload {
            return Ok(import);
        }
        let key = ObjectKey::contact_import(import.workspace_id, import.id);
        let object = self.bucket.head(&key).await?;
        object.filter(|object| object.size == import.file_size).ok_or(DomainError::ContactFileIncomplete)?;
        import.status = ImportStatus::Processing;
        import.updated_at = self.resources.now();
        import.version += 1;
        match self.resources.store.update_contact_import(&import).await {
            Ok(()) => Ok(import),
            Err(StoreError::ConditionFailed(Condition::Contested)) => self.read(id).await,
            Err(error) => Err(error.into()),
        }
    }

    /// How far an import has come.
    pub async fn get(&self, permit: &Permit<ReadWorkspace>, id: Id) -> Result<Import, DomainError> {
        let import = self.read(id).await?;
        self.gate.enter_for(permit, import.workspace_id, DomainError::ImportNotFound).await?;
        Ok(import)
    }

    /// A page of what came of the rows, or of those of which `status` came, in the order of the file. It is kept for
    /// 30 days.
    pub async fn results(
        &self,
        permit: &Permit<ReadWorkspace>,
        id: Id,
        status: Option<RowStatus>,
        slice: Slice,
    ) -> Result<Page<RowResult>, DomainError> {
        let import = self.get(permit, id).await?;
        let total = status.map_or(import.counts.rows, |status| import.counts.of(status));
        let total = usize::try_from(total).unwrap_or(usize::MAX);
        let places = slice.offset..total.min(slice.offset.saturating_add(slice.limit));
        let items = match status {
            _ if places.is_empty() => Vec::new(),
            None => self.rows(&import, places).await?,
            Some(status) => {
                let places = places.start as u64..places.end as u64;
                self.resources.store.import_outcomes(id, status, places, self.resources.now()).await?
            }
        };
        Ok(Page { items, total })
    }

    /// The rows at these places of the file.
    async fn rows(&self, import: &Import, places: Range<usize>) -> Result<Vec<RowResult>, DomainError> {
        let first = places.start / PIECE_ROWS;
        let number = |piece: usize| u32::try_from(piece).unwrap_or(u32::MAX);
        let pieces = number(first)..number(places.end.div_ceil(PIECE_ROWS)).min(import.pieces);
        let found = self.resources.store.import_results(import.id, pieces, self.resources.now()).await?;
        let rows = found.into_iter().flatten().skip(places.start - first * PIECE_ROWS);
        Ok(rows.take(places.len()).collect())
    }

    async fn read(&self, id: Id) -> Result<Import, DomainError> {
        self.resources.store.contact_import(id).await?.ok_or(DomainError::ImportNotFound)
    }

    fn draft(
        &self,
        workspace_id: Id,
        file_name: String,
        file_size: u64,
        default_country: Option<String>,
        created_by: Option<Id>,
    ) -> Import {
        let now = self.resources.now();
        Import {
            id: Id::NONE,
            workspace_id,
            file_name,
            file_size,
            default_country,
            status: ImportStatus::AwaitingUpload,
            failure: None,
            pieces: 0,
            counts: ImportCounts::default(),
            created_by,
            created_at: now,
            updated_at: now,
            version: 1,
        }
    }
}
