//! The `v1-messages` function.

use switchboard_runtime::{Api, Error, serve, start};
use switchboard_service::Team;
use switchboard_service::team::Answers;
use v1_messages::{Services, router};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let deployment = start();
    let resources = deployment.resources()?;
    let gate = deployment.gate(&resources)?;
    let answers = Answers::new(resources.clone(), gate.clone());
    serve(router(Api::new(Services { team: Team::new(resources), answers }, gate))).await
}
