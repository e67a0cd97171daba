//! Changing a campaign's state, where other changes may come first.

use switchboard_graph::Disposition;
use switchboard_model::campaign::{Campaign, CampaignStatus, HaltReason};
use switchboard_model::event::EventType;
use switchboard_model::message::Failure;
use switchboard_model::template::{Sighting, TemplateStatus};
use switchboard_model::{DomainError, Id, Timestamp};
use switchboard_store::{Condition, StoreError};

use crate::{Resources, templates};

/// How often a change that comes second is made again on what the first one left. A planner that is at work changes
/// its campaign several times a second.
const TRIES: usize = 10;

/// Ends or interrupts the run of a campaign, for those who send it.
#[derive(Clone, Debug)]
pub struct CampaignControl {
    resources: Resources,
}

impl CampaignControl {
    /// Control of the campaigns in these tables.
    pub fn new(resources: Resources) -> Self {
        Self { resources }
    }

    /// Notes that nothing is left to send in `run`. Whether that changed anything: an older run, and a campaign that
    /// is not being sent, stay as they are.
    pub async fn complete(&self, id: Id, run: u32) -> Result<bool, StoreError> {
        self.end_run(id, run, switchboard_model::campaign::Campaign::complete).await
    }

    /// Pauses the campaign, if it is in `run`. Whether that changed anything. Where Meta paused its template, the
    /// template is noted as paused first: Meta may have said so by nothing but the refusal, and what is noted as paused
    /// is noticed when it is approved again.
    pub async fn pause(&self, id: Id, run: u32, reason: HaltReason) -> Result<bool, StoreError> {
        if reason.is_template_pause() {
            self.note_template_pause(id, run).await?;
        }
        self.end_run(id, run, |campaign, now| campaign.pause(now, reason.clone())).await
    }

    /// Pauses the campaign, if it is in `run`, since nothing that it has left can be sent: Meta says why. Where that is
    /// for good, it fails. Whether that changed anything.
    pub(crate) async fn halt(&self, id: Id, run: u32, why: &Failure) -> Result<bool, StoreError> {
        let reason = HaltReason::Meta { code: why.code, message: why.title.clone() };
        match Disposition::of_code(why.code) {
            Some(Disposition::EndCampaigns) => self.fail(id, run, reason).await,
            _ => self.pause(id, run, reason).await,
        }
    }

    /// Fails the campaign, if it is in `run`. Whether that changed anything.
    pub async fn fail(&self, id: Id, run: u32, reason: HaltReason) -> Result<bool, StoreError> {
        self.end_run(id, run, |campaign, now| campaign.fail(now, reason.clone())).await
    }

    async fn note_template_pause(&self, id: Id, run: u32) -> Result<(), StoreError> {
        let store = &self.resources.store;
        let campaign = store.campaign(id).await?.filter(|campaign| campaign.is_sending(run));
        let Some(template_id) = campaign.and_then(|campaign| campaign.template_id) else { return Ok(()) };
        let Some(template) = store.template(template_id).await? else { return Ok(()) };
        let now = self.resources.now().as_second();
        let paused = Sighting::Status(TemplateStatus::Paused, None);
        let noted =
            templates::apply(&self.resources, template, |template| template.note(paused.clone(), now));
        noted.await.map(drop)
    }

    async fn end_run(
        &self,
        id: Id,
        run: u32,
        apply: impl Fn(&mut Campaign, Timestamp) -> Result<bool, DomainError>,
    ) -> Result<bool, StoreError> {
        for _ in 0..TRIES {
            let Some(mut campaign) = self.resources.store.campaign(id).await? else { return Ok(false) };
            if !campaign.is_sending(run) {
                return Ok(false);
            }
            let was = campaign.status;
            if !apply(&mut campaign, self.resources.now()).unwrap_or(false) {
                return Ok(false);
            }
            campaign.version += 1;
            match self.store_end(&campaign, was).await {
                Err(StoreError::ConditionFailed(Condition::Contested)) => {}
                written => return written.map(|()| true),
            }
        }
        Err(StoreError::Throttled("a campaign changed again and again".into()))
    }
}

impl CampaignControl {
    /// Stores a campaign whose run ended. One that is completed, and watched by webhooks, keeps how many recipients are
    /// how far: they are told that.
    async fn store_end(&self, ended: &Campaign, was: CampaignStatus) -> Result<(), StoreError> {
        let store = &self.resources.store;
        if ended.status != CampaignStatus::Completed {
            return store.update_campaign(ended, was).await;
        }
        let watched = self.resources.watched(ended.workspace_id).await?;
        if !watched.includes(EventType::CampaignCompleted) {
            return store.update_campaign(ended, was).await;
        }
        let counts = super::counts(store, ended).await?;
        store.watched_by(&watched).complete_campaign(ended, was, counts).await
    }
}

/// Stores what `apply` makes of a campaign; where another change came first, what it makes of that. Nothing is stored
/// where it says that nothing changed.
pub(super) async fn change(
    resources: &Resources,
    mut campaign: Campaign,
    apply: impl Fn(&mut Campaign, Timestamp) -> Result<bool, DomainError> + Send + Sync,
) -> Result<Campaign, DomainError> {
    let store = &resources.store;
    for _ in 0..TRIES {
        let (id, was, now) = (campaign.id, campaign.status, resources.now());
        if !apply(&mut campaign, now)? {
            return Ok(campaign);
        }
        campaign.version += 1;
        campaign.updated_at = now;
        let written = match campaign.deleted_at {
            None => store.update_campaign(&campaign, was).await,
            Some(_) => store.delete_campaign(&campaign).await,
        };
        match written {
            Ok(()) => return Ok(campaign),
            Err(StoreError::ConditionFailed(Condition::Contested)) => {
                let read = store.campaign(id).await?.filter(|campaign| campaign.deleted_at.is_none());
                campaign = read.ok_or(DomainError::CampaignNotFound)?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(DomainError::Contested)
}
