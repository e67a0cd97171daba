//! What happened in a workspace, as told to its webhooks.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use strum::{Display, EnumString, VariantArray};

use crate::Id;
use crate::campaign::Campaign;
use crate::channel::Channel;
use crate::channel_message::{ActionResponse, ChannelMessage};
use crate::department::Department;
use crate::id::spelling::crockford;
use crate::message::Message;
use crate::recipient::RecipientCounts;
use crate::webhook::Endpoint;
use crate::workspace::Member;

/// What kind of thing happened. The names are those of the wire, in every dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Display, EnumString, VariantArray)]
pub enum EventType {
    /// A message was sent to a channel of the team.
    #[strum(serialize = "message.created")]
    MessageCreated,
    /// A message of the team got more to it: somebody chose one of its actions.
    #[strum(serialize = "message.updated")]
    MessageUpdated,
    /// A channel was made.
    #[strum(serialize = "channel.created")]
    ChannelCreated,
    /// A department was made.
    #[strum(serialize = "department.created")]
    DepartmentCreated,
    /// A person was added to a workspace.
    #[strum(serialize = "member.added")]
    MemberAdded,
    /// Nothing of a campaign is left to send.
    #[strum(serialize = "campaign.completed")]
    CampaignCompleted,
    /// A customer wrote to one of the workspace's numbers.
    #[strum(serialize = "whatsapp.message.received")]
    WhatsappMessageReceived,
    /// A WhatsApp message got further: sent, delivered, read or failed.
    #[strum(serialize = "whatsapp.message.status")]
    WhatsappMessageStatus,
    /// Another webhook of the workspace was disabled because it failed.
    #[strum(serialize = "webhook.disabled")]
    WebhookDisabled,
    /// Nothing happened: somebody tries a webhook out. It can't be subscribed to.
    #[strum(serialize = "webhook.ping")]
    WebhookPing,
}

impl EventType {
    /// Whether a webhook can be subscribed to it.
    pub fn can_be_subscribed_to(self) -> bool {
        self != Self::WebhookPing
    }
}

/// The kinds of events that some webhook of a workspace is subscribed to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<String>", into = "Vec<String>")]
pub struct Watched(BTreeSet<EventType>);

impl Watched {
    /// Whether a webhook wants to know of this.
    pub fn includes(&self, event: EventType) -> bool {
        self.0.contains(&event)
    }

    /// Whether no webhook wants to know of anything.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<EventType> for Watched {
    fn from_iter<I: IntoIterator<Item = EventType>>(events: I) -> Self {
        Self(events.into_iter().collect())
    }
}

/// What a newer version stored and this one does not know is left out.
impl From<Vec<String>> for Watched {
    fn from(names: Vec<String>) -> Self {
        names.iter().filter_map(|name| name.parse().ok()).collect()
    }
}

impl From<Watched> for Vec<String> {
    fn from(watched: Watched) -> Self {
        watched.0.iter().map(ToString::to_string).collect()
    }
}

/// The id of an event: `evt_` and a ULID in lower case. It is made of what happened, so that an event that is found
/// out twice is the same event, and it sorts by time. Receivers see it as `webhook-id`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventId(String);

const PREFIX: &str = "evt_";
const LENGTH: usize = 26;
const RANDOM_BITS: u32 = 80;

impl EventId {
    /// The id of what happened at `at`, told apart from all else by `what`.
    pub fn of(at: Timestamp, what: &str) -> Self {
        let milliseconds = u64::try_from(at.as_millisecond()).unwrap_or(0) & ((1 << 48) - 1);
        let digest = Sha256::digest(what);
        let tail = digest.iter().take(10).fold(0_u128, |tail, byte| tail << 8 | u128::from(*byte));
        let ulid = crockford::encode(u128::from(milliseconds) << RANDOM_BITS | tail, LENGTH);
        Self(format!("{PREFIX}{}", ulid.to_ascii_lowercase()))
    }

