//! From the queue of what is to be done with media files.

use std::time::Duration;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use switchboard_runtime::queue::{Order, Outcome, Queue, work_through};
use switchboard_service::MediaJobs;
use switchboard_service::media_jobs::Step;

/// The pause before a job is tried again that failed on our side.
const PAUSE: Duration = Duration::from_secs(15);

/// Does what is queued.
#[derive(Debug)]
pub struct Worker {
    jobs: MediaJobs,
    queue: Queue,
}

impl Worker {
    /// A worker that takes from `queue`.
    pub fn new(jobs: MediaJobs, queue: Queue) -> Self {
        Self { jobs, queue }
    }

    /// Works through a batch, all of it at the same time.
    pub async fn handle(&self, event: SqsEvent) -> SqsBatchResponse {
        work_through(&self.queue, Order::Any, event, |body| self.work(body)).await
    }

    async fn work(&self, body: String) -> Outcome {
        let job = match serde_json::from_str(&body) {
            Ok(job) => job,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "a queued job can't be read");
                return Outcome::Again(None);
            }
        };
        match self.jobs.work(&job).await {
            Ok(Step::Done) => Outcome::Done,
            Ok(Step::Later(delay)) => Outcome::Again(Some(delay)),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "a job was interrupted");
                Outcome::Again(Some(PAUSE))
            }
        }
    }
}
