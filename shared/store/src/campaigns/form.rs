//! A campaign as stored.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_model::Id;
use switchboard_model::campaign::{
    Audience, Campaign, CampaignStatus, Halt, Plan, RetryCheckpoint, Schedule, Variables,
};
use switchboard_model::recipient::RecipientCounts;

use super::outbox::mark;
use crate::item::StoredForm;

#[derive(Serialize, Deserialize)]
pub(super) struct StoredCampaign {
    id: Id,
    workspace_id: Id,
    phone_number_id: Id,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    template_id: Option<Id>,
    name: String,
    status: CampaignStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pause: Option<Halt>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    failure: Option<Halt>,
    #[serde(default)]
    audience: Audience,
    #[serde(default)]
    variables: Variables,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    schedule: Option<Schedule>,
    timer: u32,
    run: u32,
    turn: u32,
    plan: Plan,
    /// The plan's batch once more, for conditions.
    plan_batch: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retry: Option<RetryCheckpoint>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    created_by: Option<Id>,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    created_at: Timestamp,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    updated_at: Timestamp,
    #[serde(
        default,
        with = "jiff::fmt::serde::timestamp::millisecond::optional",
        skip_serializing_if = "Option::is_none"
    )]
    started_at: Option<Timestamp>,
    #[serde(
        default,
        with = "jiff::fmt::serde::timestamp::millisecond::optional",
        skip_serializing_if = "Option::is_none"
    )]
    ended_at: Option<Timestamp>,
    #[serde(
        default,
        with = "jiff::fmt::serde::timestamp::millisecond::optional",
        skip_serializing_if = "Option::is_none"
    )]
    deleted_at: Option<Timestamp>,
    version: u32,
    /// What must follow, for the outbox.
    outbox: String,
    /// How many recipients were how far when it was completed, from then to its next change; where webhooks are told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) completed: Option<RecipientCounts>,
}

impl StoredForm for StoredCampaign {
    const ENTITY: &'static str = "campaign";
    const WATCHED: bool = true;
}

impl StoredCampaign {
    /// A campaign that is completed, of whose recipients so many are so far.
    pub(super) fn completed(campaign: &Campaign, counts: RecipientCounts) -> Self {
        Self { completed: Some(counts), ..Self::from(campaign) }
    }
}

impl From<&Campaign> for StoredCampaign {
    fn from(campaign: &Campaign) -> Self {
        Self {
            id: campaign.id,
            workspace_id: campaign.workspace_id,
            phone_number_id: campaign.phone_number_id,
            template_id: campaign.template_id,
            name: campaign.name.clone(),
            status: campaign.status,
            pause: campaign.pause.clone(),
            failure: campaign.failure.clone(),
            audience: campaign.audience.clone(),
            variables: campaign.variables.clone(),
            schedule: campaign.schedule.clone(),
            timer: campaign.timer,
            run: campaign.run,
            turn: campaign.turn,
            plan: campaign.plan.clone(),
            plan_batch: campaign.plan.batch,
            retry: campaign.retry.clone(),
            created_by: campaign.created_by,
            created_at: campaign.created_at,
            updated_at: campaign.updated_at,
            started_at: campaign.started_at,
            ended_at: campaign.ended_at,
            deleted_at: campaign.deleted_at,
            version: campaign.version,
            outbox: mark(campaign),
            completed: None,
        }
    }
}

impl From<StoredCampaign> for Campaign {
    fn from(stored: StoredCampaign) -> Self {
        Self {
            id: stored.id,
            workspace_id: stored.workspace_id,
            phone_number_id: stored.phone_number_id,
            template_id: stored.template_id,
            name: stored.name,
            status: stored.status,
            pause: stored.pause,
            failure: stored.failure,
            audience: stored.audience,
            variables: stored.variables,
            schedule: stored.schedule,
            timer: stored.timer,
            run: stored.run,
            turn: stored.turn,
            plan: stored.plan,
            retry: stored.retry,
            created_by: stored.created_by,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
            started_at: stored.started_at,
            ended_at: stored.ended_at,
            deleted_at: stored.deleted_at,
            version: stored.version,
        }
    }
}
