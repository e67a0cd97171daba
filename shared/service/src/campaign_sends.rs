//! Sending of campaigns: handing out the recipients of the ledger, sending to each once, and putting on record what
//! became of it.
//!
//! A recipient is claimed by the transaction that stores the message made for them; from there on the message goes
//! the way of single ones ([`crate::sending`]), and the ledger follows it by the stream of the table.

mod content;
mod dispatch;
mod ledger;
mod sender;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use switchboard_model::Id;
use switchboard_model::conversation::Customer;
use switchboard_model::message::Slot;

pub use dispatch::{Dispatch, Handout, Next};
pub use ledger::CampaignLedger;
pub use sender::CampaignSender;

/// What the queue of campaigns' sends carries: one recipient to send to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignSend {
    /// The campaign.
    pub campaign_id: Id,
    /// The run that this belongs to; what belongs to another is dropped.
    pub run: u32,
    /// Whom to send to.
    pub customer: Customer,
    /// When.
    pub slot: Slot,
}

/// A message for the queue of campaigns' sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueuedSend {
    /// What it says.
    pub send: CampaignSend,
    /// The workspace: those of many share the senders fairly.
    pub group: String,
    /// How long the queue holds it back, in whole seconds.
    pub delay: Duration,
}
