//! The exchange between one of a workspace's numbers and one customer.

use serde::{Deserialize, Serialize};

use crate::Id;
use crate::address::PhoneAddress;

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

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The phone number with its `+`, or the business-scoped id as it is.
    pub fn display(&self) -> String {
        if self.0.bytes().all(|byte| byte.is_ascii_digit()) { format!("+{}", self.0) } else { self.0.clone() }
    }
}

/// Only the last two characters, since this is personal data and ends in logs.
impl std::fmt::Debug for Customer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Customer(…{})", &self.0[self.0.len().saturating_sub(2)..])
    }
}
