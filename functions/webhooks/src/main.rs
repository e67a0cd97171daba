//! The `webhooks` function.

use switchboard_runtime::{Api, Error, serve, start};
use switchboard_service::Webhooks;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let deployment = start();
    let resources = deployment.resources()?;
    let gate = deployment.gate(&resources)?;
    let webhooks = Webhooks::new(resources, gate.clone(), deployment.sealer()?, deployment.courier()?);
    serve(webhooks::router(Api::new(webhooks, gate))).await
}
