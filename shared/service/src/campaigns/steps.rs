//! The steps of a campaign: planning its recipients, making failed ones ready again, handing them out to be sent.
//!
//! Each step does a bounded piece of work and is followed by a message for the next one. A step that dies comes back
//! from the queue and goes on where it was; of two at the same time, one goes on.

use std::time::Duration;

use switchboard_model::campaign::{Campaign, HaltReason, RetryCheckpoint};
use switchboard_model::template::Template;
use switchboard_model::{DomainError, Id};
use switchboard_store::{Condition, StoreError};

use super::control::{CampaignControl, change};
use super::planning::Planning;
use super::{CampaignStep, readiness};
use crate::Resources;
use crate::campaign_sends::{Dispatch, Handout, Next, QueuedSend};

/// Failed recipients that are made ready at once.
const RETRIES: usize = 500;

/// A queue can't hold a message back for longer (AWS, SQS delay seconds).
const LONGEST_DELAY: Duration = Duration::from_mins(15);

/// How much one step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepLimits {
    /// Batches of recipients, to be planned or made ready again.
    pub batches: usize,
    /// No batch is begun after this.
    pub time: Duration,
}

impl Default for StepLimits {
    fn default() -> Self {
        Self { batches: 1_000, time: Duration::from_secs(20) }
    }
}

/// Takes the steps of campaigns.
#[derive(Debug)]
pub struct CampaignSteps {
    resources: Resources,
    control: CampaignControl,
    dispatch: Dispatch,
    limits: StepLimits,
}

/// What came of a step.
#[derive(Debug)]
pub enum Taken {
    /// Nothing follows.
    Over,
    /// Another step follows.
    Followed(Follow),
    /// Recipients are handed out: queue them, then call [`CampaignSteps::handed_out`].
    HandOut(Box<HandOut>),
}

/// Recipients that a step hands out.
#[derive(Debug)]
pub struct HandOut {
    campaign: Campaign,
    handout: Handout,
}

impl HandOut {
    /// What is to be queued.
    pub fn sends(&self) -> &[QueuedSend] {
        &self.handout.sends
    }
}

/// The step that follows another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Follow {
    /// The step.
    pub step: CampaignStep,
    /// The campaign's workspace.
    pub workspace_id: Id,
    /// How long after this one.
    pub delay: Duration,
}

/// Why a step could not be taken. It is to be tried again.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A rule could not be checked.
    #[error(transparent)]
    Domain(#[from] DomainError),
}

impl StepError {
    /// Whether somebody else is at it, or somebody paused the campaign. The step must be looked at again all the same:
    /// it may be the only message that there is of it, and who is at it may die.
    pub fn is_contested(&self) -> bool {
        matches!(self, Self::Store(StoreError::ConditionFailed(Condition::Contested)))
    }
}

impl CampaignSteps {
    /// Steps within these limits, whose recipients `dispatch` hands out.
    pub fn new(resources: Resources, dispatch: Dispatch, limits: StepLimits) -> Self {
        let control = CampaignControl::new(resources.clone());
        Self { resources, control, dispatch, limits }
    }

    pub(super) fn resources(&self) -> &Resources {
        &self.resources
    }

    /// Takes a step.
    pub async fn take(&self, step: &CampaignStep) -> Result<Taken, StepError> {
        let campaign = self.resources.store.campaign(step.campaign_id).await?;
        let Some(campaign) = campaign else { return Ok(Taken::Over) };
        switchboard_meter::current().note_workspace(campaign.workspace_id);
        if let Some(timer) = step.timer {
            self.start_at_its_time(campaign, timer).await?;
            return Ok(Taken::Over);
        }
        if !campaign.is_sending(step.run) || step.turn > campaign.turn {
            return Ok(Taken::Over);
        }
        if step.turn < campaign.turn {
            // This step was taken. Who took it may have died before the next was queued; an older one was followed.
            let latest = step.turn + 1 == campaign.turn;
            let next = follow(&campaign, Duration::ZERO);
            return Ok(if latest { Taken::Followed(next) } else { Taken::Over });
        }
        self.work(campaign).await
    }

