//! Previews of campaigns on the wire.

use std::collections::BTreeMap;

use serde::Serialize;
use switchboard_model::Id;
use switchboard_model::conversation::Customer;
use utoipa::ToSchema;

use crate::WireId;

/// What a campaign would do if it was started now.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct PreviewOut {
    /// The first five messages, as they would be read.
    pub messages: Vec<MessagePreviewOut>,
    /// Contacts that a message would be sent to.
    #[schema(example = 1000)]
    pub recipients_count: usize,
    /// Contacts that would be left out. Among them are those whom the audience names and who are deleted or unknown,
    /// once the whole audience was looked at.
    #[schema(example = 3)]
    pub skipped_count: usize,
    /// The same by reason.
    #[schema(example = json!({"not_opted_in": 3}))]
    pub skipped: BTreeMap<String, usize>,
    /// The first twenty of those that would be left out.
    pub skipped_contacts: Vec<SkippedContactOut>,
    /// Whether the whole audience was looked at. Where not, the numbers are of the first 10,000 contacts.
    pub complete: bool,
}

/// A message that would be sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessagePreviewOut {
    /// The contact.
    pub contact_id: WireId,
    /// The number in E.164, or the business-scoped user id where WhatsApp hides the number.
    #[schema(example = "+1234567890")]
    pub phone_number: String,
    /// What they are called.
    #[schema(example = "John Doe")]
    pub name: Option<String>,
    /// The template's body with its values.
    #[schema(example = "Hello John Doe, our sale has begun.")]
    pub text: String,
}

/// A contact that would be left out.
#[derive(Debug, Serialize, ToSchema)]
pub struct SkippedContactOut {
    /// The contact.
    pub contact_id: WireId,
    /// The number in E.164, or the business-scoped user id where WhatsApp hides the number; null where there is no such
    /// contact.
    #[schema(example = "+1234567890")]
    pub phone_number: Option<String>,
    /// What they are called.
    #[schema(example = "John Doe")]
    pub name: Option<String>,
    /// Why.
    #[schema(example = "not_opted_in")]
    pub reason: String,
}

impl PreviewOut {
    /// With a message.
    pub fn message(&mut self, id: Id, customer: &Customer, name: Option<String>, text: String) {
        let phone_number = customer.display();
        self.messages.push(MessagePreviewOut { contact_id: id.into(), phone_number, name, text });
    }

    /// With a contact that would be left out.
    pub fn skipped_contact(
        &mut self,
        id: Id,
        customer: Option<&Customer>,
        name: Option<String>,
        reason: String,
    ) {
        let phone_number = customer.map(Customer::display);
        self.skipped_contacts.push(SkippedContactOut { contact_id: id.into(), phone_number, name, reason });
    }
}
