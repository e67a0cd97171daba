//! From the queue of sends to Meta.

use std::time::Duration;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use switchboard_runtime::queue::{Order, Outcome, Queue, work_through};
use switchboard_service::Sending;
use switchboard_service::sending::Step;

/// The pause before a message is tried again whose sending failed on our side.
const PAUSE: Duration = Duration::from_secs(2);

/// Sends what is queued.
#[derive(Debug)]
pub struct Worker {
    sending: Sending,
    queue: Queue,
}

impl Worker {
    /// A worker that takes from `queue`.
    pub fn new(sending: Sending, queue: Queue) -> Self {
        Self { sending, queue }
    }

    /// Works through a batch: conversations side by side, the messages of one in their order.
    pub async fn handle(&self, event: SqsEvent) -> SqsBatchResponse {
        work_through(&self.queue, Order::InGroups, event, |body| self.send(body)).await
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
            Ok(Step::Done | Step::Held(_)) => Outcome::Done,
            Ok(Step::Later(delay)) => Outcome::Again(Some(delay)),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "a send was interrupted");
                Outcome::Again(Some(PAUSE))
            }
        }
    }
}
