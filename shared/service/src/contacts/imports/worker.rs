//! Imports behind the scenes.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use switchboard_bucket::{Bucket, ObjectKey};
use switchboard_model::contact::import::{Import, ImportStatus};
use switchboard_model::field::Part;
use switchboard_model::{DomainError, Id};
use switchboard_store::{Condition, StoreError};
use tokio::time::Instant;

use super::columns::Parsed;
use super::piece::Piece;
use super::reading;
use crate::Resources;

/// Bytes of the parts in which a file is fetched.
const PART_BYTES: u64 = 8 * 1024 * 1024;
/// How often a piece is tried while the store is throttled: the pauses double, and come to about a minute.
const PIECE_TRIES: u32 = 8;
const FIRST_PAUSE: Duration = Duration::from_millis(250);

/// Works on imports.
#[derive(Clone, Debug)]
pub struct ImportWorker {
    resources: Resources,
    bucket: Bucket,
    budget: Duration,
}

/// An import to work on, as the queue carries it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportJob {
    /// The import.
    pub import_id: Id,
}

/// What is to become of the queue's message about an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing is left to do.
    Done,
    /// Somebody else works on it. They may die, so the message must come again and see to it.
    Elsewhere,
    /// The time is over: the import goes on at the next piece when the message comes again.
    Again,
}

/// Why an import did not go on.
#[derive(Debug, thiserror::Error)]
#[error("an import was interrupted")]
pub struct Interrupted(#[source] DomainError);

impl<E: Into<DomainError>> From<E> for Interrupted {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl ImportWorker {
    /// A worker that stops after `budget`, so that a function never runs out of time within a piece.
    pub fn new(resources: Resources, bucket: Bucket, budget: Duration) -> Self {
        Self { resources, bucket, budget }
    }

    /// Goes on with an import at its checkpoint. Before the first piece the file is read through, so that of a bad one
    /// nothing is stored. A piece is done before the checkpoint moves on, and doing it again changes nothing: so whoever
    /// dies in between leaves no trace but time.
    pub async fn work(&self, id: Id) -> Result<Step, Interrupted> {
        let deadline = Instant::now() + self.budget;
        let Some(mut import) = self.resources.store.contact_import(id).await? else { return Ok(Step::Done) };
        if import.status != ImportStatus::Processing {
            return Ok(Step::Done);
        }
        let Some(file) = self.fetch(&import).await? else {
            return self.finish(import, Some("its file is gone".to_owned())).await;
        };
        let country = reading::default_country(import.default_country.as_deref(), Part::Body)?;
        let checked = if import.pieces == 0 { reading::check(file, country).await } else { Ok(file) };
        let file = match checked {
            Err(DomainError::ContactFileRefused { reason }) => {
                return self.finish(import, Some(reason)).await;
            }
            checked => checked?,
        };
        let mut pieces = reading::pieces(file, country, import.pieces);
        while let Some(piece) = pieces.recv().await {
            match piece {
                Ok(rows) => {
                    if !self.pass(&mut import, &rows).await? {
                        return Ok(Step::Elsewhere);
                    }
                }
                Err(DomainError::ContactFileRefused { reason }) => {
                    return self.finish(import, Some(reason)).await;
                }
                Err(error) => return Err(error.into()),
            }
            if Instant::now() >= deadline {
                return Ok(Step::Again);
            }
        }
        self.finish(import, None).await
    }

    /// Does a piece and moves the checkpoint behind it; whether the import is still ours.
    async fn pass(&self, import: &mut Import, rows: &[Parsed]) -> Result<bool, Interrupted> {
        let piece = Piece {
            resources: &self.resources,
            workspace_id: import.workspace_id,
            by: import.created_by,
            at: import.created_at,
            mark: Some((import.id, import.pieces)),
        };
        let results = patiently(|| piece.run(rows)).await?;
        let now = self.resources.now();
        let store = &self.resources.store;
        let Import { id, pieces, counts, .. } = &*import;
        patiently(|| store.put_import_results(*id, *pieces, counts, &results, now)).await?;
        for result in &results {
            import.counts.add(result.status);
        }
        import.pieces += 1;
        self.save(import).await
    }

    async fn finish(&self, mut import: Import, failure: Option<String>) -> Result<Step, Interrupted> {
        import.status = if failure.is_some() { ImportStatus::Failed } else { ImportStatus::Completed };
        import.failure = failure;
        let key = ObjectKey::contact_import(import.workspace_id, import.id);
        if !self.save(&mut import).await? {
            return Ok(Step::Elsewhere);
        }
        // Where this fails, the bucket's lifecycle rule does it.
        let _ = self.bucket.delete(&key).await;
        Ok(Step::Done)
    }

    /// Stores how far an import has come; whether nobody else did meanwhile.
    async fn save(&self, import: &mut Import) -> Result<bool, Interrupted> {
        import.version += 1;
        import.updated_at = self.resources.now();
        match patiently(|| self.resources.store.update_contact_import(import)).await {
            Ok(()) => Ok(true),
            Err(StoreError::ConditionFailed(Condition::Contested)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// The file of an import, part by part from the bucket to the disk of the function.
    async fn fetch(&self, import: &Import) -> Result<Option<File>, Interrupted> {
        let key = ObjectKey::contact_import(import.workspace_id, import.id);
        let Some(mut parts) = self.bucket.parts(&key, PART_BYTES).await? else { return Ok(None) };
        let mut file = tempfile::tempfile().map_err(DomainError::internal)?;
        while let Some(part) = parts.next().await? {
            file.write_all(&part).map_err(DomainError::internal)?;
        }
        file.seek(SeekFrom::Start(0)).map_err(DomainError::internal)?;
        Ok(Some(file))
    }
}

/// Does `call` again, after a while, as long as the store is throttled.
async fn patiently<T, F>(call: impl Fn() -> F) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    let mut pause = FIRST_PAUSE;
    for _ in 1..PIECE_TRIES {
        match Box::pin(call()).await {
            Err(StoreError::Throttled(_)) => tokio::time::sleep(pause).await,
            done => return done,
        }
        pause *= 2;
    }
    Box::pin(call()).await
}
