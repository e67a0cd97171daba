//! Cutting a POST into single updates.

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use switchboard_model::DomainError;
use switchboard_model::address::PhoneAddress;
use switchboard_model::phone_number::MetaId;

use super::{Kind, Origin, Raw, Update};
use crate::loose;

/// A body that is not JSON.
#[derive(Debug, thiserror::Error)]
#[error("the body is not JSON")]
pub struct NotJson(#[source] serde_json::Error);

impl From<NotJson> for DomainError {
    fn from(_: NotJson) -> Self {
        Self::WebhookUnreadable
    }
}

type Fields<'a> = BTreeMap<String, &'a RawValue>;

/// Parts of a `messages` value that belong to its items, and are told with each.
const SURROUNDINGS: [&str; 3] = ["messaging_product", "metadata", "contacts"];

/// Cuts the body of a POST (Meta: at most 3 MB and 1,000 updates) into updates, in the order they came. What
/// has a shape that is not known becomes a [`Kind::Other`] with its JSON; it never costs another update. A body
/// that reports nothing (`{"entry":[]}`) gives none.
pub fn split(body: &[u8]) -> Result<Vec<Update>, NotJson> {
    let body: &RawValue = serde_json::from_slice(body).map_err(NotJson)?;
    let mut splitter = Splitter::default();
    splitter.body(body);
    Ok(splitter.updates)
}

#[derive(Default)]
struct Splitter {
    updates: Vec<Update>,
}

impl Splitter {
    fn push(&mut self, kind: Kind, origin: &Origin, raw: &RawValue) {
        self.updates.push(Update { kind, origin: origin.clone(), contact: None, raw: Raw::of(raw) });
    }

    /// The envelope, or a bare `{"field", "value"}` as the samples of the app dashboard show it.
    fn body(&mut self, body: &RawValue) {
        let fields = object(body).unwrap_or_default();
        if let Some(entries) = fields.get("entry").and_then(|entries| list(entries)) {
            for entry in entries {
                self.entry(entry);
            }
        } else if fields.contains_key("field") && fields.contains_key("value") {
            self.change(&Origin::default(), body);
        } else {
            self.push(Kind::Other, &Origin::default(), body);
        }
    }

    fn entry(&mut self, entry: &RawValue) {
        let fields = object(entry).unwrap_or_default();
        let origin = Origin {
            business_id: id(fields.get("id")),
            entry_time: fields.get("time").and_then(|time| loose::integer(&value(time))),
            ..Origin::default()
        };
        match fields.get("changes").and_then(|changes| list(changes)) {
            Some(changes) => changes.into_iter().for_each(|change| self.change(&origin, change)),
            None => self.push(Kind::Other, &origin, entry),
        }
    }

    fn change(&mut self, origin: &Origin, change: &RawValue) {
        let fields = object(change).unwrap_or_default();
        let field = fields.get("field").and_then(|field| loose::text(&value(field)));
        let mut origin = Origin { field, ..origin.clone() };
        let Some((raw, parts)) = fields.get("value").and_then(|raw| Some((*raw, object(raw)?))) else {
            return self.push(Kind::Other, &origin, change);
        };
        let metadata = parts.get("metadata").and_then(|metadata| object(metadata)).unwrap_or_default();
        origin.phone_number_id = id(metadata.get("phone_number_id"));
        let display = metadata.get("display_phone_number").and_then(|number| loose::text(&value(number)));
        origin.phone_number = display.and_then(|number| PhoneAddress::from_display(&number).ok());
        match origin.field.as_deref() {
            Some("messages") => self.messages(&origin, raw, parts),
            Some("user_preferences") => {
                self.items(&origin, raw, &parts, "user_preferences", Kind::Preference);
            }
            Some("user_id_update") => self.items(&origin, raw, &parts, "user_id_update", Kind::UserIdChange),
            Some(_) => self.push(Kind::Event, &origin, raw),
            None => self.push(Kind::Other, &origin, change),
        }
    }

    /// A value that is a list of one sort of item.
    fn items(&mut self, origin: &Origin, raw: &RawValue, parts: &Fields<'_>, name: &str, kind: Kind) {
        match parts.get(name).and_then(|items| list(items)) {
            Some(items) => items.into_iter().for_each(|item| self.item(kind, origin, item)),
            None => self.push(Kind::Event, origin, raw),
        }
    }

    /// A value of messages, statuses and errors. Any of the three may be there or not; what else there is goes
    /// on by itself.
    fn messages(&mut self, origin: &Origin, raw: &RawValue, mut parts: Fields<'_>) {
        let contacts = parts.get("contacts").and_then(|contacts| list(contacts)).unwrap_or_default();
        let contacts: Vec<Contact<'_>> = contacts.into_iter().filter_map(Contact::of).collect();
        let mut found = false;
        for (name, kind) in
            [("statuses", Kind::Status), ("messages", Kind::Message), ("errors", Kind::AccountError)]
        {
            let Some(items) = parts.remove(name) else { continue };
            found = true;
            let Some(items) = list(items) else {
                self.push(Kind::Other, origin, items);
                continue;
            };
            let alone = items.len() == 1;
            for item in items {
                self.item(kind, origin, item);
                if kind == Kind::Message
                    && let Some(update) = self.updates.last_mut()
                {
                    update.contact = sender(item, &contacts, alone).map(|contact| Raw::of(contact.raw));
                }
            }
        }
        if !found {
            return self.push(Kind::Event, origin, raw);
        }
        parts.retain(|name, _| !SURROUNDINGS.contains(&name.as_str()));
        for rest in parts.into_values() {
            self.push(Kind::Other, origin, rest);
        }
    }

    fn item(&mut self, kind: Kind, origin: &Origin, item: &RawValue) {
        let kind = if item.get().starts_with('{') { kind } else { Kind::Other };
        self.push(kind, origin, item);
    }
}

/// A profile and the ids that say whose it is.
struct Contact<'a> {
    raw: &'a RawValue,
    ids: Vec<String>,
}

impl<'a> Contact<'a> {
    fn of(raw: &'a RawValue) -> Option<Self> {
        Some(Self { raw, ids: ids(&object(raw)?, &["wa_id", "user_id"]) })
    }
}

/// The profile of the customer who sent a message: the one that shares an id with it. One without any id, or
/// whose number WhatsApp spells differently, is taken where there is no other to mistake it for.
fn sender<'c, 'a>(message: &RawValue, contacts: &'c [Contact<'a>], alone: bool) -> Option<&'c Contact<'a>> {
    let senders = ids(&object(message)?, &["from", "from_user_id"]);
    let named = contacts.iter().find(|contact| contact.ids.iter().any(|id| senders.contains(id)));
    named.or(match contacts {
        [only] if alone || only.ids.is_empty() => Some(only),
        _ => None,
    })
}

fn ids(fields: &Fields<'_>, names: &[&str]) -> Vec<String> {
    names.iter().filter_map(|name| loose::text(&value(fields.get(*name)?))).collect()
}

fn object(raw: &RawValue) -> Option<Fields<'_>> {
    serde_json::from_str(raw.get()).ok()
}

fn list(raw: &RawValue) -> Option<Vec<&RawValue>> {
    serde_json::from_str(raw.get()).ok()
}

fn id(raw: Option<&&RawValue>) -> Option<MetaId> {
    loose::text(&value(raw?))?.parse().ok()
}

/// A value that should be short: null where it can't be read.
fn value(raw: &RawValue) -> serde_json::Value {
    serde_json::from_str(raw.get()).unwrap_or_default()
}
