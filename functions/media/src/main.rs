//! The `media` function.

use switchboard_runtime::{Api, Error, serve, start};
use switchboard_service::MediaFiles;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let deployment = start();
    let resources = deployment.resources()?;
    let gate = deployment.gate(&resources)?;
    let files = MediaFiles::new(resources, gate.clone(), deployment.media_bucket()?);
    serve(media::router(Api::new(files, gate))).await
}
