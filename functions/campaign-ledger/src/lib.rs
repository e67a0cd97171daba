//! From the stream of messages to the ledgers of campaigns.
//!
//! A stream delivers a change at least once, and in order for each message. A batch of changes is put on record
//! together, so that a row and its counter are written once for several of them.

use aws_lambda_events::event::dynamodb::{Event, EventRecord};
use switchboard_runtime::stream::work_through;
use switchboard_service::campaign_sends::CampaignLedger;
use switchboard_service::outbox::redacted_key;

/// Moves the rows of ledgers on.
#[derive(Debug)]
pub struct Worker {
    ledger: CampaignLedger,
}

/// Why a batch could not be put on record; it is delivered again.
#[derive(Debug, thiserror::Error)]
#[error("the ledger can't be moved on: {0}")]
pub struct WorkerError(String);

impl Worker {
    /// A worker on these ledgers.
    pub fn new(ledger: CampaignLedger) -> Self {
        Self { ledger }
    }

    /// Follows the changes of a batch.
    pub async fn handle(&self, event: Event) -> Result<(), WorkerError> {
        work_through(event, async |records| self.follow(records).await).await
    }

    async fn follow(&self, records: Vec<EventRecord>) -> Result<(), WorkerError> {
        let mut messages = Vec::with_capacity(records.len());
        for record in records {
            let keys = record.change.keys.clone();
            match CampaignLedger::message(record.change.new_image) {
                Ok(message) => messages.extend(message),
                // It would never become readable, and everything behind it would wait.
                Err(error) => {
                    tracing::error!(
                        item.key = redacted_key(&keys),
                        error = &error as &dyn std::error::Error,
                        "a message was skipped"
                    );
                }
            }
        }
        self.ledger.follow(&messages).await.map_err(|error| WorkerError(error.to_string()))
    }
}
