//! The recipients of a campaign.
//!
//! Each has a row in the campaign's ledger. A row is `planned` until Meta has accepted or refused the message made
//! for it; from then on it follows that message. What is known of a row only grows, so the order in which news
//! arrives, and how often, does not matter.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use strum::{Display, EnumString, VariantArray};

use crate::Id;
use crate::contact::Contact;
use crate::conversation::Customer;
use crate::message::{Failure, MediaReference, Progress, Slot, Status};
use crate::template::FilledTemplate;

/// Parts that a ledger is kept in, so that no part of the store is written to more than others.
pub const SHARDS: u8 = 16;

/// Meta's code where a recipient gets enough marketing already (Meta, "Cloud API error codes").
const MARKETING_LIMIT: i64 = 131_049;
/// Meta's code where a recipient stopped marketing.
const MARKETING_STOPPED: i64 = 131_050;

/// The part of a ledger that a customer's row is in: FNV-1a, which stays the same for ever.
pub fn shard_of(customer: &Customer) -> u8 {
    let hash = customer
        .as_str()
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    u8::try_from((hash ^ (hash >> 16)) % u32::from(SHARDS)).unwrap_or(0)
}

/// How far a recipient has come.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    VariantArray,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum RecipientStatus {
    /// Waits for its message to be sent.
    Planned,
    /// Meta accepted the message.
    Sent,
    /// The message will not be delivered.
    Failed,
    /// Left out: by the plan, before their turn since they opted out, or since Meta holds marketing back from them.
    Skipped,
    /// The message arrived.
    Delivered,
    /// The message was opened.
    Read,
}

impl RecipientStatus {
    /// A later status has a higher rank; of those with the same one, neither follows the other.
    pub const fn rank(self) -> u8 {
        match self {
            Self::Planned => 0,
            Self::Sent => 1,
            Self::Failed | Self::Skipped => 2,
            Self::Delivered => 3,
            Self::Read => 4,
        }
    }
}

/// Why a recipient is left out.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum SkipReason {
    /// The contact did not opt in, or opted out.
    NotOptedIn,
    /// The contact has a tag that the audience excludes.
    ExcludedTag,
    /// The contact was deleted.
    ContactDeleted,
    /// WhatsApp hides the contact's number, and the template may only go to numbers.
    NoPhoneNumber,
    /// The contact lacks what stands in a placeholder, and there is no fallback.
    MissingVariable,
    /// What would stand in a placeholder may not stand there (Meta, template parameters).
    RefusedVariable,
    /// Meta holds it back, since the recipient gets enough marketing already (131049).
    MarketingLimit,
    /// The recipient told WhatsApp to stop this business's marketing (131050).
    MarketingStopped,
}

impl SkipReason {
    /// Why nothing is sent to a recipient who is this contact, whatever the message says; `None` is no contact.
    pub fn of_contact(contact: Option<&Contact>) -> Option<Self> {
        match contact.filter(|contact| contact.is_live()) {
            None => Some(Self::ContactDeleted),
            Some(contact) if !contact.opted_in => Some(Self::NotOptedIn),
            Some(_) => None,
        }
    }

    /// The reason that a failure of a message stands for, where it stands for one.
    pub const fn of_failure(code: i64) -> Option<Self> {
        match code {
            MARKETING_LIMIT => Some(Self::MarketingLimit),
            MARKETING_STOPPED => Some(Self::MarketingStopped),
            _ => None,
        }
    }

    /// Whether it is Meta that leaves the recipient out.
    const fn is_metas(self) -> bool {
        matches!(self, Self::MarketingLimit | Self::MarketingStopped)
    }
}

/// What a recipient's message says beyond the template's own words: it is fixed when the recipient is planned.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FrozenParameters {
    /// The array `template.components` of Graph (Meta, template messages).
    pub components: Value,
    /// Media of ours in the components: before the message is sent, Meta's ids take their place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub media: Vec<MediaReference>,
}

/// The preview is left out: it can be made again, and rows are kept small.
impl From<FilledTemplate> for FrozenParameters {
    fn from(filled: FilledTemplate) -> Self {
        let media = filled.media.into_iter();
        let media = media.map(|file| MediaReference { at: file.pointer, media_id: file.media_id });
        Self { components: filled.components, media: media.collect() }
    }
}

/// A recipient to plan.
#[derive(Clone, Debug, PartialEq)]
pub struct NewRecipient {
    /// Who.
    pub customer: Customer,
    /// The contact that this was planned from.
    pub contact_id: Option<Id>,
    /// Their name, for the results.
    pub name: Option<String>,
    /// The parameters of the template, as they are for this recipient from now on.
    pub parameters: FrozenParameters,
    /// Why they are left out, where they are.
    pub skip: Option<SkipReason>,
}

/// A row of a campaign's ledger.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipient {
    /// The campaign.
    pub campaign_id: Id,
    /// Who.
    pub customer: Customer,
    /// The contact that this was planned from.
    pub contact_id: Option<Id>,
    /// Their name when it was planned.
    pub name: Option<String>,
    /// The parameters of the template.
    pub parameters: FrozenParameters,
    /// How far it has come.
    pub status: RecipientStatus,
    /// Why it is left out, where it is.
    pub skip: Option<SkipReason>,
    /// What was claimed for sending, if it was.
    pub claim: Option<RecipientClaim>,
    /// A moment to send it that replaces the one that came with the queue's message.
    pub slot: Option<Slot>,
    /// When Meta accepted the message.
    pub sent_at: Option<Timestamp>,
    /// When it arrived, if that was reported; see [`Recipient::arrived_at`].
    pub delivered_at: Option<Timestamp>,
    /// When it was opened.
    pub read_at: Option<Timestamp>,
    /// When it failed.
    pub failed_at: Option<Timestamp>,
    /// Why it failed.
    pub failure: Option<Failure>,
}

