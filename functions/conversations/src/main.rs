//! The `conversations` function.

use switchboard_runtime::{Api, Error, serve, start};
use switchboard_service::Conversations;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let deployment = start();
    let resources = deployment.resources()?;
    let gate = deployment.gate(&resources)?;
    let service = Conversations::new(resources, gate.clone());
    serve(conversations::router(Api::new(service, gate))).await
}
