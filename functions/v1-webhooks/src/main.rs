//! The `v1-webhooks` function.

use switchboard_runtime::{Error, serve, start};
use switchboard_service::incoming_webhooks::Receiver;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let deployment = start();
    serve(v1_webhooks::router(Receiver::new(deployment.resources()?, deployment.sealer()?))).await
}