/// The message that was made for a recipient. There is one at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecipientClaim {
    /// The message.
    pub message_id: Id,
    /// The run of the campaign that made it.
    pub run: u32,
    /// When.
    pub at: Timestamp,
}

impl Recipient {
    /// When the message arrived: what was read has arrived by then.
    pub fn arrived_at(&self) -> Option<Timestamp> {
        self.delivered_at.or(self.read_at)
    }

    /// The row after news of its message; `None` where they say nothing new, or where the message is not the row's.
    #[must_use]
    pub fn told(&self, message_id: Id, progress: &Progress) -> Option<Self> {
        if self.claim.is_none_or(|claim| claim.message_id != message_id) {
            return None;
        }
        let skip = progress.failure.as_ref().and_then(|failure| SkipReason::of_failure(failure.code));
        let reached = status_of(progress.status, skip);
        let failed_earlier =
            progress.failed_at.is_some_and(|at| self.failed_at.is_none_or(|known| at <= known));
        let further = reached.rank() > self.status.rank();
        // Whom we leave out, we leave out for our reason, whatever their message says of it.
        let ours = self.skip.is_some_and(|skip| !skip.is_metas());
        let instead = reached.rank() == self.status.rank() && failed_earlier && !ours;
        let (status, skip) = if further || instead {
            (reached, skip.filter(|_| reached == RecipientStatus::Skipped))
        } else {
            (self.status, self.skip)
        };
        let failure = if failed_earlier { progress.failure.clone() } else { self.failure.clone() };
        let told = Self {
            status,
            skip,
            sent_at: earliest(self.sent_at, progress.sent_at),
            delivered_at: earliest(self.delivered_at, progress.delivered_at),
            read_at: earliest(self.read_at, progress.read_at),
            failed_at: earliest(self.failed_at, progress.failed_at),
            failure,
            ..self.clone()
        };
        (told != *self).then_some(told)
    }

    /// The row as it is tried again: without its message and what became of that.
    #[must_use]
    pub fn planned_again(&self) -> Self {
        Self {
            status: RecipientStatus::Planned,
            skip: None,
            claim: None,
            slot: None,
            sent_at: None,
            delivered_at: None,
            read_at: None,
            failed_at: None,
            failure: None,
            ..self.clone()
        }
    }
}

fn earliest(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// The status of a row whose message has this one.
const fn status_of(message: Status, skip: Option<SkipReason>) -> RecipientStatus {
    match (message, skip) {
        (Status::Sent, _) => RecipientStatus::Sent,
        (Status::Failed, Some(_)) => RecipientStatus::Skipped,
        (Status::Failed, None) => RecipientStatus::Failed,
        (Status::Delivered, _) => RecipientStatus::Delivered,
        (Status::Read, _) => RecipientStatus::Read,
        (Status::Queued | Status::Sending | Status::Received, _) => RecipientStatus::Planned,
    }
}

/// How many recipients there are of each status. It may also be a difference.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecipientCounts {
    /// Of each status but those with none.
    #[serde(default)]
    by_status: BTreeMap<RecipientStatus, i64>,
    /// Of those that are left out, for each reason.
    #[serde(default)]
    by_reason: BTreeMap<SkipReason, i64>,
}

impl RecipientCounts {
    /// Counts `count` more of a status; for those left out with the reason.
    pub fn add(&mut self, status: RecipientStatus, skip: Option<SkipReason>, count: i64) {
        bump(&mut self.by_status, status, count);
        if let Some(reason) = skip.filter(|_| status == RecipientStatus::Skipped) {
            bump(&mut self.by_reason, reason, count);
        }
    }

    /// Recipients with this status, and no other.
    pub fn of(&self, status: RecipientStatus) -> i64 {
        self.by_status.get(&status).copied().unwrap_or(0)
    }

    /// Those left out for this reason.
    pub fn skipped_for(&self, reason: SkipReason) -> i64 {
        self.by_reason.get(&reason).copied().unwrap_or(0)
    }

    /// The reasons why recipients are left out, with their numbers.
    pub fn reasons(&self) -> impl Iterator<Item = (SkipReason, i64)> + '_ {
        self.by_reason.iter().map(|(reason, count)| (*reason, *count))
    }

    /// All statuses with recipients, with their numbers.
    pub fn statuses(&self) -> impl Iterator<Item = (RecipientStatus, i64)> + '_ {
        self.by_status.iter().map(|(status, count)| (*status, *count))
    }

    /// All recipients.
    pub fn total(&self) -> i64 {
        self.by_status.values().sum()
    }
}

impl AddAssign<&Self> for RecipientCounts {
    fn add_assign(&mut self, other: &Self) {
        for (status, count) in &other.by_status {
            bump(&mut self.by_status, *status, *count);
        }
        for (reason, count) in &other.by_reason {
            bump(&mut self.by_reason, *reason, *count);
        }
    }
}

/// Zeros are not kept, so that equal counts are equal.
fn bump<K: Ord>(counts: &mut BTreeMap<K, i64>, key: K, count: i64) {
    use std::collections::btree_map::Entry;
    match counts.entry(key) {
        Entry::Vacant(entry) if count != 0 => {
            entry.insert(count);
        }
        Entry::Vacant(_) => {}
        Entry::Occupied(mut entry) => {
            *entry.get_mut() += count;
            if *entry.get() == 0 {
                entry.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests;
