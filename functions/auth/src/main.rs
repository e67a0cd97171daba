//! The `auth` function.

use switchboard_runtime::{Api, Error, serve, start};
use switchboard_service::Accounts;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let deployment = start();
    let resources = deployment.resources()?;
    let gate = deployment.gate(&resources)?;
    let accounts = Accounts::new(resources, deployment.token_key()?);
    serve(auth::router(Api::new(accounts, gate))).await
}
