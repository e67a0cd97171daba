//! What is told of a campaign.

use std::collections::BTreeMap;

use serde::Serialize;
use switchboard_model::Timestamp;
use switchboard_model::campaign::{Campaign, Halt};
use switchboard_model::recipient::{RecipientCounts, RecipientStatus};
use utoipa::ToSchema;

use super::{AudienceOut, VariableOut};
use crate::WireId;

/// A campaign.
#[derive(Debug, Serialize, ToSchema)]
pub struct CampaignOut {
    /// Its id.
    pub id: WireId,
    /// Whose it is.
    pub workspace_id: WireId,
    /// The number that it is sent from.
    pub phone_number_id: WireId,
    /// The template, once there is one.
    pub template_id: Option<WireId>,
    /// What it is called.
    #[schema(example = "Summer Sale 2024")]
    pub name: String,
    /// How many of its recipients are how far.
    #[serde(flatten)]
    pub counts: CountsOut,
    /// `draft`, `scheduled` (for a time, or paused), `sending`, `completed`, `failed` or `cancelled`.
    #[schema(example = "draft")]
    pub status: String,
    /// Since when and why it is paused, if it is.
    pub paused: Option<HaltOut>,
    /// When and why it failed, if it did.
    pub failure: Option<HaltOut>,
    /// Whether all recipients are counted: they are found when the campaign is started.
    pub planned: bool,
    /// Recipients that were left out, by reason.
    #[schema(example = json!({"not_opted_in": 3}))]
    pub skipped: BTreeMap<String, i64>,
    /// Whom it tells.
    pub audience: AudienceOut,
    /// What stands in the template's placeholders.
    pub variables: BTreeMap<String, VariableOut>,
    /// When it starts by itself, if it does.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub scheduled_at: Option<Timestamp>,
    /// The time zone that `scheduled_at` was given in.
    #[schema(example = "Europe/Berlin")]
    pub timezone: Option<String>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// When it was started first.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub started_at: Option<Timestamp>,
    /// When nothing was left to send, or it was cancelled.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub completed_at: Option<Timestamp>,
}

/// How many recipients are how far. `total_contacts` is `pending_count` + `sent_count` + `failed_count` +
/// `skipped_count`.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct CountsOut {
    /// All recipients, those left out included.
    #[schema(example = 0)]
    pub total_contacts: i64,
    /// Recipients whose message Meta accepted and did not fail to deliver; delivered and read ones are among them.
    #[schema(example = 0)]
    pub sent_count: i64,
    /// Recipients whose message arrived; read ones are among them.
    #[schema(example = 0)]
    pub delivered_count: i64,
    /// Recipients who opened the message.
    #[schema(example = 0)]
    pub read_count: i64,
    /// Recipients whom the message did not reach.
    #[schema(example = 0)]
    pub failed_count: i64,
    /// Recipients whose message is still to be sent.
    #[schema(example = 0)]
    pub pending_count: i64,
    /// Recipients that were left out.
    #[schema(example = 0)]
    pub skipped_count: i64,
}

impl From<&RecipientCounts> for CountsOut {
    fn from(counts: &RecipientCounts) -> Self {
        let of = |status| counts.of(status);
        let read_count = of(RecipientStatus::Read);
        let delivered_count = of(RecipientStatus::Delivered) + read_count;
        Self {
            total_contacts: counts.total(),
            sent_count: of(RecipientStatus::Sent) + delivered_count,
            delivered_count,
            read_count,
            failed_count: of(RecipientStatus::Failed),
            pending_count: of(RecipientStatus::Planned),
            skipped_count: of(RecipientStatus::Skipped),
        }
    }
}

/// When and why a campaign stopped.
#[derive(Debug, Serialize, ToSchema)]
pub struct HaltOut {
    /// Since when.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub since: Option<Timestamp>,
    /// `requested`, `meta`, `phone_number` or `unready`.
    #[schema(example = "meta")]
    pub reason: &'static str,
    /// Meta's error code, where Meta is the reason.
    #[schema(example = 132_015)]
    pub code: Option<i64>,
    /// The reason in words.
    #[schema(example = "Template is paused due to low quality")]
    pub message: Option<String>,
}

impl From<&Halt> for HaltOut {
    fn from(halt: &Halt) -> Self {
        Self {
            since: Timestamp::from_millisecond(halt.at).ok(),
            reason: halt.reason.kind(),
            code: halt.reason.code(),
            message: halt.reason.message().map(str::to_owned),
        }
    }
}

impl CampaignOut {
    /// A campaign with how many of its recipients are how far.
    pub fn new(campaign: &Campaign, counts: &RecipientCounts) -> Self {
        let variables = campaign.variables.iter();
        Self {
            id: campaign.id.into(),
            workspace_id: campaign.workspace_id.into(),
            phone_number_id: campaign.phone_number_id.into(),
            template_id: campaign.template_id.map(WireId::from),
            name: campaign.name.clone(),
            counts: counts.into(),
            status: campaign.status.to_string(),
            paused: campaign.pause.as_ref().map(HaltOut::from),
            failure: campaign.failure.as_ref().map(HaltOut::from),
            planned: campaign.plan.done,
            skipped: counts.reasons().map(|(reason, count)| (reason.to_string(), count)).collect(),
            audience: (&campaign.audience).into(),
            variables: variables.map(|(slot, variable)| (slot.to_string(), variable.into())).collect(),
            scheduled_at: campaign.schedule.as_ref().map(switchboard_model::campaign::Schedule::moment),
            timezone: campaign.schedule.as_ref().and_then(|schedule| schedule.time_zone.clone()),
            created_at: campaign.created_at,
            updated_at: campaign.updated_at,
            started_at: campaign.started_at,
            completed_at: campaign.ended_at,
        }
    }
}

/// A campaign in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedCampaign {
    /// Its id.
    pub id: WireId,
    /// What it is called.
    #[schema(example = "Summer Sale 2024")]
    pub name: String,
    /// `draft`, `scheduled` (for a time, or paused), `sending`, `completed`, `failed` or `cancelled`.
    #[schema(example = "sending")]
    pub status: String,
    /// How many of its recipients are how far.
    #[serde(flatten)]
    pub counts: CountsOut,
    /// The number that it is sent from.
    pub phone_number_id: WireId,
    /// The template, once there is one.
    pub template_id: Option<WireId>,
    /// When it starts by itself, if it does.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub scheduled_at: Option<Timestamp>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl ListedCampaign {
    /// A campaign with how many of its recipients are how far.
    pub fn new(campaign: Campaign, counts: &RecipientCounts) -> Self {
        Self {
            id: campaign.id.into(),
            name: campaign.name,
            status: campaign.status.to_string(),
            counts: counts.into(),
            phone_number_id: campaign.phone_number_id.into(),
            template_id: campaign.template_id.map(WireId::from),
            scheduled_at: campaign.schedule.map(|schedule| schedule.moment()),
            created_at: campaign.created_at,
        }
    }
}
