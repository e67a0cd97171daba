//! Starting and stopping campaigns.

use switchboard_model::access::{ManageCampaigns, Permit};
use switchboard_model::campaign::{CampaignStatus, HaltReason};
use switchboard_model::recipient::RecipientStatus;
use switchboard_model::{DomainError, Id};

use super::control::change;
use super::{Campaigns, CountedCampaign, readiness};

impl Campaigns {
    /// Starts a campaign, or goes on after a pause. All that can be checked is checked before anything is queued. One
    /// that is being sent stays as it is.
    pub async fn start(
        &self,
        permit: &Permit<ManageCampaigns>,
        id: Id,
    ) -> Result<CountedCampaign, DomainError> {
        let campaign = self.enter(permit, id).await?;
        let would_change = campaign.clone().start(self.resources.now())?;
        if would_change {
            Box::pin(readiness::check_ready(&self.resources, &campaign)).await?;
        }
        let started = change(&self.resources, campaign, switchboard_model::campaign::Campaign::start).await?;
        Ok(self.counted(started).await?)
    }

    /// Stops a campaign for the time being.
    pub async fn pause(
        &self,
        permit: &Permit<ManageCampaigns>,
        id: Id,
    ) -> Result<CountedCampaign, DomainError> {
        let campaign = self.enter(permit, id).await?;
        let pause =
            change(&self.resources, campaign, |campaign, now| campaign.pause(now, HaltReason::Requested));
        let paused = pause.await?;
        Ok(self.counted(paused).await?)
    }

    /// Ends a campaign: what was not sent stays so.
    pub async fn cancel(
        &self,
        permit: &Permit<ManageCampaigns>,
        id: Id,
    ) -> Result<CountedCampaign, DomainError> {
        let campaign = self.enter(permit, id).await?;
        let cancelled =
            change(&self.resources, campaign, switchboard_model::campaign::Campaign::cancel).await?;
        Ok(self.counted(cancelled).await?)
    }

    /// Sends to those again whom a campaign failed to tell. One that is being sent again already stays as it is.
    pub async fn retry_failed(
        &self,
        permit: &Permit<ManageCampaigns>,
        id: Id,
    ) -> Result<CountedCampaign, DomainError> {
        let campaign = self.enter(permit, id).await?;
        if campaign.status == CampaignStatus::Sending && campaign.retry.is_some() {
            return Ok(self.counted(campaign).await?);
        }
        campaign.clone().retry(self.resources.now())?;
        let counted = self.counted(campaign).await?;
        if counted.counts.of(RecipientStatus::Failed) == 0 {
            return Err(DomainError::CampaignUnready { reason: "it failed to tell nobody".to_owned() });
        }
        Box::pin(readiness::check_ready(&self.resources, &counted.campaign)).await?;
        let retried =
            change(&self.resources, counted.campaign, switchboard_model::campaign::Campaign::retry).await?;
        Ok(self.counted(retried).await?)
    }
}
