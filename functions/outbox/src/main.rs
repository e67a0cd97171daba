//! The `outbox` function.

use outbox::Worker;
use switchboard_runtime::{Error, start, work};
use switchboard_service::Outbox;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let deployment = start();
    let worker = Worker::new(Outbox::new(deployment.resources()?), deployment.whatsapp_sends()?);
    work(async |event| worker.handle(event).await).await
}
