//! The `media-worker` function.

use std::convert::Infallible;

use media_worker::Worker;
use switchboard_runtime::{Error, start, work};
use switchboard_service::MediaJobs;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let deployment = start();
    let (resources, bucket) = (deployment.resources()?, deployment.media_bucket()?);
    let jobs = MediaJobs::new(resources, bucket, deployment.graph()?, deployment.sealer()?);
    let worker = Worker::new(jobs, deployment.media_jobs()?);
    work(async |event| Ok::<_, Infallible>(worker.handle(event).await)).await
}
