//! WhatsApp messages and how far they have come.
//!
//! What is known of a message's progress only grows, and the status shown is a function of it. So the order
//! in which reports arrive, and how often, does not matter.

pub mod attachment;
pub mod content;
pub mod progress;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::Display;

use crate::Id;
use crate::conversation::{ConversationKey, Customer};
use crate::field::{Refusal, check_length};

pub use attachment::{Attachment, AwaitedFile};
pub use content::{Content, MediaReference, SentTemplate};
pub use progress::{Failure, Progress, Report, ReportKind, Status};

/// Most characters of a text (Meta, text messages).
pub const TEXT_MAX_LENGTH: usize = 4_096;
/// Most characters under a media file (Meta, media messages).
pub const CAPTION_MAX_LENGTH: usize = 1_024;

/// A message to or from a customer.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Our id.
    pub id: Id,
    /// Whose it is.
    pub workspace_id: Id,
    /// The conversation it belongs to.
    pub conversation: ConversationKey,
    /// Meta's id of it, once there is one.
    pub wa_message_id: Option<String>,
    /// Which way it goes.
    pub direction: Direction,
    /// The workspace's number, as it was when the message was made.
    pub business_number: String,
    /// What it says.
    pub content: Content,
    /// Who sent it, where a person of the workspace did.
    pub sent_by: Option<Id>,
    /// When it was queued or received.
    pub created_at: Timestamp,
    /// What is known of its progress.
    pub progress: Progress,
    /// The attempt to send it that is under way or was the last.
    pub attempt: Option<Attempt>,
    /// The last refusals for the time being, where Meta refused it.
    pub refusals: Option<Refusals>,
    /// The moment to send it that it holds.
    pub slot: Option<Slot>,
    /// The recipient of a campaign that it was made for.
    pub campaign: Option<CampaignRef>,
}

impl Message {
    /// The number it comes from, with `+`.
    pub fn from_number(&self) -> String {
        match self.direction {
            Direction::Outbound => self.business_number.clone(),
            Direction::Inbound => self.conversation.customer.display(),
        }
    }

    /// The number it goes to, with `+`.
    pub fn to_number(&self) -> String {
        match self.direction {
            Direction::Outbound => self.conversation.customer.display(),
            Direction::Inbound => self.business_number.clone(),
        }
    }
}

/// The recipient of a campaign that a message was made for: a row of the campaign's ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignRef {
    /// The campaign.
    pub campaign_id: Id,
    /// The part of the ledger that the row is in.
    pub shard: u8,
    /// The recipient, as the ledger names them.
    pub recipient: Customer,
}

/// Which way a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Direction {
    /// From the customer.
    Inbound,
    /// To the customer.
    Outbound,
}

/// One attempt to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Counts from 1.
    pub number: u32,
    /// When it began, in Unix milliseconds.
    pub at: i64,
}

/// Refusals of a message with the same code, one after the other. How long the next wait is, and when it ends, follows
/// from their number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusals {
    /// Meta's code.
    pub code: i64,
    /// How many there were.
    pub count: u32,
}

impl Refusals {
    /// How many there were with this code at last.
    pub fn with(last: Option<Self>, code: i64) -> u32 {
        last.filter(|last| last.code == code).map_or(0, |last| last.count)
    }

    /// The refusals after one more: another code begins anew.
    #[must_use]
    pub fn after(last: Option<Self>, code: i64) -> Self {
        Self { code, count: Self::with(last, code).saturating_add(1) }
    }
}

/// A moment reserved for one send; see [`crate::pace`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// When, in Unix microseconds.
    pub at: i64,
    /// The epoch of the pace it was reserved in.
    pub epoch: u32,
}

/// A text to send.
pub fn text_body(text: String) -> Result<String, Refusal> {
    check_length(&text, 1, TEXT_MAX_LENGTH)?;
    if text.trim().is_empty() {
        return Err(Refusal::new(crate::field::Reason::TooShort, "String should not be blank"));
    }
    Ok(text)
}
