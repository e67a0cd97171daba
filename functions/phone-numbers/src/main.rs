//! The `phone-numbers` function.

use switchboard_runtime::{Api, Error, serve, start};
use switchboard_service::PhoneNumbers;
use switchboard_service::phone_numbers::MetaApp;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let deployment = start();
    let resources = deployment.resources()?;
    let gate = deployment.gate(&resources)?;
    let meta = MetaApp::new(deployment.graph()?, deployment.meta_app_id()?, deployment.meta_secrets()?);
    let phone_numbers = PhoneNumbers::new(resources, gate.clone(), deployment.sealer()?, meta);
    serve(phone_numbers::router(Api::new(phone_numbers, gate))).await
}
