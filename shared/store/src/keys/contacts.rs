//! The keys of contacts, of the lists that they stand in, and of imports.

use hex::encode as to_hex;
use sha2::{Digest, Sha256};
use switchboard_model::Id;
use switchboard_model::contact::import::RowStatus;
use switchboard_model::contact::{is_number, search};
use switchboard_model::conversation::Customer;

use super::{Key, Range};
use crate::tables::Table;

/// Shards over which the counts of a list are spread.
pub const COUNT_SHARDS: u8 = 16;

/// A list of contacts, kept in two halves: those who are opted in, and those who are not.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ContactList {
    /// All contacts.
    All,
    /// Those with this tag.
    Tagged(String),
}

/// A contact. Numbers stand before business-scoped ids.
pub fn contact(workspace_id: Id, customer: &Customer) -> Key {
    let digits = customer.as_str();
    let sort = if is_number(customer) { digits.to_owned() } else { format!("~{digits}") };
    Key::new(Table::Main, format!("CONTACTS#{workspace_id}"), sort)
}

/// The contacts of a workspace, deleted ones too, whose numbers begin with `head`.
pub fn contacts(workspace_id: Id, head: &str) -> Range {
    Range::new(Table::Main, format!("CONTACTS#{workspace_id}"), head)
}

/// Where the contact with this id is.
pub fn contact_pointer(id: Id) -> Key {
    Key::new(Table::Main, format!("CONTACT#{id}"), "CONTACT")
}

/// The contact with a phone number whom WhatsApp also calls so: by a business-scoped id, or by a number that it spells
/// in another way.
pub fn contact_alias(workspace_id: Id, alias: &Customer) -> Key {
    Key::new(Table::Main, format!("CONTACTALIAS#{workspace_id}"), alias.as_str())
}

/// A contact in a list.
pub fn listed_contact(workspace_id: Id, list: &ContactList, opted_in: bool, id: Id) -> Key {
    Key::new(Table::Main, list_partition(workspace_id, list), format!("{}{id}", half(opted_in)))
}

/// Half of a list, by age.
pub fn listed_contacts(workspace_id: Id, list: &ContactList, opted_in: bool) -> Range {
    Range::new(Table::Main, list_partition(workspace_id, list), half(opted_in))
}

/// How many contacts of one shard are in a list.
pub fn contact_count(workspace_id: Id, list: &ContactList, shard: u8) -> Key {
    Key::new(Table::Main, list_partition(workspace_id, list), format!("COUNT#{shard:x}"))
}

/// How many contacts are in a list, shard by shard.
pub fn contact_counts(workspace_id: Id, list: &ContactList) -> Range {
    Range::new(Table::Main, list_partition(workspace_id, list), "COUNT#")
}

/// The shard that a customer is counted in.
pub fn contact_shard(customer: &Customer) -> u8 {
    Sha256::digest(customer.as_str())[0] % COUNT_SHARDS
}

/// A contact under a word of its name.
pub fn contact_word(workspace_id: Id, word: &str, id: Id) -> Key {
    Key::new(Table::Main, format!("CONTACTWORDS#{workspace_id}"), format!("{word}#{id}"))
}

/// The contacts under words that begin with `head`.
pub fn contact_words(workspace_id: Id, head: &str) -> Range {
    Range::new(Table::Main, format!("CONTACTWORDS#{workspace_id}"), head)
}

/// A contact under its number, read backwards.
pub fn contact_tail(workspace_id: Id, reversed_number: &str) -> Key {
    Key::new(Table::Main, format!("CONTACTTAILS#{workspace_id}"), reversed_number)
}

/// The contacts whose numbers end with `tail`.
pub fn contact_tails(workspace_id: Id, tail: &str) -> Range {
    Range::new(Table::Main, format!("CONTACTTAILS#{workspace_id}"), &search::reversed(tail))
}

/// Where a list, or half of it, has come to after so many contacts.
pub fn contact_bookmark(workspace_id: Id, list: &ContactList, opted_in: Option<bool>, offset: u64) -> Key {
    let range = contact_bookmarks(workspace_id, list, opted_in);
    Key::new(range.table, range.pk, format!("{offset:010}"))
}

/// The bookmarks of a list, or of half of it.
pub fn contact_bookmarks(workspace_id: Id, list: &ContactList, opted_in: Option<bool>) -> Range {
    let halves = opted_in.map_or("BOTH#", half);
    let digest = to_hex(Sha256::digest(list_partition(workspace_id, list)));
    Range::new(Table::Ephemeral, format!("BOOKMARKS#{halves}{digest}"), "")
}

/// An import.
pub fn contact_import(id: Id) -> Key {
    Key::new(Table::Main, format!("IMPORT#{id}"), "IMPORT")
}

/// What came of the rows of one piece of an import.
pub fn import_results(id: Id, piece: u32) -> Key {
    Key::new(Table::Ephemeral, format!("IMPORT#{id}"), format!("RESULTS#{piece:08}"))
}

/// The rows of one piece of an import that have the same outcome, which `before` rows of earlier pieces have, too.
pub fn import_outcome(id: Id, status: RowStatus, before: u64) -> Key {
    let Range { table, pk, sk_prefix } = import_outcomes(id, status);
    Key::new(table, pk, format!("{sk_prefix}{before:012}"))
}

/// The rows of an import that have the same outcome, piece by piece.
pub fn import_outcomes(id: Id, status: RowStatus) -> Range {
    Range::new(Table::Ephemeral, format!("IMPORT#{id}"), &format!("OUTCOME#{}#", status.letter()))
}

fn list_partition(workspace_id: Id, list: &ContactList) -> String {
    match list {
        ContactList::All => format!("CONTACTLIST#{workspace_id}"),
        ContactList::Tagged(tag) => format!("CONTACTTAG#{workspace_id}#{tag}"),
    }
}

fn half(opted_in: bool) -> &'static str {
    if opted_in { "IN#" } else { "OUT#" }
}
