//! What must follow a change of a campaign.
//!
//! A campaign's item always carries a mark: what it waits for. Where the mark changes, something must follow.

use std::error::Error;

use switchboard_model::Id;
use switchboard_model::campaign::{Campaign, CampaignStatus, Schedule};
use switchboard_model::event::Happening;

use super::form::StoredCampaign;
use crate::Attributes;
use crate::item::{StoredForm, read_form};

/// What must follow a change of a campaign. All of it may be done twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CampaignNews {
    /// The campaign.
    pub id: Id,
    /// Whose it is.
    pub workspace_id: Id,
    /// The first step of this run is to be queued.
    pub run: Option<u32>,
    /// A timer with this number is to be set for the schedule's moment.
    pub set: Option<(u32, Schedule)>,
    /// The timer with this number is to be taken away.
    pub unset: Option<u32>,
}

/// What a campaign waits for.
pub(super) fn mark(campaign: &Campaign) -> String {
    match campaign.status {
        _ if campaign.deleted_at.is_some() => "none".to_owned(),
        CampaignStatus::Sending => format!("run#{}", campaign.run),
        CampaignStatus::Scheduled if campaign.schedule.is_some() => format!("timer#{}", campaign.timer),
        _ => "none".to_owned(),
    }
}

/// Whether an item is a campaign.
pub(crate) fn is_campaign(item: &Attributes) -> bool {
    item.get("et").and_then(|value| value.as_s().ok()).map(String::as_str) == Some(StoredCampaign::ENTITY)
}

/// What webhooks may be told of the change of a campaign's item from `old` to `new`.
pub(crate) fn completion(
    old: &Attributes,
    new: Attributes,
) -> Result<Option<Happening>, Box<dyn Error + Send + Sync>> {
    let completed = CampaignStatus::Completed.to_string();
    let is_completed =
        |item: &Attributes| item.get("status").and_then(|status| status.as_s().ok()) == Some(&completed);
    if is_completed(old) || !is_completed(&new) {
        return Ok(None);
    }
    let mut stored: StoredCampaign = read_form(new)?;
    let counts = stored.completed.take().unwrap_or_default();
    Ok(Some(Happening::CampaignCompleted { campaign: Box::new(stored.into()), counts }))
}

/// What must follow the change of a campaign's item from `old`, which is empty for a new one, to `new`.
pub(crate) fn news(
    old: Attributes,
    new: Attributes,
) -> Result<Option<CampaignNews>, Box<dyn Error + Send + Sync>> {
    let new: Campaign = read_form::<StoredCampaign>(new)?.into();
    let old: Option<Campaign> =
        if old.is_empty() { None } else { Some(read_form::<StoredCampaign>(old)?.into()) };
    let (before, after) = (old.as_ref().map(mark), mark(&new));
    if before.as_deref() == Some(after.as_str()) {
        return Ok(None);
    }
    let timer = |campaign: &Campaign| mark(campaign).starts_with("timer#").then_some(campaign.timer);
    let news = CampaignNews {
        id: new.id,
        workspace_id: new.workspace_id,
        run: after.starts_with("run#").then_some(new.run),
        set: timer(&new).zip(new.schedule.clone()),
        unset: old.as_ref().and_then(timer),
    };
    let nothing = news.run.is_none() && news.set.is_none() && news.unset.is_none();
    Ok((!nothing).then_some(news))
}
