//! The `campaigns` function.

use switchboard_runtime::{Api, Error, serve, start};
use switchboard_service::Campaigns;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let deployment = start();
    let resources = deployment.resources()?;
    let gate = deployment.gate(&resources)?;
    let campaigns = Campaigns::new(resources, gate.clone());
    serve(campaigns::router(Api::new(campaigns, gate))).await
}
