//! What is done with media files besides requests: files of customers are fetched while Meta has them, and the
//! contents of deleted files are let go.

mod fetching;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use switchboard_bucket::{Bucket, BucketError, ObjectKey};
use switchboard_graph::{Graph, GraphError};
use switchboard_model::Id;
use switchboard_store::{MessageKey, StoreError};
use switchboard_vault::{Sealer, VaultError};

use crate::Resources;

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaJob {
    /// Fetch the file of a customer's message.
    Fetch(MessageKey),
    /// Let the content of a deleted file go.
    Retire {
        /// Whose it was.
        workspace_id: Id,
        /// The file.
        media_id: Id,
    },
}

/// What becomes of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing is left to do.
    Done,
    /// It must come again after this.
    Later(Duration),
}

/// Does what is to be done.
#[derive(Clone, Debug)]
pub struct MediaJobs {
    resources: Resources,
    bucket: Bucket,
    graph: Graph,
    sealer: Sealer,
}

/// Why a job could not be done; it may be tried again.
#[derive(Debug, thiserror::Error)]
pub enum MediaJobError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The bucket failed.
    #[error(transparent)]
    Bucket(#[from] BucketError),
    /// A token can't be opened.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// Meta failed.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// What was downloaded is not what Meta said.
    #[error("a file of a customer was cut off or damaged on its way")]
    Damaged,
}

impl MediaJobs {
    /// Fetches by `graph`, with tokens that `sealer` opens, into `bucket`.
    pub fn new(resources: Resources, bucket: Bucket, graph: Graph, sealer: Sealer) -> Self {
        Self { resources, bucket, graph, sealer }
    }

    /// Does a job. It may come any number of times.
    pub async fn work(&self, job: &MediaJob) -> Result<Step, MediaJobError> {
        match job {
            MediaJob::Fetch(key) => self.fetch(key).await,
            MediaJob::Retire { workspace_id, media_id } => {
                switchboard_meter::current().note_workspace(*workspace_id);
                self.bucket.retire(&ObjectKey::media(*workspace_id, *media_id)).await?;
                Ok(Step::Done)
            }
        }
    }
}
