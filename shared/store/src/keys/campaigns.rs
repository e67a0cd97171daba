//! Keys of campaigns and of their lists.

use switchboard_model::Id;
use switchboard_model::campaign::CampaignStatus;

use super::{Key, Range};
use crate::tables::Table;

/// A campaign.
pub fn campaign(id: Id) -> Key {
    Key::new(Table::Main, format!("CAMPAIGN#{id}"), "CAMPAIGN")
}

/// A campaign in its workspace's list.
pub fn listed_campaign(workspace_id: Id, id: Id) -> Key {
    Key::new(Table::Main, partition(workspace_id), format!("ALL#{id}"))
}

/// The campaigns of a workspace, by age.
pub fn listed_campaigns(workspace_id: Id) -> Range {
    Range::new(Table::Main, partition(workspace_id), "ALL#")
}

/// A campaign in its workspace's list of those with this status.
pub fn listed_campaign_of_status(workspace_id: Id, status: CampaignStatus, id: Id) -> Key {
    Key::new(Table::Main, partition(workspace_id), format!("{status}#{id}"))
}

/// The campaigns of a workspace with this status, by age.
pub fn listed_campaigns_of_status(workspace_id: Id, status: CampaignStatus) -> Range {
    Range::new(Table::Main, partition(workspace_id), &format!("{status}#"))
}

/// How many campaigns a workspace has, in all and with each status.
pub fn campaign_tally(workspace_id: Id) -> Key {
    Key::new(Table::Main, partition(workspace_id), "TALLY")
}

fn partition(workspace_id: Id) -> String {
    format!("CAMPAIGNS#{workspace_id}")
}
