//! Imports of contacts: patterns N9 to N11.

use std::iter::once;
use std::ops::Range;

use futures::future::try_join_all;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::VariantArray;
use switchboard_model::Id;
use switchboard_model::contact::import::{
    Import, ImportCounts, ImportStatus, PIECE_ROWS, RESULTS_DAYS, RowResult, RowStatus,
};

use crate::expression::{Check, number};
use crate::item::StoredForm;
use crate::{Condition, Store, StoreError, keys};

const DAY: i64 = 86_400;
/// What `outbox` holds on an import that is to be worked on.
pub(crate) const TO_IMPORT: &str = "import";

/// An import as stored.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredImport {
    id: Id,
    workspace_id: Id,
    file_name: String,
    file_size: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    default_country: Option<String>,
    status: ImportStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
    pieces: u32,
    counts: ImportCounts,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    created_by: Option<Id>,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    created_at: Timestamp,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    updated_at: Timestamp,
    version: u32,
    /// There from when the import is to be worked on until its first piece is done: the outbox looks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    outbox: Option<String>,
}

impl StoredForm for StoredImport {
    const ENTITY: &'static str = "contact_import";
}

impl StoredImport {
    /// Its id.
    pub(crate) fn id(&self) -> Id {
        self.id
    }

    /// Whose it is.
    pub(crate) fn workspace_id(&self) -> Id {
        self.workspace_id
    }
}

/// What came of the rows of one piece, or of those of them that have the same outcome.
#[derive(Serialize, Deserialize)]
struct StoredResults {
    rows: Vec<RowResult>,
    /// Rows of earlier pieces that have the same outcome.
    #[serde(default)]
    before: u64,
    ttl: i64,
}

impl StoredForm for StoredResults {
    const ENTITY: &'static str = "contact_import_results";
}

impl Store {
    /// N9: stores a new import. Fails as `IdTaken`.
    pub async fn create_contact_import(&self, import: &Import) -> Result<(), StoreError> {
        let key = keys::contact_import(import.id);
        self.put(&key, &StoredImport::from(import), Some((Check::Absent, Condition::IdTaken))).await
    }

    /// N10: the import with this id.
    pub async fn contact_import(&self, id: Id) -> Result<Option<Import>, StoreError> {
        Ok(self.get::<StoredImport>(&keys::contact_import(id)).await?.map(Import::from))
    }

    /// N9: puts a changed import in the place of the one that was read, whose version is one less. Fails as
    /// `Contested` where another change came first.
    pub async fn update_contact_import(&self, changed: &Import) -> Result<(), StoreError> {
        let unchanged = Check::Equals("version", number(changed.version.saturating_sub(1)));
        let key = keys::contact_import(changed.id);
        self.put(&key, &StoredImport::from(changed), Some((unchanged, Condition::Contested))).await
    }

    /// N11: stores what came of the rows of a piece, all together and by outcome; `before` is what came of the pieces
    /// before it. May be repeated.
    pub async fn put_import_results(
        &self,
        id: Id,
        piece: u32,
        before: &ImportCounts,
        rows: &[RowResult],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let ttl = now.as_second() + RESULTS_DAYS * DAY;
        let all = (keys::import_results(id, piece), StoredResults { rows: rows.to_vec(), before: 0, ttl });
        let outcomes = RowStatus::VARIANTS.iter().map(|status| {
            let rows = rows.iter().filter(|row| row.status == *status).cloned().collect();
            let before = before.of(*status);
            (keys::import_outcome(id, *status, before), StoredResults { rows, before, ttl })
        });
        let outcomes = outcomes.filter(|(_, stored)| !stored.rows.is_empty());
        let puts =
            once(all).chain(outcomes).map(|(key, stored)| async move { self.put(&key, &stored, None).await });
        try_join_all(puts).await.map(drop)
    }

    /// N11: what came of the rows of these pieces, one entry a piece; of those that are kept no longer nothing.
    pub async fn import_results(
        &self,
        id: Id,
        pieces: Range<u32>,
        now: Timestamp,
    ) -> Result<Vec<Vec<RowResult>>, StoreError> {
        let wanted: Vec<_> = pieces.map(|piece| keys::import_results(id, piece)).collect();
        let mut results = Vec::with_capacity(wanted.len());
        for (key, item) in self.get_all(&wanted).await? {
            let stored: StoredResults = self.read(&key, item)?;
            results.push(if stored.ttl > now.as_second() { stored.rows } else { Vec::new() });
        }
        Ok(results)
    }

    /// N11: of the rows with this outcome, in the order of the file, those at these places. What is kept no longer
    /// is left out.
    pub async fn import_outcomes(
        &self,
        id: Id,
        status: RowStatus,
        places: Range<u64>,
        now: Timestamp,
    ) -> Result<Vec<RowResult>, StoreError> {
        // No piece has more rows: whatever begins earlier ends before the first place.
        let earliest = places.start.saturating_sub(PIECE_ROWS as u64 - 1);
        let first = keys::import_outcome(id, status, earliest);
        let end = keys::import_outcome(id, status, places.end.saturating_sub(1));
        // Those are a page, and two pieces at most: far less than the megabyte of one answer.
        let request = self.between(&keys::import_outcomes(id, status), &first.sk, &end.sk);
        let mut found = Vec::new();
        for item in request.send().await?.items.unwrap_or_default() {
            let stored: StoredResults = self.read_listed(first.table, item)?;
            let kept = stored.ttl > now.as_second();
            let rows = (stored.before..).zip(stored.rows).filter(|(at, _)| kept && places.contains(at));
            found.extend(rows.map(|(_, row)| row));
        }
        Ok(found)
    }
}

/// Whether the outbox must hand the import on: it is to be worked on, and nobody has begun.
fn outbox(import: &Import) -> Option<String> {
    let waits = import.status == ImportStatus::Processing && import.pieces == 0;
    waits.then(|| TO_IMPORT.to_owned())
}

impl From<&Import> for StoredImport {
    fn from(import: &Import) -> Self {
        Self {
            id: import.id,
            workspace_id: import.workspace_id,
            file_name: import.file_name.clone(),
            file_size: import.file_size,
            default_country: import.default_country.clone(),
            status: import.status,
            failure: import.failure.clone(),
            pieces: import.pieces,
            counts: import.counts,
            created_by: import.created_by,
            created_at: import.created_at,
            updated_at: import.updated_at,
            version: import.version,
            outbox: outbox(import),
        }
    }
}

impl From<StoredImport> for Import {
    fn from(stored: StoredImport) -> Self {
        Self {
            id: stored.id,
            workspace_id: stored.workspace_id,
            file_name: stored.file_name,
            file_size: stored.file_size,
            default_country: stored.default_country,
            status: stored.status,
            failure: stored.failure,
            pieces: stored.pieces,
            counts: stored.counts,
            created_by: stored.created_by,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
            version: stored.version,
        }
    }
}
