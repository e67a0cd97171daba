//! Incoming webhooks: services outside that do things in a workspace by signed requests.

mod request;

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, VariantArray};

use crate::Id;
use crate::field::{Reason, Refusal, check_length, one_of};
use crate::plan::{Limit, Window};

pub use request::{Asked, REQUEST_NAME_MAX_LENGTH, RequestName, Signature, Task, body_digest, is_recent};

/// Most incoming webhooks of a workspace.
pub const MAX_PER_WORKSPACE: u32 = 50;
/// Most characters of a name.
pub const NAME_MAX_LENGTH: usize = 100;
/// What stands in front of the id of an incoming webhook where services spell it.
pub const ID_PREFIX: &str = "webhook_";

const HOUR: i64 = 3_600;

/// A service outside that does things in a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncomingWebhook {
    /// Its id.
    pub id: Id,
    /// Where it does things.
    pub workspace_id: Id,
    /// What the workspace calls it; its messages are written by that name.
    pub name: String,
    /// The channel of messages that name none.
    pub channel_id: Option<Id>,
    /// What it may do.
    pub actions: BTreeSet<IncomingAction>,
    /// Requests in an hour of the clock.
    pub rate_limit: u32,
    /// Whether it may do anything.
    pub status: IncomingStatus,
    /// The [`Keyring`](crate::webhook::Keyring), encrypted.
    pub sealed_keyring: Vec<u8>,
    /// The newest secret as it may be shown.
    pub masked_secret: String,
    /// Who made it, where a person did.
    pub created_by: Option<Id>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Counts changes, so that two at once do not overwrite each other.
    pub version: u32,
}

/// How much an incoming webhook was used. Requests whose signature is wrong do not count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IncomingUsage {
    /// Requests in all, those over the limit included.
    pub total: u64,
    /// The last of them.
    pub last_used_at: Option<Timestamp>,
    /// Requests in the hour of the last one.
    pub in_hour: u32,
}

impl IncomingWebhook {
    /// What is left of the hour that `now` is in, and whether the request that was counted last is within the limit.
    pub fn judge(&self, usage: &IncomingUsage, now: Timestamp) -> (bool, Limit) {
        let reset_at = (hour_of(now) + 1) * HOUR;
        let limit = Limit {
            window: Window::Hour,
            limit: self.rate_limit,
            remaining: self.rate_limit.saturating_sub(usage.in_hour),
            reset_at,
            seconds_to_reset: u32::try_from(reset_at - now.as_second()).unwrap_or(1).max(1),
        };
        (usage.in_hour <= self.rate_limit, limit)
    }
}

/// The number of the hour that `now` is in, since 1970.
pub fn hour_of(now: Timestamp) -> i64 {
    now.as_second().div_euclid(HOUR)
}

/// Something that an incoming webhook may do.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum IncomingAction {
    /// Send a message to a channel.
    SendMessage,
    /// Make a channel.
    CreateChannel,
    /// Make a department.
    CreateDepartment,
    /// Add a person to the workspace.
    AddMember,
}

/// Whether an incoming webhook may do anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, VariantArray)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum IncomingStatus {
    /// It may.
    Active,
    /// It may not, until somebody makes it active again.
    Disabled,
}

/// What is to become of an incoming webhook; what is not given stays.
#[derive(Clone, Debug, Default)]
pub struct IncomingWebhookChange {
    /// Another name.
    pub name: Option<String>,
    /// Another channel, or none, for messages that name none.
    pub channel_id: Option<Option<Id>>,
    /// What it may do.
    pub actions: Option<BTreeSet<IncomingAction>>,
    /// Requests in an hour.
    pub rate_limit: Option<u32>,
    /// Whether it may do anything.
    pub status: Option<IncomingStatus>,
}

/// A name without surrounding space.
pub fn name(text: &str) -> Result<String, Refusal> {
    let name = text.trim();
    check_length(name, 1, NAME_MAX_LENGTH)?;
    Ok(name.to_owned())
}

/// The actions that `texts` spell; at least one.
pub fn actions(texts: &[String]) -> Result<BTreeSet<IncomingAction>, Refusal> {
    if texts.is_empty() {
        return Err(Refusal::new(Reason::TooShort, "List should have at least 1 action"));
    }
    texts.iter().map(|text| one_of::<IncomingAction>(text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn webhook() -> IncomingWebhook {
        IncomingWebhook {
            id: Id::from_bits(1).unwrap(),
            workspace_id: Id::from_bits(2).unwrap(),
            name: "GitHub Deployments".to_owned(),
            channel_id: None,
            actions: BTreeSet::new(),
            rate_limit: 100,
            status: IncomingStatus::Active,
            sealed_keyring: Vec::new(),
            masked_secret: String::new(),
            created_by: None,
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
            version: 1,
        }
    }

    #[test]
    fn the_limit_is_of_an_hour_of_the_clock() {
        let now = "2026-01-01T10:59:30Z".parse().unwrap();
        let judged = |in_hour| webhook().judge(&IncomingUsage { in_hour, ..IncomingUsage::default() }, now);
        let (within, limit) = judged(100);
        assert!(within);
        assert_eq!((limit.remaining, limit.seconds_to_reset), (0, 30));
        assert_eq!(Timestamp::from_second(limit.reset_at).unwrap().to_string(), "2026-01-01T11:00:00Z");
        assert!(!judged(101).0);
    }

    #[test]
    fn names_and_actions_have_bounds() {
        assert_eq!(name(" Deployments "), Ok("Deployments".to_owned()));
        assert!(name(" ").is_err() && name(&"x".repeat(101)).is_err());
        let texts = ["send_message", "add_member", "send_message"].map(str::to_owned);
        assert_eq!(actions(&texts), Ok([IncomingAction::SendMessage, IncomingAction::AddMember].into()));
        assert!(actions(&[]).is_err() && actions(&["delete_channel".to_owned()]).is_err());
    }
}
