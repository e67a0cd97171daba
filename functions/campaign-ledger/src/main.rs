//! The `campaign-ledger` function.

use campaign_ledger::Worker;
use switchboard_runtime::{Error, start, work};
use switchboard_service::campaign_sends::CampaignLedger;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let deployment = start();
    let worker = Worker::new(CampaignLedger::new(deployment.resources()?));
    work(async |event| worker.handle(event).await).await
}
