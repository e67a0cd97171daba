//! The `templates` function.

use switchboard_runtime::{Api, Error, serve, start};
use switchboard_service::Templates;
use switchboard_service::templates::TemplateSamples;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let deployment = start();
    let resources = deployment.resources()?;
    let gate = deployment.gate(&resources)?;
    let samples = TemplateSamples::new(deployment.media_bucket()?, deployment.meta_app_id()?);
    let (sealer, graph) = (deployment.sealer()?, deployment.graph()?);
    let templates = Templates::new(resources, gate.clone(), sealer, graph, samples);
    serve(templates::router(Api::new(templates, gate))).await
}
