//! What work costs.

use std::future::Future;

use switchboard_meter::{Meter, Reading};

/// Does `work`, and tells what it cost.
pub async fn metered<T>(work: impl Future<Output = T>) -> (T, Reading) {
    let meter = Meter::default();
    let done = meter.scope(work).await;
    (done, meter.reading())
}

/// A cost, for snapshots.
pub fn cost(reading: Reading) -> String {
    let Reading { calls, round_trips, read_units, write_units } = reading;
    format!("{calls} calls, {round_trips} round trips, {read_units} read units, {write_units} write units")
}
