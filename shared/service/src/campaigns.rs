//! Campaigns: putting them together, starting and stopping them, and telling how far they are.

mod audience;
mod change;
mod control;
mod parameters;
mod planning;
mod preview;
mod readiness;
mod results;
mod resumption;
mod running;
mod step;
mod steps;

use futures::stream::{StreamExt, TryStreamExt, iter};
use switchboard_model::access::{Caller, ManageCampaigns, Permission, Permit, ReadWorkspace};
use switchboard_model::campaign::{Campaign, CampaignStatus, NewCampaign, Plan};
use switchboard_model::page::{Page, Slice};
use switchboard_model::recipient::RecipientCounts;
use switchboard_model::{DomainError, Id};
use switchboard_store::{Condition, Store, StoreError};

use crate::{Gate, Resources};

pub use control::CampaignControl;
pub use preview::{CampaignPreview, PreviewedMessage, PreviewedOmission};
pub use results::{RecipientList, RecipientRows};
pub use step::{ApprovedTemplate, CampaignJob, CampaignStep};
pub use steps::{CampaignSteps, Follow, HandOut, StepError, StepLimits, Taken};

/// Campaigns whose counters are read at the same time.
const SIDE_BY_SIDE: usize = 25;

/// Campaigns of workspaces.
#[derive(Clone)]
pub struct Campaigns {
    resources: Resources,
    gate: Gate,
}

/// A campaign with how many of its recipients are how far.
#[derive(Clone, Debug, PartialEq)]
pub struct CountedCampaign {
    /// The campaign.
    pub campaign: Campaign,
    /// Its recipients.
    pub counts: RecipientCounts,
}

impl Campaigns {
    /// Campaigns of the workspaces behind `gate`.
    pub fn new(resources: Resources, gate: Gate) -> Self {
        Self { resources, gate }
    }

    /// Makes a campaign: a draft, or scheduled where a time is given.
    pub async fn create(
        &self,
        permit: &Permit<ManageCampaigns>,
        new: NewCampaign,
    ) -> Result<CountedCampaign, DomainError> {
        let entry = self.gate.enter_with(permit, new.workspace_id, Some(new.phone_number_id)).await?;
        let number = entry.phone_number.filter(|number| number.deleted_at.is_none());
        let number = number.ok_or(DomainError::PhoneNumberNotFound)?;
        let mut draft = self.draft(new, entry.user_id);
        if let Some(template_id) = draft.template_id {
            readiness::template(&self.resources, &draft, template_id).await?;
        }
        if let Some(schedule) = draft.schedule.take() {
            change::check_time(&schedule, self.resources.now())?;
            readiness::check_put_together(&self.resources, &draft, &number).await?;
            draft.schedule(schedule)?;
        }
        let draft = &draft;
        let created = self.resources.create(|id| {
            let campaign = Campaign { id, ..draft.clone() };
            async move { self.resources.store.create_campaign(&campaign).await.map(|()| campaign) }
        });
        let campaign = created.await.map_err(|error| match error.condition() {
            // The workspace was deleted meanwhile.
            Some(Condition::Contested) => DomainError::WorkspaceNotFound,
            _ => error.into(),
        })?;
        Ok(CountedCampaign { campaign, counts: RecipientCounts::default() })
    }

    fn draft(&self, new: NewCampaign, created_by: Option<Id>) -> Campaign {
        let now = self.resources.now();
        Campaign {
            id: Id::NONE,
            workspace_id: new.workspace_id,
            phone_number_id: new.phone_number_id,
            template_id: new.template_id,
            name: new.name,
            status: CampaignStatus::Draft,
            pause: None,
            failure: None,
            audience: new.audience,
            variables: new.variables,
            schedule: new.schedule,
            timer: 0,
            run: 0,
            turn: 0,
            plan: Plan::default(),
            retry: None,
            created_by,
            created_at: now,
            updated_at: now,
            started_at: None,
            ended_at: None,
            deleted_at: None,
            version: 1,
        }
    }

    /// A page of a workspace's campaigns, the newest first; of one status where it is given.
    pub async fn list(
        &self,
        permit: &Permit<ReadWorkspace>,
        workspace_id: Id,
        status: Option<CampaignStatus>,
        slice: Slice,
    ) -> Result<Page<CountedCampaign>, DomainError> {
        // Read side by side to save a round trip; nothing leaves before the gate has let the caller in.
        let (entry, page) = futures::join!(
            Box::pin(self.gate.enter(permit, workspace_id)),
            self.resources.store.campaigns_of_workspace(workspace_id, status, slice),
        );
        entry?;
        let Page { items, total } = page?;
        let counted = iter(items).map(|campaign| self.counted(campaign)).buffered(SIDE_BY_SIDE);
        Ok(Page { items: counted.try_collect().await?, total })
    }

    /// One campaign.
    pub async fn get(&self, permit: &Permit<ReadWorkspace>, id: Id) -> Result<CountedCampaign, DomainError> {
        let campaign = self.enter(permit, id).await?;
        Ok(self.counted(campaign).await?)
    }

    /// A campaign with its counters.
    async fn counted(&self, campaign: Campaign) -> Result<CountedCampaign, StoreError> {
        let counts = counts(&self.resources.store, &campaign).await?;
        Ok(CountedCampaign { campaign, counts })
    }

    /// Lets a caller into the workspace of the campaign that they name. To those who have no place there, it is the
    /// same as one that does not exist.
    async fn enter<P: Permission>(&self, permit: &Permit<P>, id: Id) -> Result<Campaign, DomainError> {
        let campaign = match self.read(id).await {
            Err(DomainError::CampaignNotFound) => return Err(self.not_found(permit).await?),
            campaign => campaign?,
        };
        match self.gate.enter(permit, campaign.workspace_id).await {
            Err(DomainError::WorkspaceNotFound | DomainError::CredentialsInvalid) => {
                Err(self.not_found(permit).await?)
            }
            entry => entry.map(|_| campaign),
        }
    }

    /// What is told to a caller whose campaign is not found. An API key shows only now whether it is one at all.
    async fn not_found<P>(&self, permit: &Permit<P>) -> Result<DomainError, DomainError> {
        match permit.caller() {
            Caller::ApiKey { digest }
                if self.resources.store.workspace_of_api_key(digest).await?.is_none() =>
            {
                Ok(DomainError::CredentialsInvalid)
            }
            _ => Ok(DomainError::CampaignNotFound),
        }
    }

    async fn read(&self, id: Id) -> Result<Campaign, DomainError> {
        let campaign = self.resources.store.campaign(id).await?;
        campaign.filter(|campaign| campaign.deleted_at.is_none()).ok_or(DomainError::CampaignNotFound)
    }
}

/// How many recipients of a campaign are how far. One that was never started has none.
async fn counts(store: &Store, campaign: &Campaign) -> Result<RecipientCounts, StoreError> {
    let mut counts = campaign.plan.counts.clone();
    if campaign.run > 0 {
        counts += &store.recipient_moves(campaign.id).await?;
    }
    Ok(counts)
}
