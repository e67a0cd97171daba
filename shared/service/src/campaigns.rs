//! Campaigns.
mod control;
pub use control::CampaignControl;
