//! The `outbox` function.

use outbox::{Exits, Worker};
use switchboard_runtime::{Error, start, work};
use switchboard_service::Outbox;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let deployment = start();
    let exits = Exits {
        sends: deployment.whatsapp_sends()?,
        contact_imports: deployment.contact_imports()?,
        media_jobs: deployment.media_jobs()?,
        campaign_steps: deployment.campaign_steps()?,
        campaign_timers: deployment.campaign_timers()?,
        webhook_deliveries: deployment.webhook_deliveries()?,
    };
    let worker = Worker::new(Outbox::new(deployment.resources()?), exits);
    work(async |event| worker.handle(event).await).await
}
