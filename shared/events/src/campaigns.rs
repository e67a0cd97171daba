//! Events of campaigns.

use serde::Serialize;
use switchboard_model::Timestamp;
use switchboard_model::campaign::Campaign;
use switchboard_model::event::{Event, EventType};
use switchboard_model::id::spelling::uuid;
use switchboard_model::recipient::{RecipientCounts, RecipientStatus};
use utoipa::ToSchema;

use crate::{event_of, event_schema};

/// Nothing of a campaign is left to send. Its counters are those of that moment: messages may be delivered and read
/// later. A campaign whose failed recipients are tried again is completed again.
#[derive(Debug, Serialize, ToSchema)]
pub struct CampaignCompleted {
    /// The campaign.
    #[schema(example = "019b76da-a800-7000-8000-000000000000")]
    campaign_id: String,
    /// The workspace.
    #[schema(example = "019b76da-a800-7000-8000-000000000000")]
    workspace_id: String,
    /// The number that it was sent from.
    #[schema(example = "019b76da-a800-7000-8000-000000000000")]
    phone_number_id: String,
    /// What it is called.
    #[schema(example = "Summer Sale 2024")]
    name: String,
    /// When it was started first.
    #[schema(value_type = Option<String>, format = DateTime)]
    started_at: Option<Timestamp>,
    /// When nothing was left to send.
    #[schema(value_type = Option<String>, format = DateTime)]
    completed_at: Option<Timestamp>,
    /// Its recipients: `sent_count` + `failed_count` + `skipped_count`.
    #[schema(example = 1000)]
    total_contacts: i64,
    /// Recipients whose message Meta accepted and did not fail to deliver; delivered and read ones are among them.
    #[schema(example = 990)]
    sent_count: i64,
    /// Recipients whose message arrived; read ones are among them.
    #[schema(example = 940)]
    delivered_count: i64,
    /// Recipients who opened the message.
    #[schema(example = 310)]
    read_count: i64,
    /// Recipients whom the message did not reach.
    #[schema(example = 7)]
    failed_count: i64,
    /// Recipients that were left out.
    #[schema(example = 3)]
    skipped_count: i64,
}

event_schema!(
    /// The event `campaign.completed`.
    CampaignCompletedEvent, "campaign.completed", CampaignCompleted
);

pub(crate) fn completed(campaign: &Campaign, counts: &RecipientCounts) -> Event {
    let read_count = counts.of(RecipientStatus::Read);
    let delivered_count = counts.of(RecipientStatus::Delivered) + read_count;
    let data = CampaignCompleted {
        campaign_id: uuid::spell(campaign.id),
        workspace_id: uuid::spell(campaign.workspace_id),
        phone_number_id: uuid::spell(campaign.phone_number_id),
        name: campaign.name.clone(),
        started_at: campaign.started_at,
        completed_at: campaign.ended_at,
        total_contacts: counts.total(),
        sent_count: counts.of(RecipientStatus::Sent) + delivered_count,
        delivered_count,
        read_count,
        failed_count: counts.of(RecipientStatus::Failed),
        skipped_count: counts.of(RecipientStatus::Skipped),
    };
    let at = campaign.ended_at.unwrap_or(campaign.updated_at);
    let what = format!("{}/{}", campaign.id, campaign.run);
    event_of(EventType::CampaignCompleted, campaign.workspace_id, at, &what, data)
}
