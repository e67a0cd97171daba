//! One update of Meta and what it says.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use switchboard_model::address::PhoneAddress;
use switchboard_model::conversation::Customer;
use switchboard_model::message::Failure;
use switchboard_model::phone_number::MetaId;

use super::{
    AccountChange, Capability, InboundMessage, NumberQuality, Preference, Raw, Status, TemplateChange,
    TemplateUpdate, UserIdChange,
};
use crate::loose;

/// Longest identity that is spelled out; a longer one is hashed.
const MAX_IDENTITY_LENGTH: usize = 400;

/// One item of a POST: what a queue message carries.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Update {
    /// Which list or field it comes from.
    pub kind: Kind,
    /// Whom it concerns.
    #[serde(default)]
    pub origin: Origin,
    /// The sender's profile, with a message that has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Raw>,
    /// The item itself; of a [`Kind::Event`] the whole `value`.
    pub raw: Raw,
}

/// What sort of update it is, by where it stands in the POST.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An item of `messages`: a customer wrote.
    Message,
    /// An item of `statuses`: news of a message that we sent.
    Status,
    /// An item of `user_preferences`.
    Preference,
    /// An item of `user_id_update`.
    UserIdChange,
    /// An item of the `errors` beside messages: trouble of the app or the account.
    AccountError,
    /// The value of any other field.
    Event,
    /// Something whose shape is not known; it can only be stored.
    Other,
}

/// Whom an update concerns. Any part may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Origin {
    /// The WhatsApp business account: `0` in tests of the dashboard.
    pub business_id: Option<MetaId>,
    /// When it happened, in Unix seconds. Meta gives it with account events only.
    pub entry_time: Option<i64>,
    /// Meta's name of the subscription, such as `messages`.
    pub field: Option<String>,
    /// The number, with messages and statuses.
    pub phone_number_id: Option<MetaId>,
    /// The number itself, with messages and statuses.
    pub phone_number: Option<PhoneAddress>,
}

/// What an update says.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A customer wrote.
    Message(Box<InboundMessage>),
    /// News of a message that we sent.
    Status(Box<Status>),
    /// A customer wants marketing or does not.
    Preference(Preference),
    /// A customer has another business-scoped id.
    UserIdChange(UserIdChange),
    /// Meta changed a number's limits.
    NumberQuality(NumberQuality),
    /// Meta changed the portfolio's limits.
    Capability(Capability),
    /// Something happened to the business account.
    Account(AccountChange),
    /// A template was reviewed, paused or disabled.
    Template(Box<TemplateChange>),
    /// Something else about a template changed: its quality, category or components.
    TemplateUpdate(Box<TemplateUpdate>),
    /// Trouble of the app or the account.
    AccountError(Failure),
    /// Nothing that asks for more than storing it.
    Other,
}

impl Update {
    /// What the update says. Never fails: what lacks the least that is needed is [`Event::Other`].
    pub fn read(&self) -> Event {
        let Ok(value) = self.raw.value() else { return Event::Other };
        let event = match self.kind {
            Kind::Message => {
                let contact =
                    self.contact.as_ref().and_then(|contact| contact.value().ok()).unwrap_or_default();
                InboundMessage::read(value, &contact).map(|message| Event::Message(Box::new(message)))
            }
            Kind::Status => Status::read(&value).map(|status| Event::Status(Box::new(status))),
            Kind::Preference => Preference::read(&value).map(Event::Preference),
            Kind::UserIdChange => UserIdChange::read(&value).map(Event::UserIdChange),
            Kind::AccountError => Some(Event::AccountError(loose::failure(&value))),
            Kind::Event => self.read_event(&value),
            Kind::Other => None,
        };
        event.unwrap_or(Event::Other)
    }

    fn read_event(&self, value: &Value) -> Option<Event> {
        match self.origin.field.as_deref()? {
            "phone_number_quality_update" => NumberQuality::read(value).map(Event::NumberQuality),
            "business_capability_update" => Capability::read(value).map(Event::Capability),
            "account_update" => AccountChange::read(value).map(Event::Account),
            "message_template_status_update" => {
                TemplateChange::read(value).map(|change| Event::Template(Box::new(change)))
            }
            field @ ("message_template_quality_update"
            | "message_template_components_update"
            | "template_category_update") => {
                TemplateUpdate::read(field, value).map(|update| Event::TemplateUpdate(Box::new(update)))
            }
            _ => None,
        }
    }

    /// The same for an update and each repetition of it, and different for different ones. Meta cuts batches
    /// anew when it repeats, so a POST as a whole has no identity. At most 400 characters.
    pub fn identity(&self) -> String {
        let number = self.origin.phone_number_id.as_ref().map_or("-", MetaId::as_str);
        let spelled = match self.read() {
            Event::Message(message) => Some(format!("message:{number}:{}", message.wa_message_id)),
            Event::Status(status) => {
                let participant = status.participant.as_ref().map_or("", Customer::as_str);
                Some(format!("status:{number}:{}:{}:{participant}", status.wa_message_id, status.name))
            }
            Event::Template(change) => {
                let time = self.origin.entry_time.unwrap_or_default();
                change.template.template_id.map(|id| format!("template:{id}:{}:{time}", change.event))
            }
            _ => None,
        };
        spelled.filter(|identity| identity.len() <= MAX_IDENTITY_LENGTH).unwrap_or_else(|| self.hashed())
    }

    fn hashed(&self) -> String {
        let Origin { business_id, entry_time, field, phone_number_id, .. } = &self.origin;
        let origin = format!("{business_id:?}:{entry_time:?}:{field:?}:{phone_number_id:?}:{:?}:", self.kind);
        format!(
            "other:{}",
            hex::encode(Sha256::new().chain_update(origin).chain_update(self.raw.text()).finalize())
        )
    }
}
