//! From the queue of Meta's events into the store.

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use switchboard_graph::webhook::Update;
use switchboard_runtime::parcel::{ParcelError, unpack};
use switchboard_runtime::queue::{Order, Outcome, Queue, work_through};
use switchboard_service::MetaEvents;

/// Stores what Meta reports.
#[derive(Debug)]
pub struct Worker {
    events: MetaEvents,
    queue: Queue,
}

/// A queue message that holds no update. What it holds is not told: customers wrote it.
#[derive(Debug, thiserror::Error)]
enum UnreadableMessage {
    #[error(transparent)]
    Parcel(#[from] ParcelError),
    #[error("no update: {category:?} error in column {column}")]
    NotUpdate { category: serde_json::error::Category, column: usize },
}

impl Worker {
    /// A worker that takes from `queue`.
    pub fn new(events: MetaEvents, queue: Queue) -> Self {
        Self { events, queue }
    }

    /// Works through a batch, in any order: what is known of a message does not depend on it.
    pub async fn handle(&self, event: SqsEvent) -> SqsBatchResponse {
        work_through(&self.queue, Order::Any, event, |body| self.take(body)).await
    }

    async fn take(&self, body: String) -> Outcome {
        let update = match read(body) {
            Ok(update) => update,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "an event can't be read");
                return Outcome::Again(None);
            }
        };
        let field = update.origin.field.as_deref();
        match self.events.handle(&update).await {
            Ok(handled) => {
                tracing::info!(event.kind = ?update.kind, event.field = field, event.outcome = %handled, "event handled");
                Outcome::Done
            }
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::error!(event.kind = ?update.kind, event.field = field, error, "an event could not be stored");
                Outcome::Again(None)
            }
        }
    }
}

fn read(body: String) -> Result<Update, UnreadableMessage> {
    serde_json::from_str(&unpack(body)?)
        .map_err(|error| UnreadableMessage::NotUpdate { category: error.classify(), column: error.column() })
}
