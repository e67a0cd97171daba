//! DynamoDB streams: working through their batches.

use aws_lambda_events::event::dynamodb::{Event, EventRecord};
use aws_lambda_events::event::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};

/// Works through a batch as a whole; where that fails, all of it is delivered again.
pub async fn work_through<E: std::error::Error + 'static>(
    event: Event,
    handle: impl AsyncFn(Vec<EventRecord>) -> Result<(), E>,
) -> DynamoDbEventResponse {
    let first = event.records.first().and_then(|record| record.change.sequence_number.clone());
    let mut response = DynamoDbEventResponse::default();
    let count = event.records.len();
    match handle(event.records).await {
        Ok(()) => tracing::info!(records = count, "stream records handled"),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, records = count, "stream records left over");
            let mut failure = DynamoDbBatchItemFailure::default();
            failure.item_identifier = first;
            response.batch_item_failures = vec![failure];
        }
    }
    response
}
