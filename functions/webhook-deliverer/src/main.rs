//! The `webhook-deliverer` function.

use std::convert::Infallible;

use switchboard_runtime::{Error, start, work};
use switchboard_service::Deliveries;
use webhook_deliverer::Worker;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let deployment = start();
    let resources = deployment.resources()?;
    let (courier, sealer) = (deployment.courier()?, deployment.sealer()?);
    let deliveries = Deliveries::new(resources, courier, sealer, deployment.delivery_settings()?);
    let worker = Worker::new(deliveries, deployment.webhook_deliveries()?, deployment.delivery_timers()?);
    work(async |event| Ok::<_, Infallible>(worker.handle(event).await)).await
}
