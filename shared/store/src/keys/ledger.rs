//! Keys of campaigns' ledgers, and of what paces campaigns.

use switchboard_model::Id;
use switchboard_model::conversation::Customer;
use switchboard_model::phone_number::MetaId;
use switchboard_model::recipient::shard_of;

use super::{Key, Range};
use crate::tables::Table;

const COUNT: &str = "COUNT#";

/// A recipient of a campaign.
pub fn recipient(campaign_id: Id, customer: &Customer) -> Key {
    Key::new(Table::Messages, ledger_partition(campaign_id, shard_of(customer)), customer.as_str())
}

/// The recipients of a campaign in one part of its ledger.
pub fn recipients(campaign_id: Id, shard: u8) -> Range {
    Range::new(Table::Messages, ledger_partition(campaign_id, shard), "")
}

/// A part of the counters of a campaign's recipients.
pub fn recipient_count(campaign_id: Id, part: u8) -> Key {
    Key::new(Table::Main, format!("CAMPAIGN#{campaign_id}"), format!("{COUNT}{part:02}"))
}

/// All counters of a campaign's recipients.
pub fn recipient_counts(campaign_id: Id) -> Range {
    Range::new(Table::Main, format!("CAMPAIGN#{campaign_id}"), COUNT)
}

/// How far the recipients of a campaign are handed to the senders.
pub fn dispatch(campaign_id: Id) -> Key {
    Key::new(Table::Main, format!("CAMPAIGN#{campaign_id}"), "DISPATCH")
}

/// The users that a business account began to write to in the last day.
pub fn new_users(business_id: &MetaId) -> Key {
    Key::new(Table::Ephemeral, format!("NEWUSERS#{business_id}"), "NEWUSERS")
}

fn ledger_partition(campaign_id: Id, shard: u8) -> String {
    format!("LEDGER#{campaign_id}#{shard:02}")
}
