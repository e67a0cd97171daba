//! Counters of a campaign's recipients: pattern L5.
//!
//! A counter changes in the transaction that moves a row, in one of 16 items, so that those who move rows at the same
//! time seldom meet. What the items hold are differences to the plan, whose own counts the campaign has.

use std::fmt::Display;

use switchboard_model::Id;
use switchboard_model::recipient::{RecipientCounts, RecipientStatus, SHARDS, SkipReason};

use strum::VariantArray;

use crate::expression::{Change, number, string};
use crate::item::{ENTITY_TYPE, VERSION};
use crate::keys::Key;
use crate::{Attributes, Store, StoreError, keys};

use super::StoredRecipient;

/// What a counter's item is called; its attributes are named after statuses and reasons.
const ENTITY: &str = "recipient_count";

impl Store {
    /// L5: how the recipients of a campaign have moved since they were planned. With the counts of the plan this is
    /// how many there are of each status.
    pub async fn recipient_moves(&self, campaign_id: Id) -> Result<RecipientCounts, StoreError> {
        let range = keys::recipient_counts(campaign_id);
        let mut start = None;
        let mut counts = RecipientCounts::default();
        loop {
            let request = self.query(&range, crate::slice::Order::Ascending);
            let answer = request.set_exclusive_start_key(start).send().await?;
            for item in answer.items.unwrap_or_default() {
                counts += &read(&item);
            }
            match answer.last_evaluated_key {
                Some(next) => start = Some(next),
                None => return Ok(counts),
            }
        }
    }

    /// L6: counts all rows of a campaign's ledger one by one, all parts side by side. It costs what reading them costs,
    /// 128 read units for 1 MB.
    pub async fn count_ledger(&self, campaign_id: Id) -> Result<RecipientCounts, StoreError> {
        let parts = (0..SHARDS).map(|shard| async move {
            let rows = self.list::<StoredRecipient>(&keys::recipients(campaign_id, shard)).await?;
            let mut counts = RecipientCounts::default();
            for row in rows {
                counts.add(row.status, row.skip, 1);
            }
            Ok::<_, StoreError>(counts)
        });
        let mut counts = RecipientCounts::default();
        for part in futures::future::try_join_all(parts).await? {
            counts += &part;
        }
        Ok(counts)
    }
}

/// The change of a counter's item that adds `counts` to it.
pub(super) fn change(counts: &RecipientCounts) -> Change {
    let mut change = Change::default().set(ENTITY_TYPE, string(ENTITY)).set(VERSION, number(1));
    for (status, count) in counts.statuses() {
        change = change.add(attribute("status", status), count);
    }
    for (reason, count) in counts.reasons() {
        change = change.add(attribute("skip", reason), count);
    }
    change
}

fn read(item: &Attributes) -> RecipientCounts {
    let count =
        |name: String| item.get(&name).and_then(|value| value.as_n().ok()?.parse::<i64>().ok()).unwrap_or(0);
    let mut counts = RecipientCounts::default();
    for status in RecipientStatus::VARIANTS.iter().copied() {
        let mut all = count(attribute("status", status));
        if status == RecipientStatus::Skipped {
            for reason in SkipReason::VARIANTS.iter().copied() {
                let skipped = count(attribute("skip", reason));
                counts.add(status, Some(reason), skipped);
                all -= skipped;
            }
        }
        counts.add(status, None, all);
    }
    counts
}

fn attribute(kind: &str, of: impl Display) -> String {
    format!("{kind}_{of}")
}

/// The item that counts a change: one of 16, by whatever is at hand.
pub(super) fn part(campaign_id: Id, by: Id) -> Key {
    let part = u8::try_from(by.bits() % u64::from(SHARDS)).unwrap_or(0);
    keys::recipient_count(campaign_id, part)
}
