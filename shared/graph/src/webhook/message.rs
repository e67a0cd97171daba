//! What a customer wrote.

use jiff::Timestamp;
use serde_json::Value;
use switchboard_model::conversation::Customer;
use switchboard_model::message::Failure;

use crate::loose::{self, text_at};

/// The type of a message that names none.
const UNKNOWN: &str = "unknown";

/// An item of `messages` (Meta, messages webhooks). Types are an open set.
#[derive(Clone, PartialEq)]
pub struct InboundMessage {
    /// Meta's id of the message.
    pub wa_message_id: String,
    /// Who wrote: by number, or by business-scoped id where WhatsApp hides the number.
    pub customer: Option<Customer>,
    /// The sender's business-scoped id, where it is told; beside a number it names the same person.
    pub user_id: Option<Customer>,
    /// The group in which it was written.
    pub group_id: Option<String>,
    /// When it was written, to the second.
    pub at: Option<Timestamp>,
    /// Meta's name of the type, or `unknown`.
    pub kind: String,
    /// What can be read in it: the text, a caption, the title of what was chosen, the name of a place.
    pub text: Option<String>,
    /// Meta's id of the message that it answers.
    pub reply_to: Option<String>,
    /// The sender's name.
    pub profile_name: Option<String>,
    /// The sender's username.
    pub username: Option<String>,
    /// Why Meta could not pass it on, of those that it could not.
    pub failure: Option<Failure>,
    /// The message as Meta sent it.
    pub raw: Value,
}

impl InboundMessage {
    /// `None` without an id.
    pub(super) fn read(item: Value, contact: &Value) -> Option<Self> {
        let kind = loose::text(&item["type"]).unwrap_or_else(|| UNKNOWN.to_owned());
        let sender = ["from", "from_user_id"].iter().find_map(|name| loose::customer(&item[*name]));
        let profile = ["wa_id", "user_id"].iter().find_map(|name| loose::customer(&contact[*name]));
        Some(Self {
            wa_message_id: loose::text(&item["id"])?,
            customer: sender.or(profile),
            user_id: loose::customer(&item["from_user_id"])
                .or_else(|| loose::customer(&contact["user_id"]))
                .or_else(|| loose::customer(&item["from"]).filter(|from| from.as_str().contains('.'))),
            group_id: loose::text(&item["group_id"]),
            at: loose::time(&item["timestamp"]),
            text: readable(&kind, &item),
            reply_to: text_at(&item, &["context", "id"]),
            profile_name: text_at(contact, &["profile", "name"]),
            username: text_at(contact, &["profile", "username"]),
            failure: loose::first_failure(&item),
            kind,
            raw: item,
        })
    }
}

/// Without what was written, by whom.
impl std::fmt::Debug for InboundMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InboundMessage")
            .field("wa_message_id", &self.wa_message_id)
            .field("kind", &self.kind)
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

/// What can be read in a message of a type. Of types that are not listed, whatever Meta usually calls a text.
fn readable(kind: &str, message: &Value) -> Option<String> {
    let content = &message[kind];
    match kind {
        "interactive" => interactive(content),
        "reaction" => text_at(content, &["emoji"]),
        "location" => text_at(content, &["name"]).or_else(|| text_at(content, &["address"])),
        "contacts" => names(content),
        "edit" => {
            let edited = &content["message"];
            let kind = edited["type"].as_str().filter(|kind| *kind != "edit")?;
            readable(kind, edited)
        }
        _ => ["body", "caption", "text", "payload", "title"]
            .iter()
            .find_map(|name| content[*name].as_str())
            .and_then(filled),
    }
}

fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn interactive(content: &Value) -> Option<String> {
    text_at(content, &["button_reply", "title"])
        .or_else(|| text_at(content, &["list_reply", "title"]))
        .or_else(|| text_at(content, &["nfm_reply", "body"]))
        .or_else(|| text_at(content, &["call_permission_reply", "response"]))
        .or_else(|| text_at(content, &["body", "text"]))
}

fn names(contacts: &Value) -> Option<String> {
    let names =
        contacts.as_array()?.iter().filter_map(|contact| text_at(contact, &["name", "formatted_name"]));
    let names: Vec<String> = names.collect();
    (!names.is_empty()).then(|| names.join(", "))
}
