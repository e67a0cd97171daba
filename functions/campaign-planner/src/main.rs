//! The `campaign-planner` function.

use std::convert::Infallible;

use campaign_planner::Worker;
use switchboard_runtime::{Error, start, work};
use switchboard_service::campaign_sends::Dispatch;
use switchboard_service::campaigns::{CampaignSteps, StepLimits};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let deployment = start();
    let resources = deployment.resources()?;
    let dispatch = Dispatch::new(resources.clone(), deployment.sending_settings()?.per_second);
    let steps = CampaignSteps::new(resources, dispatch, StepLimits::default());
    let worker = Worker::new(steps, deployment.campaign_steps()?, deployment.campaign_sends()?);
    work(async |event| Ok::<_, Infallible>(worker.handle(event).await)).await
}
