//! The `v1-departments` function.

use switchboard_runtime::{Error, serve, start};
use switchboard_service::Team;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let deployment = start();
    serve(v1_departments::router(Team::new(deployment.resources()?))).await
}
