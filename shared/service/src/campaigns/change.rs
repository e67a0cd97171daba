//! Changing and deleting campaigns.

use switchboard_model::access::{ManageCampaigns, Permit};
use switchboard_model::campaign::{Campaign, CampaignChange, CampaignStatus, Schedule};
use switchboard_model::{DomainError, Id, Timestamp};

use super::control::change;
use super::{Campaigns, CountedCampaign, readiness};

impl Campaigns {
    /// Changes a campaign. Its name can be changed at any time; the rest until it is started.
    pub async fn update(
        &self,
        permit: &Permit<ManageCampaigns>,
        id: Id,
        wanted: CampaignChange,
    ) -> Result<CountedCampaign, DomainError> {
        let campaign = self.enter(permit, id).await?;
        if wanted == CampaignChange::default() {
            return Ok(self.counted(campaign).await?);
        }
        self.check(&campaign, &wanted).await?;
        let changed = change(&self.resources, campaign, |campaign, _| {
            let before = campaign.clone();
            apply(campaign, &wanted)?;
            Ok(*campaign != before)
        });
        let changed = changed.await?;
        Ok(self.counted(changed).await?)
    }

    /// Deletes a campaign: it is kept, but nobody sees it any more.
    pub async fn delete(&self, permit: &Permit<ManageCampaigns>, id: Id) -> Result<(), DomainError> {
        let campaign = self.enter(permit, id).await?;
        change(&self.resources, campaign, |campaign, now| campaign.delete(now).map(|()| true)).await.map(drop)
    }

    /// Checks what a change refers to, and that what is given a time can be sent then as far as can be told.
    async fn check(&self, campaign: &Campaign, wanted: &CampaignChange) -> Result<(), DomainError> {
        let mut changed = campaign.clone();
        apply(&mut changed, wanted)?;
        let number = match wanted.phone_number_id {
            Some(_) => Some(readiness::number(&self.resources, &changed).await?),
            None => None,
        };
        if let Some(Some(template_id)) = wanted.template_id {
            readiness::template(&self.resources, &changed, template_id).await?;
        }
        if let Some(Some(schedule)) = &wanted.schedule {
            check_time(schedule, self.resources.now())?;
        }
        if changed.is_waiting() && changed.schedule.is_some() {
            let number = match number {
                Some(number) => number,
                None => readiness::number(&self.resources, &changed).await?,
            };
            readiness::check_put_together(&self.resources, &changed, &number).await?;
        }
        Ok(())
    }
}

/// Refuses a time that is over or too far away.
pub(super) fn check_time(schedule: &Schedule, now: Timestamp) -> Result<(), DomainError> {
    schedule.check(now).map_err(|refusal| DomainError::field(refusal.of_body("scheduled_at")))
}

fn apply(campaign: &mut Campaign, wanted: &CampaignChange) -> Result<(), DomainError> {
    let CampaignChange { name, phone_number_id, template_id, audience, variables, schedule, to_scheduled } =
        wanted;
    if let Some(name) = name {
        campaign.name.clone_from(name);
    }
    let fixed_by_start = phone_number_id.is_some()
        || template_id.is_some()
        || audience.is_some()
        || variables.is_some()
        || schedule.is_some();
    if fixed_by_start {
        campaign.check_editable()?;
    }
    if let Some(phone_number_id) = phone_number_id {
        campaign.phone_number_id = *phone_number_id;
    }
    if let Some(template_id) = template_id {
        campaign.template_id = *template_id;
    }
    if let Some(audience) = audience {
        campaign.audience.clone_from(audience);
    }
    if let Some(variables) = variables {
        campaign.variables.clone_from(variables);
    }
    match schedule {
        // A timer that is set for the same moment stays.
        Some(Some(schedule)) if campaign.is_waiting() && campaign.schedule.as_ref() == Some(schedule) => {}
        Some(Some(schedule)) => campaign.schedule(schedule.clone())?,
        Some(None) => campaign.unschedule()?,
        None => {}
    }
    if *to_scheduled && campaign.status != CampaignStatus::Scheduled {
        campaign.await_start()?;
    }
    Ok(())
}
