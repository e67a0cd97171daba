//! The `messages` function.

use switchboard_runtime::{Api, Error, serve, start};
use switchboard_service::Messages;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let deployment = start();
    let resources = deployment.resources()?;
    let gate = deployment.gate(&resources)?;
    let service = Messages::new(resources, gate.clone());
    serve(messages::router(Api::new(service, gate))).await
}
