//! From the queue of campaigns' sends to Meta.

use std::time::Duration;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use switchboard_runtime::queue::{Order, Outcome, Queue, work_through};
use switchboard_service::campaign_sends::CampaignSender;
use switchboard_service::sending::Step;

/// The pause before a recipient is tried again whose sending failed on our side.
const PAUSE: Duration = Duration::from_secs(2);

/// Sends to the recipients that are queued.
#[derive(Debug)]
pub struct Worker {
    sender: CampaignSender,
    queue: Queue,
}

impl Worker {
    /// A worker that takes from `queue`.
    pub fn new(sender: CampaignSender, queue: Queue) -> Self {
        Self { sender, queue }
    }

    /// Works through a batch, all of it at the same time: each waits for its own moment.
    pub async fn handle(&self, event: SqsEvent) -> SqsBatchResponse {
        work_through(&self.queue, Order::Any, event, |body| self.send(body)).await
    }

    async fn send(&self, body: String) -> Outcome {
        let send = match serde_json::from_str(&body) {
            Ok(send) => send,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "a campaign's send can't be read");
                return Outcome::Again(None);
            }
        };
        match self.sender.send(&send).await {
            Ok(Step::Done | Step::Over(_) | Step::Held(_)) => Outcome::Done,
            Ok(Step::Later(delay)) => Outcome::Again(Some(delay)),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "a campaign's send was interrupted");
                Outcome::Again(Some(PAUSE))
            }
        }
    }
}
