//! What follows the change of a campaign.

use switchboard_runtime::queue::Outgoing;
use switchboard_service::campaigns::{ApprovedTemplate, CampaignStep};
use switchboard_service::outbox::CampaignNews;

use crate::{Worker, WorkerError};

impl Worker {
    /// Queues first steps, sets new timers and takes old ones away. A new timer is there before the old one goes.
    pub(crate) async fn follow_campaigns(&self, news: &[CampaignNews]) -> Result<(), WorkerError> {
        let mut steps = Vec::new();
        for news in news {
            if let Some(run) = news.run {
                steps.push(step(news, &CampaignStep::first(news.id, run))?);
            }
            if let Some((timer, schedule)) = &news.set {
                let starting = CampaignStep::starting(news.id, *timer);
                if schedule.moment() <= self.outbox.now() {
                    steps.push(step(news, &starting)?);
                } else {
                    let (name, message) = (name(news, *timer), serde_json::to_string(&starting)?);
                    self.exits.campaign_timers.set(&name, schedule.moment(), &message).await?;
                }
            }
            if let Some(timer) = news.unset {
                self.exits.campaign_timers.unset(&name(news, timer)).await?;
            }
        }
        Ok(self.exits.campaign_steps.send_all(steps).await?)
    }

    /// Queues what campaigns may have waited for.
    pub(crate) async fn follow_approvals(&self, approved: &[ApprovedTemplate]) -> Result<(), WorkerError> {
        let messages = approved.iter().map(|template| {
            let (body, group) = (serde_json::to_string(template)?, template.workspace_id.to_string());
            Ok(Outgoing { body, group, deduplication_id: None, delay: None })
        });
        let messages = messages.collect::<Result<_, WorkerError>>()?;
        Ok(self.exits.campaign_steps.send_all_unordered(messages).await?)
    }
}

fn step(news: &CampaignNews, step: &CampaignStep) -> Result<Outgoing, WorkerError> {
    let group = news.workspace_id.to_string();
    Ok(Outgoing { body: serde_json::to_string(step)?, group, deduplication_id: None, delay: None })
}

fn name(news: &CampaignNews, timer: u32) -> String {
    format!("campaign-{}-{timer}", news.id)
}
