//! The keys of every item. Only this module puts keys together.
//!
//! Parts of a key are ids, digests, digits or checked names, none of which can hold the separator `#`; what a
//! client can choose freely, such as an e-mail address, stands last in its key.

mod campaigns;
mod contacts;
mod conversations;
mod ledger;
mod media;
mod team;
mod templates;
mod webhooks;

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use hex::encode as to_hex;
use sha2::{Digest, Sha256};
use switchboard_model::Id;
use switchboard_model::address::EmailAddress;
use switchboard_model::conversation::ConversationKey;
use switchboard_model::id::spelling::key;
use switchboard_model::phone_number::MetaId;

use crate::tables::{PARTITION_KEY, SORT_KEY, Table};

pub use campaigns::*;
pub use contacts::*;
pub use conversations::*;
pub use ledger::*;
pub use media::{
    MEDIA_TALLIES, listed_media, media, media_at_meta, media_list, media_tallies, media_tally, upload,
};
pub use team::*;
pub use templates::*;
pub(crate) use webhooks::INCOMING_WEBHOOK;
pub use webhooks::{
    deliveries, delivery, endpoint, endpoint_health, endpoints, event, events, incoming_request,
    incoming_webhook, incoming_webhook_usage, replay, workspace_incoming_webhook,
    workspace_incoming_webhooks,
};

/// The key of one item.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// The table that the item is in.
    pub table: Table,
    /// The partition.
    pub pk: String,
    /// The place in the partition.
    pub sk: String,
}

impl Key {
    fn new(table: Table, pk: impl Into<String>, sk: impl Into<String>) -> Self {
        Self { table, pk: pk.into(), sk: sk.into() }
    }

    /// The key as it may stand in a log: with its ids, and of numbers, addresses and names the last two characters.
    pub fn redacted(&self) -> String {
        redacted(&self.pk, &self.sk)
    }

    /// The key as DynamoDB has it.
    pub(crate) fn attributes(&self) -> HashMap<String, AttributeValue> {
        HashMap::from([
            (PARTITION_KEY.to_owned(), AttributeValue::S(self.pk.clone())),
            (SORT_KEY.to_owned(), AttributeValue::S(self.sk.clone())),
        ])
    }
}

/// A run of items in one partition whose sort keys begin alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// The table.
    pub table: Table,
    /// The partition.
    pub pk: String,
    /// How the sort keys begin.
    pub sk_prefix: String,
}

impl Range {
    /// The least key that the range can have.
    pub(crate) fn first(&self) -> Key {
        Key { table: self.table, pk: self.pk.clone(), sk: self.sk_prefix.clone() }
    }

    fn new(table: Table, pk: String, sk_prefix: &str) -> Self {
        Self { table, pk, sk_prefix: sk_prefix.to_owned() }
    }
}

const MEMBER: &str = "MEMBER#";
const PHONE: &str = "PHONE#";
const TOKEN: &str = "TOKEN#";

/// A user.
pub fn user(id: Id) -> Key {
    Key::new(Table::Main, user_partition(id), "USER")
}

/// The owner of an e-mail address.
pub fn email(address: &EmailAddress) -> Key {
    Key::new(Table::Main, format!("EMAIL#{}", address.unique_form()), "EMAIL")
}

/// A workspace.
pub fn workspace(id: Id) -> Key {
    Key::new(Table::Main, workspace_partition(id), "WORKSPACE")
}

/// How many things a workspace has.
pub fn tally(workspace_id: Id) -> Key {
    Key::new(Table::Main, workspace_partition(workspace_id), "TALLY")
}

/// The owner of a slug.
pub fn slug(slug: &str) -> Key {
    Key::new(Table::Main, format!("SLUG#{slug}"), "SLUG")
}

/// The workspace of an API key.
pub fn api_key(digest: &str) -> Key {
    Key::new(Table::Main, format!("APIKEY#{digest}"), "APIKEY")
}

/// A person in a workspace.
pub fn member(workspace_id: Id, user_id: Id) -> Key {
    Key::new(Table::Main, workspace_partition(workspace_id), format!("{MEMBER}{user_id}"))
}

/// The people in a workspace.
pub fn members(workspace_id: Id) -> Range {
    Range::new(Table::Main, workspace_partition(workspace_id), MEMBER)
}

/// A workspace in a person's list.
pub fn membership(user_id: Id, workspace_id: Id) -> Key {
    Key::new(Table::Main, user_partition(user_id), format!("{MEMBER}{workspace_id}"))
}

/// The workspaces of a person.
pub fn memberships(user_id: Id) -> Range {
    Range::new(Table::Main, user_partition(user_id), MEMBER)
}

/// A phone number.
pub fn phone_number(id: Id) -> Key {
    Key::new(Table::Main, format!("PHONE#{id}"), "PHONE")
}

/// A phone number in a workspace's list.
pub fn workspace_phone_number(workspace_id: Id, id: Id) -> Key {
    Key::new(Table::Main, workspace_partition(workspace_id), format!("{PHONE}{id}"))
}

/// The phone numbers of a workspace.
pub fn workspace_phone_numbers(workspace_id: Id) -> Range {
    Range::new(Table::Main, workspace_partition(workspace_id), PHONE)
}

