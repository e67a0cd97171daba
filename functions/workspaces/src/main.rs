//! The `workspaces` function.

use switchboard_runtime::{Api, Error, serve, start};
use switchboard_service::Workspaces;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let deployment = start();
    let resources = deployment.resources()?;
    let gate = deployment.gate(&resources)?;
    let workspaces = Workspaces::new(resources, gate.clone(), deployment.sealer()?);
    serve(workspaces::router(Api::new(workspaces, gate))).await
}
