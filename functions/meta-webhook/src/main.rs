//! The `meta-webhook` function.

use std::sync::Arc;

use meta_webhook::Webhook;
use switchboard_model::clock::SystemClock;
use switchboard_runtime::{Error, serve, start};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let deployment = start();
    let webhook = Webhook::new(deployment.meta_secrets()?, deployment.meta_events()?, Arc::new(SystemClock));
    serve(meta_webhook::router(webhook)).await
}
