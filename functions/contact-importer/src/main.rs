//! The `contact-importer` function.

use std::convert::Infallible;
use std::time::Duration;

use contact_importer::Worker;
use switchboard_runtime::{Error, start, work};
use switchboard_service::contacts::imports::ImportWorker;

/// How long an import is worked on at a time: well below the 15 minutes that a function may run (AWS, Lambda quotas).
const BUDGET: Duration = Duration::from_mins(10);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let deployment = start();
    let imports = ImportWorker::new(deployment.resources()?, deployment.media_bucket()?, BUDGET);
    let worker = Worker::new(imports, deployment.contact_imports()?);
    work(async |event| Ok::<_, Infallible>(worker.handle(event).await)).await
}
