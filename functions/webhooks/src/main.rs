//! The `webhooks` function.

use switchboard_runtime::{Api, Error, serve, start};
use switchboard_service::{IncomingWebhooks, Webhooks};
use webhooks::{Services, router};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let deployment = start();
    let resources = deployment.resources()?;
    let gate = deployment.gate(&resources)?;
    let incoming = IncomingWebhooks::new(resources.clone(), gate.clone(), deployment.sealer()?);
    let webhooks = Webhooks::new(resources, gate.clone(), deployment.sealer()?, deployment.courier()?);
    serve(router(Api::new(Services { webhooks, incoming }, gate))).await
}
