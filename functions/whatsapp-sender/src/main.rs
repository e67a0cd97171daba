//! The `whatsapp-sender` function.

use std::convert::Infallible;

use switchboard_runtime::{Error, start, work};
use switchboard_service::Sending;
use whatsapp_sender::Worker;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let deployment = start();
    let resources = deployment.resources()?;
    let (graph, sealer, bucket) = (deployment.graph()?, deployment.sealer()?, deployment.media_bucket()?);
    let sending = Sending::new(resources, graph, sealer, bucket, deployment.sending_settings()?);
    let worker = Worker::new(sending, deployment.whatsapp_sends()?);
    work(async |event| Ok::<_, Infallible>(worker.handle(event).await)).await
}
