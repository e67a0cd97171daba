//! Events of accounts, numbers, templates and customers that ask for more than storing.

use jiff::Timestamp;
use serde_json::Value;
use strum::Display;
use switchboard_model::address::PhoneAddress;
use switchboard_model::conversation::Customer;

use crate::MessageLimit;
use crate::loose::{self, text_at};

/// `phone_number_quality_update`. It names the number only as displayed, and no longer tells the rating.
#[derive(Clone, Debug, PartialEq)]
pub struct NumberQuality {
    /// The number.
    pub phone_number: PhoneAddress,
    /// `ONBOARDING`, `THROUGHPUT_UPGRADE` or another word.
    pub event: Option<String>,
    /// The new limit, where it is told.
    pub message_limit: Option<MessageLimit>,
}

impl NumberQuality {
    pub(super) fn read(value: &Value) -> Option<Self> {
        Some(Self {
            phone_number: PhoneAddress::from_display(&text_at(value, &["display_phone_number"])?).ok()?,
            event: text_at(value, &["event"]),
            message_limit: ["max_daily_conversations_per_business", "current_limit"]
                .iter()
                .find_map(|name| MessageLimit::read(&value[*name])),
        })
    }
}

/// `business_capability_update`: limits of the portfolio, which all its numbers share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capability {
    /// The new limit.
    pub message_limit: MessageLimit,
}

impl Capability {
    pub(super) fn read(value: &Value) -> Option<Self> {
        let names = ["max_daily_conversations_per_business", "max_daily_conversation_per_phone"];
        let message_limit = names.iter().find_map(|name| MessageLimit::read(&value[*name]))?;
        Some(Self { message_limit })
    }
}

/// `account_update`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountChange {
    /// Meta's word for what happened.
    pub event: String,
    /// What it means for sending.
    pub effect: AccountEffect,
    /// What the account may not do for a while, such as `RESTRICTED_BIZ_INITIATED_MESSAGING`.
    pub restrictions: Vec<String>,
}

/// What a change of an account means for sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Display)]
#[strum(serialize_all = "snake_case")]
pub enum AccountEffect {
    /// Nothing can be sent any more.
    Stopped,
    /// It can be sent again.
    Restored,
    /// Neither, as far as the event says.
    Unchanged,
}

impl AccountChange {
    pub(super) fn read(value: &Value) -> Option<Self> {
        let event = text_at(value, &["event"])?;
        let ban = text_at(value, &["ban_info", "waba_ban_state"]);
        let effect = match (event.as_str(), ban.as_deref()) {
            ("ACCOUNT_DELETED" | "ACCOUNT_OFFBOARDED", _) | ("DISABLED_UPDATE", Some("DISABLE")) => {
                AccountEffect::Stopped
            }
            ("ACCOUNT_RECONNECTED", _) | ("DISABLED_UPDATE", Some("REINSTATE")) => AccountEffect::Restored,
            _ => AccountEffect::Unchanged,
        };
        let restrictions = value["restriction_info"].as_array().map(Vec::as_slice).unwrap_or_default();
        let restrictions =
            restrictions.iter().filter_map(|info| text_at(info, &["restriction_type"])).collect();
        Some(Self { event, effect, restrictions })
    }
}

/// An item of `user_preferences`: a customer's choice in WhatsApp itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Preference {
    /// The customer.
    pub customer: Customer,
    /// What it is about, such as `marketing_messages`.
    pub category: Option<String>,
    /// What the customer wants; `None` for a word that is not known.
    pub wish: Option<Wish>,
    /// When it was said.
    pub at: Option<Timestamp>,
}

/// What a customer wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Display)]
#[strum(serialize_all = "snake_case")]
pub enum Wish {
    /// No more of it.
    Stop,
    /// More of it, or again: `resume` and `signup`.
    Resume,
}

impl Preference {
    pub(super) fn read(item: &Value) -> Option<Self> {
        let customer = loose::customer(&item["wa_id"]).or_else(|| loose::customer(&item["user_id"]))?;
        let wish = match item["value"].as_str() {
            Some("stop") => Some(Wish::Stop),
            Some("resume" | "signup") => Some(Wish::Resume),
            _ => None,
        };
        Some(Self {
            customer,
            category: text_at(item, &["category"]),
            wish,
            at: loose::time(&item["timestamp"]),
        })
    }
}

/// An item of `user_id_update`: a customer has another business-scoped id.
#[derive(Clone, Debug, PartialEq)]
pub struct UserIdChange {
    /// The customer's number, where it is told.
    pub wa_id: Option<Customer>,
    /// The id until now.
    pub previous: Option<Customer>,
    /// The id from now on.
    pub current: Customer,
    /// When it changed.
    pub at: Option<Timestamp>,
}

impl UserIdChange {
    pub(super) fn read(item: &Value) -> Option<Self> {
        Some(Self {
            wa_id: loose::customer(&item["wa_id"]),
            previous: loose::customer(&item["user_id"]["previous"]),
            current: loose::customer(&item["user_id"]["current"])?,
            at: loose::time(&item["timestamp"]),
        })
    }
}
