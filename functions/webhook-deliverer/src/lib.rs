//! From the queue of deliveries to webhooks and callbacks.

use std::time::Duration;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use futures::future::try_join_all;
use switchboard_runtime::jobs::{Timer, Way, from_message, way_of};
use switchboard_runtime::queue::{Order, Outcome, Outgoing, Queue, work_through};
use switchboard_runtime::scheduler::Scheduler;
use switchboard_service::Deliveries;
use switchboard_service::deliveries::Due;

/// A job that failed on our side: what it failed by may be over in a moment, or last for hours. The queue gives it up
/// after 500 such times.
const INTERRUPTED: Outcome =
    Outcome::Interrupted { first: Duration::from_secs(2), longest: Duration::from_mins(5) };

/// Does what is queued.
#[derive(Debug)]
pub struct Worker {
    deliveries: Deliveries,
    queue: Queue,
    timers: Scheduler,
}

impl Worker {
    /// A worker that takes from `queue`, and puts there what is due later; what is due much later `timers` put there.
    pub fn new(deliveries: Deliveries, queue: Queue, timers: Scheduler) -> Self {
        Self { deliveries, queue, timers }
    }

    /// Works through a batch, all of it at the same time.
    pub async fn handle(&self, event: SqsEvent) -> SqsBatchResponse {
        work_through(&self.queue, Order::Any, event, |body| Box::pin(self.work(body))).await
    }

    async fn work(&self, body: String) -> Outcome {
        let due = match from_message(body) {
            Ok(due) => due,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "a queued job can't be read");
                return Outcome::Again(None);
            }
        };
        let follows = if due.at > self.deliveries.now() {
            vec![due]
        } else {
            match self.deliveries.work(due.job).await {
                Ok(follows) => follows,
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "a job was interrupted");
                    return INTERRUPTED;
                }
            }
        };
        self.queue_all(&follows).await
    }

    /// Queues what follows from a job; only then is it done.
    async fn queue_all(&self, follows: &[Due]) -> Outcome {
        let now = self.deliveries.now();
        let (mut messages, mut timers) = (Vec::new(), Vec::new());
        for due in follows {
            match way_of(due, now) {
                Ok(Way::Queue(message)) => messages.push(message),
                Ok(Way::Timer(timer)) => timers.push(timer),
                Err(error) => {
                    tracing::error!(error = &error as &dyn std::error::Error, "a job can't be queued");
                    return Outcome::Again(None);
                }
            }
        }
        match self.hand_on(messages, &timers).await {
            Ok(()) => Outcome::Done,
            Err(error) => {
                tracing::warn!(error = error.as_ref(), "jobs were not queued");
                INTERRUPTED
            }
        }
    }

    async fn hand_on(
        &self,
        messages: Vec<Outgoing>,
        timers: &[Timer],
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let set = timers.iter().map(|timer| self.timers.set(&timer.name, timer.at, &timer.message));
        try_join_all(set).await?;
        Ok(self.queue.send_all_unordered(messages).await?)
    }
}