    /// Ends the step whose recipients are queued by now.
    pub async fn handed_out(&self, hand_out: HandOut) -> Result<Taken, StepError> {
        let HandOut { campaign, handout } = hand_out;
        self.dispatch.confirm(&campaign, &handout).await?;
        match handout.next {
            Next::Again(delay) => self.end_turn(&campaign, delay).await,
            Next::Idle => {
                self.control.complete(campaign.id, campaign.run).await?;
                Ok(Taken::Over)
            }
        }
    }

    async fn work(&self, mut campaign: Campaign) -> Result<Taken, StepError> {
        let until = self.resources.now() + self.limits.time;
        let mut batches = 0..self.limits.batches;
        let mut more = || batches.next().is_some() && self.resources.now() < until;
        while let Some(retry) = campaign.retry.clone() {
            if !more() {
                return self.end_turn(&campaign, Duration::ZERO).await;
            }
            campaign = self.make_ready_again(&campaign, &retry).await?;
        }
        if !campaign.plan.done {
            let Some(template) = self.template(&campaign).await? else { return Ok(Taken::Over) };
            let mut planning = Planning::of(campaign);
            while !planning.campaign.plan.done {
                if !more() {
                    return self.end_turn(&planning.campaign, Duration::ZERO).await;
                }
                planning = planning.go_on(&self.resources, &template).await?;
            }
            campaign = planning.campaign;
        }
        let handout = self.dispatch.step(&campaign).await?;
        Ok(Taken::HandOut(Box::new(HandOut { campaign, handout })))
    }

    async fn make_ready_again(
        &self,
        campaign: &Campaign,
        retry: &RetryCheckpoint,
    ) -> Result<Campaign, StoreError> {
        let store = &self.resources.store;
        let (_, position) =
            store.replan_failed_recipients(campaign.id, retry.position.as_deref(), RETRIES).await?;
        let next = position.map(|position| RetryCheckpoint { position: Some(position) });
        store.save_retry(campaign, next.as_ref()).await
    }

    /// The template that is planned with. Where it is gone, the campaign has failed.
    async fn template(&self, campaign: &Campaign) -> Result<Option<Template>, StepError> {
        let found = match campaign.template_id {
            Some(id) => readiness::template(&self.resources, campaign, id).await,
            None => Err(DomainError::TemplateNotFound),
        };
        match found {
            Err(DomainError::TemplateNotFound) => {
                let reason = HaltReason::Unready { message: DomainError::TemplateNotFound.to_string() };
                self.control.fail(campaign.id, campaign.run, reason).await?;
                Ok(None)
            }
            found => Ok(Some(found?)),
        }
    }

    async fn end_turn(&self, campaign: &Campaign, delay: Duration) -> Result<Taken, StepError> {
        let campaign = self.resources.store.end_campaign_turn(campaign).await?;
        Ok(Taken::Followed(follow(&campaign, delay)))
    }

    /// Starts a campaign whose timer rang. Where something is missing it has failed, with the reason.
    async fn start_at_its_time(&self, campaign: Campaign, timer: u32) -> Result<(), StepError> {
        let due = |campaign: &Campaign| {
            campaign.deleted_at.is_none() && campaign.is_waiting() && campaign.timer == timer
        };
        if !due(&campaign) || campaign.schedule.is_none() {
            return Ok(());
        }
        let unready = match Box::pin(readiness::check_ready(&self.resources, &campaign)).await {
            Ok(()) => None,
            Err(error @ (DomainError::Unavailable { .. } | DomainError::Internal { .. })) => {
                return Err(error.into());
            }
            Err(error) => Some(HaltReason::Unready { message: error.to_string() }),
        };
        let started = change(&self.resources, campaign, |campaign, now| match (&unready, due(campaign)) {
            (_, false) => Ok(false),
            (None, true) => campaign.start(now),
            (Some(reason), true) => campaign.fail(now, reason.clone()),
        });
        match started.await {
            Ok(_) | Err(DomainError::CampaignNotFound) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

fn follow(campaign: &Campaign, delay: Duration) -> Follow {
    let step = CampaignStep { campaign_id: campaign.id, run: campaign.run, turn: campaign.turn, timer: None };
    Follow { step, workspace_id: campaign.workspace_id, delay: delay.min(LONGEST_DELAY) }
}
