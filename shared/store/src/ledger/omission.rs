//! Recipients who are left out after they were planned: pattern L12.

use std::time::Duration;

use jiff::Timestamp;
use switchboard_model::Id;
use switchboard_model::conversation::Customer;
use switchboard_model::message::{Failure, Status};
use switchboard_model::recipient::{RecipientCounts, RecipientStatus, SkipReason, shard_of};

use super::counts;
use crate::expression::{Change, Check, number, string};
use crate::item::to_attribute;
use crate::messages::{claimable, message_key, rank};
use crate::{Condition, MessageKey, Store, StoreError, keys};

/// A recipient who is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Omission {
    /// The campaign.
    pub campaign_id: Id,
    /// Whom.
    pub customer: Customer,
    /// Why.
    pub reason: SkipReason,
    /// The message that was made for them, where one was.
    pub unsent: Option<Unsent>,
}

/// A message that is not sent after all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsent {
    /// The message.
    pub key: MessageKey,
    /// Why it is not sent.
    pub failure: Failure,
    /// An attempt that began longer ago is over.
    pub reconcile_delay: Duration,
}

impl Store {
    /// L12: leaves a planned recipient out: the row, its counter, and the message that was made for them, which fails.
    /// Fails as `NotClaimable` where they are not planned any more, have another message, or have one that is being
    /// sent.
    pub async fn leave_out_recipient(&self, omission: &Omission, now: Timestamp) -> Result<(), StoreError> {
        let Omission { campaign_id, customer, reason, unsent } = omission;
        let claimed = match unsent {
            Some(unsent) => Check::Equals("message_id", string(unsent.key.id.to_string())),
            None => Check::Lacks("message_id"),
        };
        let planned = Check::Equals("status", to_attribute(&RecipientStatus::Planned)?);
        let row = Change::default()
            .set("status", to_attribute(&RecipientStatus::Skipped)?)
            .set("skip", to_attribute(reason)?)
            .only_if(Check::All(vec![planned, claimed]), Condition::NotClaimable);
        let mut moved = RecipientCounts::default();
        moved.add(RecipientStatus::Planned, None, -1);
        moved.add(RecipientStatus::Skipped, Some(*reason), 1);
        let part = keys::recipient_count(*campaign_id, shard_of(customer));
        let mut transaction = self
            .transaction()
            .update(&keys::recipient(*campaign_id, customer), row)?
            .update(&part, counts::change(&moved))?;
        if let Some(Unsent { key, failure, reconcile_delay }) = unsent {
            let failed = Change::default()
                .set("rank", number(rank(Status::Failed)))
                .set("failed_at", number(now.as_millisecond()))
                .set("failure", to_attribute(failure)?)
                .remove("outbox")
                .only_if(claimable(now, *reconcile_delay), Condition::NotClaimable);
            transaction = transaction.update(&message_key(key), failed)?;
        }
        transaction.commit().await
    }
}
