//! The `template-sync` function.

use std::time::Duration;

use switchboard_runtime::{Error, start, work};
use switchboard_service::templates::TemplateSync;
use template_sync::Worker;

/// A step takes up to 200 seconds, and the function may take 300.
const BUDGET: Duration = Duration::from_secs(90);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let deployment = start();
    let sync = TemplateSync::new(deployment.resources()?, deployment.sealer()?, deployment.graph()?);
    let worker = Worker::new(sync, BUDGET);
    work(async |event| worker.handle(event).await).await
}
