//! From the queue of sends to Meta.

use std::time::Duration;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use switchboard_runtime::queue::{Order, Outcome, Queue, work_through_within};
use switchboard_service::Sending;
use switchboard_service::sending::Step;

/// No conversation begins with another message after this. One that is begun takes 65 seconds at most: its moment comes
/// in 1.5, Meta refuses a file that it has forgotten in 20, the file goes there in 22, and Meta answers in 20. With the
/// budget that is less than the function's timeout.
const BUDGET: Duration = Duration::from_secs(20);

/// Sends what is queued.
#[derive(Debug)]
pub struct Worker {
    sending: Sending,
    queue: Queue,
    budget: Duration,
}

impl Worker {
    /// A worker that takes from `queue`.
    pub fn new(sending: Sending, queue: Queue) -> Self {
        Self { sending, queue, budget: BUDGET }
    }

    /// The same worker, with another time after which no conversation begins with another message.
    #[must_use]
    pub fn within(self, budget: Duration) -> Self {
        Self { budget, ..self }
    }

    /// Works through a batch: conversations side by side, the messages of one in their order.
    pub async fn handle(&self, event: SqsEvent) -> SqsBatchResponse {
        work_through_within(&self.queue, self.budget, Order::InGroups, event, |body| self.send(body)).await
    }

    async fn send(&self, body: String) -> Outcome {
        let job = match serde_json::from_str(&body) {
            Ok(job) => job,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "a queued send can't be read");
                return Outcome::Again(None);
            }
        };
        match self.sending.work(&job).await {
            // What is held waits for another run of its campaign, which has a queue of its own.
            Ok(Step::Done | Step::Over(_) | Step::Held(_)) => Outcome::Done,
            Ok(Step::Later(delay)) => Outcome::Again(Some(delay)),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "a send was interrupted");
                Outcome::Again(Some(self.sending.pause_after_fault(&job)))
            }
        }
    }
}
