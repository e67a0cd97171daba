//! The `campaign-sender` function.

use std::convert::Infallible;

use campaign_sender::Worker;
use switchboard_runtime::{Error, start, work};
use switchboard_service::Sending;
use switchboard_service::campaign_sends::CampaignSender;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let deployment = start();
    let resources = deployment.resources()?;
    let (graph, sealer) = (deployment.graph()?, deployment.sealer()?);
    let (bucket, settings) = (deployment.media_bucket()?, deployment.sending_settings()?);
    let sending = Sending::for_campaigns(resources.clone(), graph, sealer, bucket, settings);
    let worker = Worker::new(CampaignSender::new(resources, sending), deployment.campaign_sends()?);
    work(async |event| Ok::<_, Infallible>(worker.handle(event).await)).await
}
