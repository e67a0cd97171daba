//! The lists of a workspace's campaigns: pattern G3.

use serde::{Deserialize, Serialize};
use switchboard_model::Id;
use switchboard_model::campaign::{Campaign, CampaignStatus};
use switchboard_model::page::{Page, Slice};

use super::form::StoredCampaign;
use crate::expression::Change;
use crate::item::StoredForm;
use crate::sign_ins::count_of;
use crate::slice::Order;
use crate::{Store, StoreError, keys};

/// A campaign in a list.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredCampaignLink {
    campaign_id: Id,
}

impl StoredForm for StoredCampaignLink {
    const ENTITY: &'static str = "campaign_link";
}

/// What the tally counts all campaigns as.
const ALL: &str = "all";

impl Store {
    /// G3: a part of a workspace's campaigns, the newest first; of one status where it is given.
    pub async fn campaigns_of_workspace(
        &self,
        workspace_id: Id,
        status: Option<CampaignStatus>,
        slice: Slice,
    ) -> Result<Page<Campaign>, StoreError> {
        let range = match status {
            Some(status) => keys::listed_campaigns_of_status(workspace_id, status),
            None => keys::listed_campaigns(workspace_id),
        };
        let (total, links) = futures::try_join!(
            self.campaign_count(workspace_id, status),
            self.slice::<StoredCampaignLink>(&range, Order::Descending, slice),
        )?;
        let wanted: Vec<_> = links.iter().map(|link| keys::campaign(link.campaign_id)).collect();
        let found = self.get_all(&wanted).await?.into_iter();
        let items = found.map(|(key, item)| Ok(self.read::<StoredCampaign>(&key, item)?.into()));
        Ok(Page { items: items.collect::<Result<_, StoreError>>()?, total })
    }

    async fn campaign_count(
        &self,
        workspace_id: Id,
        status: Option<CampaignStatus>,
    ) -> Result<usize, StoreError> {
        let tally = self.get_all(&[keys::campaign_tally(workspace_id)]).await?;
        let name = status.map_or_else(|| ALL.to_owned(), |status| status.to_string());
        let count = tally.first().map_or(0, |(_, tally)| count_of(tally, &name));
        Ok(usize::try_from(count).unwrap_or(0))
    }
}

/// A campaign as the lists have it.
pub(super) fn link(campaign: &Campaign) -> StoredCampaignLink {
    StoredCampaignLink { campaign_id: campaign.id }
}

/// The change of a workspace's tally where a campaign goes from one status to another; `None` is from or to
/// nowhere.
pub(super) fn counted(from: Option<CampaignStatus>, to: Option<CampaignStatus>) -> Change {
    let all = i64::from(to.is_some()) - i64::from(from.is_some());
    let mut change = Change::default();
    if all != 0 {
        change = change.add(ALL, all);
    }
    for (status, by) in [(from, -1), (to, 1)] {
        if let Some(status) = status {
            change = change.add(status.to_string(), by);
        }
    }
    change
}
