//! Campaigns that go on by themselves: those that Meta's pause of their template stopped, when it is over.

use switchboard_model::campaign::{CampaignStatus, HaltReason};
use switchboard_model::page::Slice;
use switchboard_model::{DomainError, Id};
use switchboard_store::StoreError;

use super::control::change;
use super::{ApprovedTemplate, CampaignSteps, StepError, readiness};

/// Campaigns that are read at once.
const PAGE: usize = 100;

impl CampaignSteps {
    /// Lets the campaigns go on that were paused since this template was, unless it is paused again by now. A campaign
    /// that can't go on for another reason stays paused with that. May be repeated.
    pub async fn resume(&self, approved: &ApprovedTemplate) -> Result<(), StepError> {
        switchboard_meter::current().note_workspace(approved.workspace_id);
        let template_id = approved.approved_template_id;
        let template = self.resources().store.template(template_id).await?;
        if template.is_none_or(|template| template.check_sendable().is_err()) {
            return Ok(());
        }
        for id in self.waiting_for(approved).await? {
            match Box::pin(self.resume_one(id, template_id)).await {
                // It was deleted, or started by somebody, meanwhile.
                Ok(()) | Err(DomainError::CampaignNotFound | DomainError::CampaignState { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// All are found before the first goes on, which moves it out of the list.
    async fn waiting_for(&self, approved: &ApprovedTemplate) -> Result<Vec<Id>, StoreError> {
        let mut found = Vec::new();
        for offset in (0..).step_by(PAGE) {
            let slice = Slice { limit: PAGE, offset };
            let paused = Some(CampaignStatus::Scheduled);
            let store = &self.resources().store;
            let page = store.campaigns_of_workspace(approved.workspace_id, paused, slice).await?;
            let waiting =
                page.items.iter().filter(|campaign| campaign.is_paused_with(approved.approved_template_id));
            found.extend(waiting.map(|campaign| campaign.id));
            if offset + PAGE >= page.total {
                break;
            }
        }
        Ok(found)
    }

    async fn resume_one(&self, id: Id, template_id: Id) -> Result<(), DomainError> {
        let resources = self.resources();
        let campaign = resources.store.campaign(id).await?;
        let Some(campaign) = campaign.filter(|campaign| campaign.deleted_at.is_none()) else { return Ok(()) };
        let unready = match Box::pin(readiness::check_ready(resources, &campaign)).await {
            Ok(()) => None,
            Err(error @ (DomainError::Unavailable { .. } | DomainError::Internal { .. })) => {
                return Err(error);
            }
            Err(error) => Some(HaltReason::Unready { message: error.to_string() }),
        };
        let resumed = change(resources, campaign, |campaign, now| {
            if !campaign.is_paused_with(template_id) {
                return Ok(false);
            }
            match &unready {
                None => campaign.start(now),
                Some(reason) => Ok(campaign.stay_paused(now, reason.clone())),
            }
        });
        resumed.await.map(drop)
    }
}
