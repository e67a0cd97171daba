//! Requests that come by an incoming webhook.

use std::time::Duration;

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::IncomingAction;
use crate::access::Role;
use crate::address::EmailAddress;
use crate::channel::{ChannelKind, ChannelRef};
use crate::{DomainError, signing};

/// Most characters of the name of a request.
pub const REQUEST_NAME_MAX_LENGTH: usize = 255;
/// How far the time that a sender tells may be from ours (Standard Webhooks, "Verifying webhook authenticity").
const TOLERANCE: Duration = Duration::from_mins(5);
/// Unix times from here on are milliseconds: as seconds they would be after the year 5000.
const FIRST_MILLISECONDS: i64 = 100_000_000_000;

/// What a sender asks for.
#[derive(Debug)]
pub struct Asked {
    /// What is to be done.
    pub action: IncomingAction,
    /// The whole of it, or what is wrong with it.
    pub task: Result<Task, DomainError>,
}

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    /// Send a message.
    SendMessage {
        /// The channel; the webhook's own where none is named.
        channel: Option<ChannelRef>,
        /// What it says.
        content: String,
    },
    /// Make a channel.
    CreateChannel {
        /// What it is to be called.
        name: String,
        /// What it is for.
        description: Option<String>,
        /// Who can see it.
        kind: ChannelKind,
    },
    /// Make a department.
    CreateDepartment {
        /// What it is to be called.
        name: String,
        /// What it is for.
        description: Option<String>,
    },
    /// Add a person.
    AddMember {
        /// Their address.
        email: EmailAddress,
        /// What they may do.
        role: Role,
    },
}

/// How a sender names a request, so that it is carried out once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestName {
    /// By a key: the same request may come again, and is answered as before.
    IdempotencyKey(String),
    /// By the id of a delivery, which comes once.
    Delivery(String),
}

/// How a request is signed.
#[derive(Clone, Debug)]
pub enum Signature {
    /// As the Workspace Messaging API's document says: the header `X-Webhook-Signature`.
    Document(String),
    /// By Standard Webhooks 1.0.0.
    Standard {
        /// The header `webhook-id`.
        id: String,
        /// The header `webhook-timestamp`.
        timestamp: String,
        /// The header `webhook-signature`.
        signatures: String,
    },
}

impl Signature {
    /// Whether one of `secrets` signed `body` so.
    pub fn is_right(&self, secrets: &[&str], body: &[u8]) -> bool {
        match self {
            Self::Document(header) => signing::document_is_right(secrets, body, header),
            Self::Standard { id, timestamp, signatures } => secrets
                .iter()
                .any(|secret| signing::standard_is_right(secret, id, timestamp, body, signatures)),
        }
    }
}

/// The digest of a body, by which a request is known again: SHA-256 in hex.
pub fn body_digest(body: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(body))
}

/// Whether `text`, a Unix time in seconds or milliseconds or a time in ISO 8601, is within five minutes of `now`.
pub fn is_recent(text: &str, now: Timestamp) -> bool {
    let text = text.trim();
    let time = match text.parse::<i64>() {
        Ok(number) if number >= FIRST_MILLISECONDS => Timestamp::from_millisecond(number).ok(),
        Ok(number) => Timestamp::from_second(number).ok(),
        Err(_) => text.parse().ok(),
    };
    time.is_some_and(|time: Timestamp| now.duration_since(time).unsigned_abs() <= TOLERANCE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_recent_within_five_minutes_either_way() {
        let now = Timestamp::from_second(1_767_225_600).unwrap();
        for text in ["1767225600", "1767225300", "1767225900", "1767225600000", "2026-01-01T00:04:59.5Z"] {
            assert!(is_recent(text, now), "{text}");
        }
        for text in [
            "1767225299",
            "1767225901",
            "1767225299000",
            "2025-12-31T23:54:59Z",
            "0",
            "-1",
            "9223372036854775807",
            "yesterday",
            "",
        ] {
            assert!(!is_recent(text, now), "{text}");
        }
    }
}
