//! Ledgers of campaigns, one row per recipient: patterns L1 to L3.

use futures::stream::{StreamExt, TryStreamExt, iter};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_model::Id;
use switchboard_model::conversation::Customer;
use switchboard_model::message::{Failure, Message, Slot};
use switchboard_model::recipient::{
    FrozenParameters, NewRecipient, Recipient, RecipientClaim, RecipientCounts, RecipientStatus, SkipReason,
};

use crate::expression::{Change, Check, number, string};
use crate::item::{StoredForm, to_attribute};
use crate::messages::{StoredMessage, StoredPointer, message_key};
use crate::{Condition, Store, StoreError, keys};

mod counts;
mod dispatch;
mod moves;
mod omission;
mod pages;
mod walk;

pub use dispatch::{DispatchCheckpoint, NewUsersAsked, NewUsersGranted};
pub use moves::RecipientNews;
pub use omission::{Omission, Unsent};
pub use pages::{RecipientPage, SoughtRecipients};

/// Rows written at the same time.
const SIDE_BY_SIDE: usize = 25;

/// A row as stored.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct StoredRecipient {
    campaign_id: Id,
    customer: Customer,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    contact_id: Option<Id>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(with = "json_text")]
    parameters: FrozenParameters,
    /// The batch of the plan that it came with.
    batch: u32,
    status: RecipientStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    skip: Option<SkipReason>,
    /// The message that was made for it, by which run of the campaign, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message_id: Option<Id>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    run: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    claimed_at: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    slot: Option<Slot>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sent_at: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    delivered_at: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    read_at: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    failed_at: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    failure: Option<Failure>,
}

impl StoredForm for StoredRecipient {
    const ENTITY: &'static str = "recipient";
}

impl Store {
    /// L1: puts a batch of a campaign's plan into its ledger, 25 rows at a time, and answers with how many recipients
    /// of the batch there are now. A row that is there stays as it is, and counts where it came with the same batch:
    /// so a batch that is repeated counts the same, and a customer who is met twice counts once.
    pub async fn plan_recipients(
        &self,
        campaign_id: Id,
        batch: u32,
        recipients: &[NewRecipient],
    ) -> Result<RecipientCounts, StoreError> {
        let planned: Vec<_> = iter(recipients)
            .map(|recipient| self.plan_recipient(campaign_id, batch, recipient))
            .buffered(SIDE_BY_SIDE)
            .try_collect()
            .await?;
        let mut counts = RecipientCounts::default();
        for (status, skip) in planned.into_iter().flatten() {
            counts.add(status, skip, 1);
        }
        Ok(counts)
    }

    async fn plan_recipient(
        &self,
        campaign_id: Id,
        batch: u32,
        recipient: &NewRecipient,
    ) -> Result<Option<(RecipientStatus, Option<SkipReason>)>, StoreError> {
        let key = keys::recipient(campaign_id, &recipient.customer);
        let stored = StoredRecipient::planned(campaign_id, batch, recipient);
        match self.put(&key, &stored, Some((Check::Absent, Condition::AlreadyStored))).await {
            Ok(()) => Ok(Some((stored.status, stored.skip))),
            Err(StoreError::ConditionFailed(_)) => {
                let there = self.get::<StoredRecipient>(&key).await?;
                Ok(there.filter(|there| there.batch == batch).map(|there| (there.status, there.skip)))
            }
            Err(error) => Err(error),
        }
    }

    /// L2: a recipient of a campaign.
    pub async fn recipient(
        &self,
        campaign_id: Id,
        customer: &Customer,
    ) -> Result<Option<Recipient>, StoreError> {
        let key = keys::recipient(campaign_id, customer);
        self.get::<StoredRecipient>(&key).await?.map(|stored| self.recipient_of(stored)).transpose()
    }

    /// L3: claims a recipient for `run` of their campaign by the message that is being sent to them. Fails as
    /// `NotClaimable` where they are claimed already or left out, as `IdTaken`.
    pub async fn claim_recipient(
        &self,
        message: &Message,
        run: u32,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let campaign = message.campaign.as_ref().ok_or_else(|| {
            StoreError::Unstorable("a message that is of no campaign claims no recipient".into())
        })?;
        let free = Check::All(vec![
            Check::Equals("status", to_attribute(&RecipientStatus::Planned)?),
            Check::Lacks("message_id"),
        ]);
        let claim = Change::default()
            .set("message_id", to_attribute(&message.id)?)
            .set("run", number(run))
            .set("claimed_at", number(now.as_millisecond()))
            .only_if(free, Condition::NotClaimable);
        self.transaction()
            .update(&keys::recipient(campaign.campaign_id, &campaign.recipient), claim)?
            .create(&keys::message_pointer(message.id), &StoredPointer::to(message), Condition::IdTaken)?
            .put(&message_key(&message.into()), &StoredMessage::from(message))?
            .commit()
            .await
    }