/// The owner of a phone number id of Meta's.
pub fn meta_number(meta_id: &MetaId) -> Key {
    Key::new(Table::Main, format!("META#{meta_id}"), "META")
}

/// A phone number in the list of a WhatsApp business account.
pub fn account_phone_number(business_id: &MetaId, id: Id) -> Key {
    Key::new(Table::Main, format!("WABA#{business_id}"), format!("{PHONE}{id}"))
}

/// The phone numbers of a WhatsApp business account.
pub fn account_phone_numbers(business_id: &MetaId) -> Range {
    Range::new(Table::Main, format!("WABA#{business_id}"), PHONE)
}

/// A message in its conversation.
pub fn message(conversation: &ConversationKey, id: Id) -> Key {
    Key::new(Table::Messages, conversation_partition(conversation), id.to_string())
}

/// Where a message is.
pub fn message_pointer(id: Id) -> Key {
    Key::new(Table::Messages, format!("MESSAGE#{id}"), "MESSAGE")
}

/// The message that Meta calls `wa_message_id`. Meta's ids are of any form, so their digest stands in the key
/// where they are long.
pub fn wa_message(wa_message_id: &str) -> Key {
    Key::new(Table::Messages, format!("WAMID#{}", bounded(wa_message_id)), "WAMID")
}

/// A message that waits until its number may send again.
pub fn parked_message(phone_number_id: Id, id: Id) -> Key {
    Key::new(Table::Messages, format!("PARKED#{phone_number_id}"), id.to_string())
}

/// The messages that wait until a number may send again.
pub fn parked_messages(phone_number_id: Id) -> Range {
    Range::new(Table::Messages, format!("PARKED#{phone_number_id}"), "")
}

/// An event of Meta's about the account `business_id`.
pub fn account_event(business_id: &str, field: &str, content: &[u8]) -> Key {
    let sort = format!("{}#{}", bounded(field), to_hex(Sha256::digest(content)));
    Key::new(Table::Messages, format!("EVENTS#{}", bounded(business_id)), sort)
}

/// A session.
pub fn session(id: Id) -> Key {
    Key::new(Table::Ephemeral, format!("SESSION#{id}"), "SESSION")
}

/// A refresh token of a session.
pub fn refresh_token(session_id: Id, digest: &str) -> Key {
    Key::new(Table::Ephemeral, format!("SESSION#{session_id}"), format!("{TOKEN}{digest}"))
}

/// The requests of a workspace on the day with this number since 1970.
pub fn request_window(workspace_id: Id, day: i64) -> Key {
    Key::new(Table::Ephemeral, format!("RATE#{workspace_id}"), format!("{day:06}"))
}

/// The attempts to sign in by `subject`, an account or an address, in the window with this number.
pub fn sign_in_window(subject: &str, window: i64) -> Key {
    Key::new(Table::Ephemeral, format!("SIGNIN#{}", to_hex(Sha256::digest(subject))), format!("{window:08}"))
}

/// The pace of sends from a phone number.
pub fn pace(phone_number_id: Id) -> Key {
    Key::new(Table::Ephemeral, format!("PACE#{phone_number_id}"), "PACE")
}

/// A status of a message that nobody claims yet.
pub fn orphan(wa_message_id: &str, status: &str) -> Key {
    Key::new(Table::Ephemeral, format!("ORPHAN#{}", bounded(wa_message_id)), status)
}

/// The statuses of a message that nobody claims yet.
pub fn orphans(wa_message_id: &str) -> Range {
    Range::new(Table::Ephemeral, format!("ORPHAN#{}", bounded(wa_message_id)), "")
}

fn conversation_partition(key: &ConversationKey) -> String {
    format!("CONVERSATION#{}#{}", key.phone_number_id, key.customer.as_str())
}

fn user_partition(id: Id) -> String {
    format!("USER#{id}")
}

fn workspace_partition(id: Id) -> String {
    format!("WORKSPACE#{id}")
}

/// A key as [`Key::redacted`] has it.
pub(crate) fn redacted(pk: &str, sk: &str) -> String {
    let parts = |text: &str| text.split('#').map(redacted_part).collect::<Vec<_>>().join("#");
    format!("{}/{}", parts(pk), parts(sk))
}

/// What says who somebody is has digits alone, a point, a sign or small letters in it; what kind of item it is does not.
fn redacted_part(part: &str) -> String {
    const LONGEST_COUNT: usize = 6;
    let digits = part.bytes().all(|byte| byte.is_ascii_digit());
    let kind = part.bytes().all(|byte| byte.is_ascii_uppercase());
    let id = !digits && key::parse(part).is_some();
    if kind || id || (digits && part.len() <= LONGEST_COUNT) {
        return part.to_owned();
    }
    let tail: Vec<char> = part.chars().rev().take(2).collect();
    format!("…{}", tail.into_iter().rev().collect::<String>())
}

/// `text` where it is short and plain; its digest where a key could not hold it.
fn bounded(text: &str) -> String {
    let plain = !text.is_empty()
        && text.len() <= 256
        && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#');
    if plain { text.to_owned() } else { format!("~{}", to_hex(Sha256::digest(text))) }
}
