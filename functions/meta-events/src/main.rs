//! The `meta-events` function.

use std::convert::Infallible;

use meta_events::Worker;
use switchboard_runtime::{Error, start, work};
use switchboard_service::MetaEvents;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let deployment = start();
    let worker = Worker::new(MetaEvents::new(deployment.resources()?), deployment.meta_events()?);
    work(async |event| Ok::<_, Infallible>(worker.handle(event).await)).await
}
