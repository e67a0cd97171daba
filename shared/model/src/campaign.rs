//! Campaigns: one template to many contacts, each told once.
//!
//! What a campaign is, and which of its states leads to which, is decided here; [`audience`], [`variables`] and
//! [`schedule`] say whom it tells, what and when. Its recipients, one by one, are in the ledger.

pub mod audience;
pub mod plan;
pub mod schedule;
mod transitions;
pub mod variables;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, VariantArray};

use crate::Id;
use crate::field::{Refusal, check_length};

pub use audience::Audience;
pub use plan::Plan;
pub use schedule::Schedule;
pub use variables::Variables;

/// Most characters of a campaign's name.
pub const NAME_MAX_LENGTH: usize = 200;

/// Meta's code for a template that it paused, since recipients did not like it; Meta goes on by itself after some hours
/// (Meta, Cloud API error codes; template pausing).
pub const TEMPLATE_PAUSED: i64 = 132_015;

/// One template to many contacts.
#[derive(Clone, Debug, PartialEq)]
pub struct Campaign {
    /// Its id.
    pub id: Id,
    /// Whose it is.
    pub workspace_id: Id,
    /// The number that it is sent from.
    pub phone_number_id: Id,
    /// The template, once there is one.
    pub template_id: Option<Id>,
    /// What it is called.
    pub name: String,
    /// How far it is. Paused is [`CampaignStatus::Scheduled`] with a [`Campaign::pause`].
    pub status: CampaignStatus,
    /// Since when and why it is paused, if it is.
    pub pause: Option<Halt>,
    /// When and why it failed, if it did.
    pub failure: Option<Halt>,
    /// Whom it tells.
    pub audience: Audience,
    /// What stands in the template's placeholders.
    pub variables: Variables,
    /// When it starts by itself, if it does.
    pub schedule: Option<Schedule>,
    /// Counts how often it was given a time to start; a timer that was set for an earlier one is void.
    pub timer: u32,
    /// Counts starts, resumptions and retries, from 1; 0 before the first. What belongs to an older run is dropped.
    pub run: u32,
    /// Counts the steps of this run, so that of two at once only one is followed by another.
    pub turn: u32,
    /// How far its recipients are planned.
    pub plan: Plan,
    /// How far failed recipients are made ready to be sent again, while that is going on.
    pub retry: Option<RetryCheckpoint>,
    /// Who made it, where a person did.
    pub created_by: Option<Id>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed by somebody.
    pub updated_at: Timestamp,
    /// When it was started first.
    pub started_at: Option<Timestamp>,
    /// When nothing was left to do, or it was cancelled.
    pub ended_at: Option<Timestamp>,
    /// When it was deleted, if it was.
    pub deleted_at: Option<Timestamp>,
    /// Counts changes, so that two at once do not overwrite each other.
    pub version: u32,
}

/// How far a campaign is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Display, EnumString, VariantArray,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum CampaignStatus {
    /// Being put together.
    Draft,
    /// To be started at its time, or paused.
    Scheduled,
    /// Being sent.
    Sending,
    /// Nothing is left to send.
    Completed,
    /// It can't go on.
    Failed,
    /// Ended by somebody; what was not sent stays so.
    Cancelled,
}

/// When and why a campaign stopped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Halt {
    /// When, in Unix milliseconds.
    pub at: i64,
    /// Why.
    pub reason: HaltReason,
}

impl Halt {
    /// A stop at `at`.
    pub fn new(at: Timestamp, reason: HaltReason) -> Self {
        Self { at: at.as_millisecond(), reason }
    }
}

/// Why a campaign stopped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum HaltReason {
    /// Somebody asked for it.
    Requested,
    /// Meta refused in a way that concerns every recipient (Meta, Cloud API error codes).
    Meta {
        /// Meta's error code.
        code: i64,
        /// Meta's words.
        message: String,
    },
    /// The phone number may not send.
    PhoneNumber {
        /// Why, in words.
        message: String,
    },
    /// When it was to start, something was missing.
    Unready {
        /// What, in words.
        message: String,
    },
}

impl HaltReason {
    /// Meta paused the template. Whoever finds out first, the reason reads as Meta words it.
    pub fn template_paused() -> Self {
        Self::Meta { code: TEMPLATE_PAUSED, message: "Template is paused".to_owned() }
    }

    /// Whether it is over as soon as Meta lets the template be sent again.
    pub fn is_template_pause(&self) -> bool {
        self.code() == Some(TEMPLATE_PAUSED)
    }

    /// What sort of reason it is, for programs.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Meta { .. } => "meta",
            Self::PhoneNumber { .. } => "phone_number",
            Self::Unready { .. } => "unready",
        }
    }

    /// Meta's error code, where Meta is the reason.
    pub fn code(&self) -> Option<i64> {
        match self {
            Self::Meta { code, .. } => Some(*code),
            _ => None,
        }
    }

    /// The reason in words, where there is more to say than its kind.
    pub fn message(&self) -> Option<&str> {
        match self {
            Self::Requested => None,
            Self::Meta { message, .. } | Self::PhoneNumber { message } | Self::Unready { message } => {
                Some(message)
            }
        }
    }
}

/// How far failed recipients are made ready to be sent again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetryCheckpoint {
    /// Where to go on in the ledger, as the ledger says; the beginning where this is not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<String>,
}

/// A campaign to make.
#[derive(Clone, Debug, PartialEq)]
pub struct NewCampaign {
    /// The workspace.
    pub workspace_id: Id,
    /// The number that it is sent from.
    pub phone_number_id: Id,
    /// The template, if it is chosen already.
    pub template_id: Option<Id>,
    /// What it is called.
    pub name: String,
    /// Whom it tells.
    pub audience: Audience,
    /// What stands in the template's placeholders.
    pub variables: Variables,
    /// When it starts by itself, if it does.
    pub schedule: Option<Schedule>,
}

/// What is to become of a campaign; what is not given stays.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CampaignChange {
    /// Another name.
    pub name: Option<String>,
    /// Another number to send from.
    pub phone_number_id: Option<Id>,
    /// Another template; `Some(None)` is none.
    pub template_id: Option<Option<Id>>,
    /// Another audience.
    pub audience: Option<Audience>,
    /// Other variables, all of them.
    pub variables: Option<Variables>,
    /// Another time to start; `Some(None)` is only when somebody says so.
    pub schedule: Option<Option<Schedule>>,
    /// Whether it is asked for that the campaign be scheduled.
    pub to_scheduled: bool,
}

/// A campaign's name without surrounding space.
pub fn campaign_name(text: &str) -> Result<String, Refusal> {
    let name = text.trim();
    check_length(name, 1, NAME_MAX_LENGTH)?;
    Ok(name.to_owned())
}
