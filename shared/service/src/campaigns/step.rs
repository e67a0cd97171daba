//! Messages of the queue of campaigns' steps.

use serde::{Deserialize, Serialize};
use switchboard_model::Id;

/// What the queue carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum CampaignJob {
    /// A step is to be taken.
    Step(CampaignStep),
    /// Campaigns may go on.
    Resume(ApprovedTemplate),
}

/// A template that Meta lets be sent again: campaigns that waited for it go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovedTemplate {
    /// Whose it is.
    pub workspace_id: Id,
    /// The template.
    pub approved_template_id: Id,
}

/// One step of a campaign to take. Of two with the same run and turn, only one is followed by another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignStep {
    /// The campaign.
    pub campaign_id: Id,
    /// The run that it belongs to; with a timer there is none yet.
    #[serde(default)]
    pub run: u32,
    /// Its place in the run.
    #[serde(default)]
    pub turn: u32,
    /// The number of the timer that rang, where the campaign is to be started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timer: Option<u32>,
}

impl CampaignStep {
    /// The first step of a run.
    pub fn first(campaign_id: Id, run: u32) -> Self {
        Self { campaign_id, run, turn: 0, timer: None }
    }

    /// The step that starts a campaign at its time.
    pub fn starting(campaign_id: Id, timer: u32) -> Self {
        Self { campaign_id, run: 0, turn: 0, timer: Some(timer) }
    }
}