    /// L4: notes a moment to send to a recipient who is still to be claimed; nothing where they are not.
    pub async fn hold_recipient_slot(
        &self,
        campaign_id: Id,
        customer: &Customer,
        slot: Slot,
    ) -> Result<(), StoreError> {
        let free = Check::All(vec![
            Check::Equals("status", to_attribute(&RecipientStatus::Planned)?),
            Check::Lacks("message_id"),
        ]);
        let change =
            Change::default().set("slot", to_attribute(&slot)?).only_if(free, Condition::NotClaimable);
        match self.update(&keys::recipient(campaign_id, customer), change).await {
            Err(StoreError::ConditionFailed(_)) => Ok(()),
            held => held.map(drop),
        }
    }

    fn recipient_of(&self, stored: StoredRecipient) -> Result<Recipient, StoreError> {
        let key = keys::recipient(stored.campaign_id, &stored.customer);
        Recipient::try_from(stored).map_err(|source| StoreError::Corrupt {
            table: self.names.of(key.table).to_owned(),
            key: key.redacted(),
            source: source.into(),
        })
    }
}

impl StoredRecipient {
    fn planned(campaign_id: Id, batch: u32, new: &NewRecipient) -> Self {
        let status = if new.skip.is_some() { RecipientStatus::Skipped } else { RecipientStatus::Planned };
        Self {
            campaign_id,
            customer: new.customer.clone(),
            contact_id: new.contact_id,
            name: new.name.clone(),
            parameters: new.parameters.clone(),
            batch,
            status,
            skip: new.skip,
            message_id: None,
            run: None,
            claimed_at: None,
            slot: None,
            sent_at: None,
            delivered_at: None,
            read_at: None,
            failed_at: None,
            failure: None,
        }
    }

    /// The row with what changes of it.
    fn with(self, changed: &Recipient) -> Self {
        let milliseconds = |at: Option<Timestamp>| at.map(Timestamp::as_millisecond);
        Self {
            status: changed.status,
            skip: changed.skip,
            message_id: changed.claim.map(|claim| claim.message_id),
            run: changed.claim.map(|claim| claim.run),
            claimed_at: milliseconds(changed.claim.map(|claim| claim.at)),
            slot: changed.slot,
            sent_at: milliseconds(changed.sent_at),
            delivered_at: milliseconds(changed.delivered_at),
            read_at: milliseconds(changed.read_at),
            failed_at: milliseconds(changed.failed_at),
            failure: changed.failure.clone(),
            ..self
        }
    }

    /// The row is as it was read.
    fn unchanged(&self) -> Result<Check, StoreError> {
        let absent_or = |name: &'static str, value: Option<i64>| match value {
            Some(value) => Check::Equals(name, number(value)),
            None => Check::Lacks(name),
        };
        Ok(Check::All(vec![
            Check::Equals("status", to_attribute(&self.status)?),
            match self.message_id {
                Some(id) => Check::Equals("message_id", string(id.to_string())),
                None => Check::Lacks("message_id"),
            },
            absent_or("sent_at", self.sent_at),
            absent_or("delivered_at", self.delivered_at),
            absent_or("read_at", self.read_at),
            absent_or("failed_at", self.failed_at),
        ]))
    }
}

impl TryFrom<StoredRecipient> for Recipient {
    type Error = String;

    fn try_from(stored: StoredRecipient) -> Result<Self, String> {
        let time = |at: i64| Timestamp::from_millisecond(at).map_err(|error| error.to_string());
        let times = |at: Option<i64>| at.map(time).transpose();
        let claim = match (stored.message_id, stored.run, times(stored.claimed_at)?) {
            (Some(message_id), Some(run), Some(at)) => Some(RecipientClaim { message_id, run, at }),
            (None, None, None) => None,
            _ => return Err("half a claim".to_owned()),
        };
        Ok(Self {
            campaign_id: stored.campaign_id,
            customer: stored.customer,
            contact_id: stored.contact_id,
            name: stored.name,
            parameters: stored.parameters,
            status: stored.status,
            skip: stored.skip,
            claim,
            slot: stored.slot,
            sent_at: times(stored.sent_at)?,
            delivered_at: times(stored.delivered_at)?,
            read_at: times(stored.read_at)?,
            failed_at: times(stored.failed_at)?,
            failure: stored.failure,
        })
    }
}

/// JSON as text: a store limits the depth and the numbers of what it takes apart.
mod json_text {
    use serde::de::{DeserializeOwned, Error as _};
    use serde::ser::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<T: Serialize, S: Serializer>(
        value: &T,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&serde_json::to_string(value).map_err(S::Error::custom)?)
    }

    pub(super) fn deserialize<'de, T: DeserializeOwned, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<T, D::Error> {
        let text = String::deserialize(deserializer)?;
        serde_json::from_str(&text).map_err(D::Error::custom)
    }
}
