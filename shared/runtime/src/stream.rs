//! DynamoDB streams: working through their batches.

use aws_lambda_events::event::dynamodb::{Event, EventRecord};
use switchboard_meter::Meter;

/// Works through a batch as a whole. Where that fails, the function has failed, and all of the batch is delivered
/// again: what was done of it must not hurt a second time.
pub async fn work_through<E: std::error::Error + 'static>(
    event: Event,
    handle: impl AsyncFn(Vec<EventRecord>) -> Result<(), E>,
) -> Result<(), E> {
    let count = event.records.len();
    let meter = Meter::default();
    let handled = meter.scope(handle(event.records)).await;
    match &handled {
        Ok(()) => log(&meter, count),
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

fn log(meter: &Meter, count: usize) {
    let reading = meter.reading();
    tracing::info!(
        records = count,
        aws.calls = reading.calls,
        aws.round_trips = reading.round_trips,
        store.read_units = reading.read_units,
        store.write_units = reading.write_units,
        "stream records handled"
    );
}
