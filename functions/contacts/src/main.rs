//! The `contacts` function.

use contacts::Services;
use switchboard_runtime::{Api, Error, serve, start};
use switchboard_service::Contacts;
use switchboard_service::contacts::imports::ContactImports;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let deployment = start();
    let resources = deployment.resources()?;
    let gate = deployment.gate(&resources)?;
    let imports = ContactImports::new(resources.clone(), gate.clone(), deployment.media_bucket()?);
    let contacts = Contacts::new(resources, gate.clone());
    serve(contacts::router(Api::new(Services { contacts, imports }, gate))).await
}
