//! DynamoDB streams: working through their batches.

use aws_lambda_events::event::dynamodb::{Event, EventRecord};

/// Works through a batch as a whole. Where that fails, the function has failed, and all of the batch is delivered
/// again: what was done of it must not hurt a second time.
pub async fn work_through<E: std::error::Error + 'static>(
    event: Event,
    handle: impl AsyncFn(Vec<EventRecord>) -> Result<(), E>,
) -> Result<(), E> {
    let count = event.records.len();
    let handled = handle(event.records).await;
    match &handled {
        Ok(()) => tracing::info!(records = count, "stream records handled"),
        Err(error) => {
            tracing::error!(
                error = error as &dyn std::error::Error,
                records = count,
                "stream records left over"
            );
        }
    }
    handled
}