    /// The least id of an event at `at`.
    pub fn first_at(at: Timestamp) -> Self {
        let milliseconds = u64::try_from(at.as_millisecond()).unwrap_or(0) & ((1 << 48) - 1);
        let ulid = crockford::encode(u128::from(milliseconds) << RANDOM_BITS, LENGTH);
        Self(format!("{PREFIX}{}", ulid.to_ascii_lowercase()))
    }

    /// The least text after this id: what begins a list after it.
    #[must_use]
    pub fn next(&self) -> Self {
        Self(format!("{}0", self.0))
    }

    /// The id that `text` spells, if it can be one.
    pub fn parse(text: &str) -> Option<Self> {
        let ulid = text.strip_prefix(PREFIX)?;
        let well_formed = ulid.len() == LENGTH
            && ulid.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase());
        well_formed.then(|| Self(text.to_owned()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for EventId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Something that happened, as the tables tell it.
#[derive(Clone, Debug, PartialEq)]
pub enum Happening {
    /// A message was sent to a channel.
    ChannelMessageSent(Box<ChannelMessage>),
    /// Somebody chose an action of a message.
    ChannelMessageAnswered(Box<ActionResponse>),
    /// A channel was made.
    ChannelCreated(Box<Channel>),
    /// A department was made.
    DepartmentCreated(Box<Department>),
    /// Nothing of a campaign is left to send.
    CampaignCompleted {
        /// The campaign.
        campaign: Box<Campaign>,
        /// How many of its recipients were how far then.
        counts: RecipientCounts,
    },
    /// A person was added to a workspace.
    MemberAdded(Member),
    /// A customer wrote.
    MessageReceived(Box<Message>),
    /// A message to a customer got further.
    MessageStatus(Box<Message>),
    /// A webhook was disabled since it failed.
    WebhookDisabled(Box<Endpoint>),
}

impl Happening {
    /// What kind of event it is.
    pub fn kind(&self) -> EventType {
        match self {
            Self::ChannelMessageSent(_) => EventType::MessageCreated,
            Self::ChannelMessageAnswered(_) => EventType::MessageUpdated,
            Self::ChannelCreated(_) => EventType::ChannelCreated,
            Self::DepartmentCreated(_) => EventType::DepartmentCreated,
            Self::CampaignCompleted { .. } => EventType::CampaignCompleted,
            Self::MemberAdded(_) => EventType::MemberAdded,
            Self::MessageReceived(_) => EventType::WhatsappMessageReceived,
            Self::MessageStatus(_) => EventType::WhatsappMessageStatus,
            Self::WebhookDisabled(_) => EventType::WebhookDisabled,
        }
    }
}

/// What webhooks are told of something that happened in a workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its id.
    pub id: EventId,
    /// Where it happened.
    pub workspace_id: Id,
    /// What kind of thing, as [`EventType`] spells it.
    pub kind: String,
    /// When it happened, in Unix milliseconds.
    pub at: i64,
    /// What receivers get: JSON with `id`, `type`, `timestamp`, `workspace_id` and `data`.
    pub body: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_millisecond(milliseconds).unwrap()
    }

    #[test]
    fn the_same_event_has_the_same_id_and_ids_sort_by_time() {
        let id = EventId::of(at(1_767_225_600_000), "member.added/1");

        assert_eq!(id, EventId::of(at(1_767_225_600_000), "member.added/1"));
        assert_ne!(id, EventId::of(at(1_767_225_600_000), "member.added/2"));
        assert!(id < EventId::of(at(1_767_225_600_001), "member.added/1"));
        assert!(EventId::first_at(at(1_767_225_600_000)) < id);
        assert_eq!(EventId::parse(id.as_str()), Some(id));
        for text in ["", "evt_", "evt_01", "msg_01kdvj1n0000000000000000", "evt_01KDVJ1N000000000000000000"] {
            assert_eq!(EventId::parse(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_watched_survives_kinds_that_are_not_known() {
        let stored = r#"["member.added","from.the.future"]"#;
        let watched: Watched = serde_json::from_str(stored).unwrap();
        assert!(watched.includes(EventType::MemberAdded));
        assert!(!watched.includes(EventType::WebhookDisabled));
        assert_eq!(serde_json::to_string(&watched).unwrap(), r#"["member.added"]"#);
    }
}
