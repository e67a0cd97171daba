//! Campaigns: patterns G1 to G8.

mod form;
mod lists;
mod outbox;

use switchboard_model::Id;
use switchboard_model::campaign::{Campaign, CampaignStatus, Plan, RetryCheckpoint};
use switchboard_model::recipient::RecipientCounts;

use crate::expression::{Change, Check, number, string};
use crate::item::to_attribute;
use crate::{Attributes, Condition, Store, StoreError, keys};
use form::StoredCampaign;

pub use outbox::CampaignNews;
pub(crate) use outbox::{completion, is_campaign, news};

impl Store {
    /// G1: the campaign with this id, deleted or not.
    pub async fn campaign(&self, id: Id) -> Result<Option<Campaign>, StoreError> {
        Ok(self.get::<StoredCampaign>(&keys::campaign(id)).await?.map(Campaign::from))
    }

    /// G2: stores a new campaign. Fails as `Contested` where the workspace is gone, or as `IdTaken`.
    pub async fn create_campaign(&self, new: &Campaign) -> Result<(), StoreError> {
        let link = lists::link(new);
        self.transaction()
            .create(&keys::campaign(new.id), &StoredCampaign::from(new), Condition::IdTaken)?
            .put(&keys::listed_campaign(new.workspace_id, new.id), &link)?
            .put(&keys::listed_campaign_of_status(new.workspace_id, new.status, new.id), &link)?
            .update(&keys::campaign_tally(new.workspace_id), lists::counted(None, Some(new.status)))?
            .workspace_lives(new.workspace_id)?
            .commit()
            .await
    }

    /// G4: puts a changed campaign in the place of the one that was read, whose version is one less and whose
    /// status was `was`. Fails as `Contested` where another change came first.
    pub async fn update_campaign(&self, changed: &Campaign, was: CampaignStatus) -> Result<(), StoreError> {
        self.replace_campaign(changed, was, &StoredCampaign::from(changed)).await
    }

    /// G4: does the same for a campaign that is completed, and keeps what webhooks are told: how many of its recipients
    /// are how far.
    pub async fn complete_campaign(
        &self,
        completed: &Campaign,
        was: CampaignStatus,
        counts: RecipientCounts,
    ) -> Result<(), StoreError> {
        let form = StoredCampaign::completed(completed, counts);
        self.replace_campaign(completed, was, &form).await
    }

    async fn replace_campaign(
        &self,
        changed: &Campaign,
        was: CampaignStatus,
        form: &StoredCampaign,
    ) -> Result<(), StoreError> {
        let key = keys::campaign(changed.id);
        if changed.status == was {
            return self.put(&key, form, Some(unchanged(changed))).await;
        }
        let (check, condition) = unchanged(changed);
        let (workspace_id, id) = (changed.workspace_id, changed.id);
        self.transaction()
            .put_if(&key, form, check, condition)?
            .delete(&keys::listed_campaign_of_status(workspace_id, was, id), None)?
            .put(&keys::listed_campaign_of_status(workspace_id, changed.status, id), &lists::link(changed))?
            .update(&keys::campaign_tally(workspace_id), lists::counted(Some(was), Some(changed.status)))?
            .commit()
            .await
    }

    /// G5: deletes a campaign: it is kept, the lists lose it. Fails as `Contested`.
    pub async fn delete_campaign(&self, deleted: &Campaign) -> Result<(), StoreError> {
        let (check, condition) = unchanged(deleted);
        let (workspace_id, id, status) = (deleted.workspace_id, deleted.id, deleted.status);
        self.transaction()
            .put_if(&keys::campaign(id), &StoredCampaign::from(deleted), check, condition)?
            .delete(&keys::listed_campaign(workspace_id, id), None)?
            .delete(&keys::listed_campaign_of_status(workspace_id, status, id), None)?
            .update(&keys::campaign_tally(workspace_id), lists::counted(Some(status), None))?
            .commit()
            .await
    }

    /// G6: puts `next` in the place of the plan of `campaign` as it was read; the campaign as it is then. Fails as
    /// `Contested` where somebody else went on with that plan.
    pub async fn save_plan(&self, campaign: &Campaign, next: &Plan) -> Result<Campaign, StoreError> {
        let same = Check::Equals("plan_batch", number(campaign.plan.batch));
        let change = Change::default()
            .set("plan", to_attribute(next)?)
            .set("plan_batch", number(next.batch))
            .only_if(Check::All(vec![same, Check::Lacks("deleted_at")]), Condition::Contested);
        self.change_campaign(campaign.id, change).await
    }

    /// G7: puts `next` in the place of the retry of `campaign` as it was read, if it is still being sent in the same
    /// run; `None` ends it. The campaign as it is then. Fails as `Contested`.
    pub async fn save_retry(
        &self,
        campaign: &Campaign,
        next: Option<&RetryCheckpoint>,
    ) -> Result<Campaign, StoreError> {
        let same = match &campaign.retry {
            Some(read) => Check::Equals("retry", to_attribute(read)?),
            None => Check::Lacks("retry"),
        };
        let change = match next {
            Some(next) => Change::default().set("retry", to_attribute(next)?),
            None => Change::default().remove("retry"),
        };
        self.change_campaign(campaign.id, change.only_if(in_its_run(campaign, same), Condition::Contested))
            .await
    }

    /// G8: ends the turn of `campaign` as it was read. Fails as `Contested` where another step did, or the run is
    /// over.
    pub async fn end_campaign_turn(&self, campaign: &Campaign) -> Result<Campaign, StoreError> {
        let same = Check::Equals("turn", number(campaign.turn));
        let change = Change::default()
            .set("turn", number(campaign.turn.saturating_add(1)))
            .only_if(in_its_run(campaign, same), Condition::Contested);
        self.change_campaign(campaign.id, change).await
    }

    /// Each change counts as a version, so that what somebody changes meanwhile does not undo it.
    async fn change_campaign(&self, id: Id, change: Change) -> Result<Campaign, StoreError> {
        let key = keys::campaign(id);
        let item: Attributes = self.update(&key, change.add("version", 1)).await?;
        Ok(self.read::<StoredCampaign>(&key, item)?.into())
    }
}

fn unchanged(changed: &Campaign) -> (Check, Condition) {
    let version = Check::Equals("version", number(changed.version.saturating_sub(1)));
    (Check::All(vec![version, Check::Lacks("deleted_at")]), Condition::Contested)
}

fn in_its_run(campaign: &Campaign, and: Check) -> Check {
    let sending = Check::Equals("status", string(CampaignStatus::Sending.to_string()));
    Check::All(vec![Check::Equals("run", number(campaign.run)), sending, Check::Lacks("deleted_at"), and])
}
