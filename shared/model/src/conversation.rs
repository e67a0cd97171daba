//! The exchange between one of a workspace's numbers and one customer.

mod thread;

use serde::{Deserialize, Serialize};

use crate::Id;
use crate::address::PhoneAddress;
use crate::field::Refusal;

pub use thread::{Conversation, ConversationChange, LastInbound, LastMessage, SERVICE_WINDOW};

/// Which conversation: messages of one conversation lie together and keep their order.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ConversationKey {
    /// The workspace's number.
    pub phone_number_id: Id,
    /// The customer.
    pub customer: Customer,
}

/// A customer as WhatsApp names them: digits of a phone number (`wa_id`), or a business-scoped user id such
/// as `US.13491208655302741918` where WhatsApp hides the number (Meta, business-scoped user ids).
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Customer(String);

impl Customer {
    /// Most characters of an id.
    pub const MAX_LENGTH: usize = 140;

    /// The customer with this phone number.
    pub fn at(number: &PhoneAddress) -> Self {
        Self(number.digits().to_owned())
    }

    /// The customer whom WhatsApp calls `id`; `None` for what can't be such an id.
    pub fn from_whatsapp(id: &str) -> Option<Self> {
        let well_formed = (1..=Self::MAX_LENGTH).contains(&id.len())
            && id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'_' || byte == b'-');
        well_formed.then(|| Self(id.to_owned()))
    }

    /// The customer whom a client names: a phone number in E.164, or a business-scoped user id, which begins with
    /// the two letters of a country and a dot.
    pub fn addressed(text: &str) -> Result<Self, Refusal> {
        let bytes = text.as_bytes();
        let is_scoped = bytes.len() > 3 && bytes[..2].iter().all(u8::is_ascii_uppercase) && bytes[2] == b'.';
        match Self::from_whatsapp(text).filter(|_| is_scoped) {
            Some(customer) => Ok(customer),
            None => text.parse().map(|number| Self::at(&number)),
        }
    }

    /// Whether it is a business-scoped id, with which WhatsApp hides the number.
    pub fn is_scoped_id(&self) -> bool {
        !self.0.bytes().all(|byte| byte.is_ascii_digit())
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The phone number with its `+`, or the business-scoped id as it is.
    pub fn display(&self) -> String {
        if self.is_scoped_id() { self.0.clone() } else { format!("+{}", self.0) }
    }
}

/// Only the last two characters, since this is personal data and ends in logs.
impl std::fmt::Debug for Customer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Customer(…{})", &self.0[self.0.len().saturating_sub(2)..])
    }
}

/// Which conversations are asked for; all where nothing is said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConversationFilter {
    /// Those of this number.
    pub phone_number_id: Option<Id>,
    /// Those that this person takes care of.
    pub assignee: Option<Id>,
    /// Those with messages that nobody has read, or without any.
    pub unread: Option<bool>,
}

impl ConversationFilter {
    /// Whether all are asked for.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_is_addressed_by_number_or_by_business_scoped_id() {
        assert_eq!(Customer::addressed("+15551234567").unwrap().as_str(), "15551234567");
        assert_eq!(
            Customer::addressed("US.13491208655302741918").unwrap().display(),
            "US.13491208655302741918"
        );
        for text in ["", "15551234567", "us.1", "US.", "US.#", "USA", "Ä.1234"] {
            assert!(Customer::addressed(text).is_err(), "{text}");
        }
    }
}
