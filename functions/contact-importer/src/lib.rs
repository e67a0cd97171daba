//! From the queue of imports to contacts.

use std::time::Duration;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use switchboard_runtime::queue::{Order, Outcome, Queue, work_through};
use switchboard_service::contacts::imports::{ImportJob, ImportWorker, Step};

/// The pause before an import goes on that was interrupted, or that somebody else works on.
const PAUSE: Duration = Duration::from_secs(30);

/// Works on imports that are queued.
#[derive(Debug)]
pub struct Worker {
    imports: ImportWorker,
    queue: Queue,
}

impl Worker {
    /// A worker that takes from `queue`.
    pub fn new(imports: ImportWorker, queue: Queue) -> Self {
        Self { imports, queue }
    }

    /// Works through a batch.
    pub async fn handle(&self, event: SqsEvent) -> SqsBatchResponse {
        work_through(&self.queue, Order::Any, event, |body| self.import(body)).await
    }

    async fn import(&self, body: String) -> Outcome {
        let job: ImportJob = match serde_json::from_str(&body) {
            Ok(job) => job,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "a queued import can't be read");
                return Outcome::Again(None);
            }
        };
        match self.imports.work(job.import_id).await {
            Ok(Step::Done) => Outcome::Done,
            Ok(Step::Again) => Outcome::Again(Some(Duration::ZERO)),
            Ok(Step::Elsewhere) => Outcome::Again(Some(PAUSE)),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "an import was interrupted");
                Outcome::Again(Some(PAUSE))
            }
        }
    }
}
