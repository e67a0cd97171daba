//! Deliveries: what is posted to an address that a workspace named, attempt by attempt.
//!
//! A delivery carries an event to a webhook, or a person's answer to the callback of an interactive message. It is
//! tried at once and then after the waits of [`WAITS`], until the receiver takes it.

mod attempt;

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, VariantArray};

use crate::Id;
use crate::event::EventId;

pub use attempt::{Attempt, Outcome, Retry, WAITS, retry};

/// Most attempts of a delivery: the first, and one after each wait.
#[expect(clippy::cast_possible_truncation, reason = "there are a few waits")]
pub const MAX_ATTEMPTS: u32 = 1 + WAITS.len() as u32;
/// Most attempts whose outcome is kept; older ones are forgotten.
pub const KEPT_ATTEMPTS: usize = 20;
/// How long events and their deliveries are kept.
pub const RETENTION: Duration = Duration::from_hours(30 * 24);

/// Which delivery.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryKey {
    /// That of an event to a webhook.
    Event {
        /// The webhook.
        endpoint_id: Id,
        /// The event.
        event_id: EventId,
    },
    /// That of an answer to a callback.
    Callback {
        /// The id of the delivery.
        id: Id,
    },
}

impl std::fmt::Display for DeliveryKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Event { endpoint_id, event_id } => write!(f, "{endpoint_id}-{event_id}"),
            Self::Callback { id } => write!(f, "{id}"),
        }
    }
}

/// What a delivery carries, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A person answered an interactive message.
    Callback {
        /// The message.
        message_id: Id,
        /// The action, as the sender of the message called it.
        action_id: String,
        /// Who answered.
        user_id: Id,
        /// Where the answer is posted to.
        url: String,
        /// What is posted: JSON.
        body: String,
    },
    /// A webhook is subscribed to an event. What is posted is the event's, and where is the webhook's.
    Endpoint {
        /// The webhook.
        endpoint_id: Id,
        /// The event.
        event_id: EventId,
    },
}

/// A delivery to come. What makes it necessary is stored in the same transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDelivery {
    /// Its id; of use where it is a callback's.
    pub id: Id,
    /// Whose it is.
    pub workspace_id: Id,
    /// What it carries.
    pub source: Source,
    /// What kind of event the receiver is told of, such as `message.action_response`.
    pub kind: String,
    /// When what it tells of happened.
    pub created_at: Timestamp,
}

impl NewDelivery {
    /// Which delivery it is.
    pub fn key(&self) -> DeliveryKey {
        match &self.source {
            Source::Callback { .. } => DeliveryKey::Callback { id: self.id },
            Source::Endpoint { endpoint_id, event_id } => {
                DeliveryKey::Event { endpoint_id: *endpoint_id, event_id: event_id.clone() }
            }
        }
    }
}

/// A delivery and how far it has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Which it is.
    pub key: DeliveryKey,
    /// Whose it is.
    pub workspace_id: Id,
    /// What it carries.
    pub source: Source,
    /// What kind of event the receiver is told of.
    pub kind: String,
    /// How far it has come.
    pub state: DeliveryState,
    /// Attempts whose outcome is known, replays included.
    pub attempts_made: u32,
    /// Attempts that may follow before it is given up.
    pub attempts_left: u32,
    /// When the next attempt is due, where one is.
    pub next_attempt_at: Option<Timestamp>,
    /// The last attempts, the oldest first.
    pub attempts: Vec<Attempt>,
    /// When what it tells of happened.
    pub created_at: Timestamp,
    /// The end of the claim of whoever is at it, in Unix milliseconds.
    pub claimed_until: Option<i64>,
}

/// How far a delivery has come.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Display, EnumString, VariantArray,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum DeliveryState {
    /// An attempt is due or under way.
    Pending,
    /// The receiver took it.
    Delivered,
    /// It was given up.
    Failed,
}

impl Delivery {
    /// The delivery after an attempt, and what follows.
    #[must_use]
    pub fn after(mut self, attempt: Attempt, follows: Retry) -> Self {
        self.attempts_made = attempt.number;
        self.attempts_left = self.attempts_left.saturating_sub(1);
        (self.state, self.next_attempt_at) = match follows {
            Retry::Delivered => (DeliveryState::Delivered, None),
            Retry::At(at) if self.attempts_left > 0 => (DeliveryState::Pending, Some(at)),
            Retry::At(_) | Retry::Never => (DeliveryState::Failed, None),
        };
        self.attempts.push(attempt);
        let forgotten = self.attempts.len().saturating_sub(KEPT_ATTEMPTS);
        self.attempts.drain(..forgotten);
        self.claimed_until = None;
        self
    }
}
