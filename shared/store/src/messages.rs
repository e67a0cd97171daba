//! Messages: patterns M1 to M3, M7 and M8.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_model::Id;
use switchboard_model::conversation::{ConversationChange, ConversationKey, Customer};
use switchboard_model::message::{
    Attachment, Attempt, CampaignRef, Content, Direction, Failure, Message, Progress, Refusals, Slot, Status,
};

use crate::expression::{Change, Check, number, string};
use crate::item::StoredForm;
use crate::{Condition, Store, StoreError, keys};

pub mod stream;

/// Where a message is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MessageKey {
    /// The conversation.
    pub conversation: ConversationKey,
    /// The message.
    pub id: Id,
}

impl From<&Message> for MessageKey {
    fn from(message: &Message) -> Self {
        Self { conversation: message.conversation.clone(), id: message.id }
    }
}

/// Where a message is and whose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessagePointer {
    /// Where.
    pub key: MessageKey,
    /// Whose.
    pub workspace_id: Id,
}

/// What WhatsApp is told of a customer's message: that it is read, and that an answer is being written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadReceipt {
    /// When it was read.
    pub at: Timestamp,
    /// Whether an answer is being written.
    pub typing: bool,
}

impl ReadReceipt {
    /// What `outbox` holds on a message that WhatsApp is to be told of: another receipt is another text.
    fn marker(self) -> String {
        let name = if self.typing { TYPING } else { READ };
        format!("{name}{}", self.at.as_millisecond())
    }

    fn of_marker(marker: &str) -> Option<Self> {
        let (typing, at) = match marker.strip_prefix(TYPING) {
            Some(at) => (true, at),
            None => (false, marker.strip_prefix(READ)?),
        };
        Some(Self { at: Timestamp::from_millisecond(at.parse().ok()?).ok()?, typing })
    }
}

const READ: &str = "read#";
const TYPING: &str = "typing#";

/// What came of claiming a message for sending.
#[derive(Clone, Debug, PartialEq)]
pub enum Claim {
    /// The caller has it, with the number of the attempt.
    Taken(Box<Message>),
    /// An attempt began at this time, and its outcome is not known yet.
    UnderWay(Timestamp),
    /// It needs no sending: as it is.
    Over(Box<Message>),
    /// There is no such message.
    Gone,
}

/// A message as stored.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredMessage {
    id: Id,
    workspace_id: Id,
    phone_number_id: Id,
    customer: Customer,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    wa_message_id: Option<String>,
    direction: Direction,
    business_number: String,
    content: Content,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sent_by: Option<Id>,
    created_at: i64,
    /// The status, as a number that conditions can compare.
    rank: u8,
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
    /// The number of the last attempt, and when it began.
    #[serde(default)]
    attempt: u32,
    #[serde(default)]
    attempt_at: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refused: Option<Refusals>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    slot: Option<Slot>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    campaign: Option<CampaignRef>,
    /// There while the message waits to be sent: the outbox looks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    outbox: Option<String>,
}

impl StoredForm for StoredMessage {
    const ENTITY: &'static str = "message";
    const WATCHED: bool = true;
}

impl StoredMessage {
    /// Where it is and whose.
    pub(crate) fn pointer(&self) -> MessagePointer {
        MessagePointer { key: self.key(), workspace_id: self.workspace_id }
    }

    /// Where it is.
    pub(crate) fn key(&self) -> MessageKey {
        let conversation =
            ConversationKey { phone_number_id: self.phone_number_id, customer: self.customer.clone() };
        MessageKey { conversation, id: self.id }
    }
}

/// The key of a message, under its id or Meta's.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredPointer {
    id: Id,
    workspace_id: Id,
    phone_number_id: Id,
    customer: Customer,
}

impl StoredForm for StoredPointer {
    const ENTITY: &'static str = "message_pointer";
}

/// What `outbox` holds on a message that waits to be sent.
const TO_SEND: &str = "send";
/// What `outbox` holds on a customer's message whose file is to be fetched.
const TO_FETCH: &str = "fetch";

impl Store {
    /// M1: stores a message that waits to be sent, and what it makes of its conversation. Fails as `IdTaken`, or as
    /// `Contested` where the conversation is not as it was read.
    pub async fn create_outbound_message(
        &self,
        message: &Message,
        conversation: &ConversationChange,
    ) -> Result<(), StoreError> {
        let stored = StoredMessage { outbox: Some(TO_SEND.to_owned()), ..StoredMessage::from(message) };
        self.transaction()
            .create(&keys::message_pointer(message.id), &StoredPointer::to(message), Condition::IdTaken)?
            .put(&message_key(&message.into()), &stored)?
            .change_conversation(conversation)?
            .commit()
            .await
    }

    /// M8: stores a message from a customer, and what it makes of its conversation. Fails as `AlreadyStored` where Meta
    /// told of it before, as `IdTaken`, or as `Contested` where the conversation is not as it was read.
    pub async fn create_inbound_message(
        &self,
        message: &Message,
        conversation: &ConversationChange,
    ) -> Result<(), StoreError> {
        let pointer = StoredPointer::to(message);
        let wa_message_id = message.wa_message_id.as_deref().unwrap_or_default();
        self.transaction()
            .create(&keys::wa_message(wa_message_id), &pointer, Condition::AlreadyStored)?
            .create(&keys::message_pointer(message.id), &pointer, Condition::IdTaken)?
            .put(&message_key(&message.into()), &inbound(message))?
            .change_conversation(conversation)?
            .commit()
            .await
    }

    /// V6: marks a customer's message as read at `receipt.at` and has WhatsApp told so; in the same transaction
    /// changes its conversation, where that is told. Fails as `Contested` where the conversation is not as it was read.
    pub async fn mark_message_read(
        &self,
        key: &MessageKey,
        receipt: ReadReceipt,
        conversation: Option<&ConversationChange>,
    ) -> Result<(), StoreError> {
        let change = Change::default()
            .set_if_absent("read_at", number(receipt.at.as_millisecond()))
            .set("outbox", string(receipt.marker()))
            .only_if(Check::Present, Condition::Contested);
        match conversation {
            None => self.update(&message_key(key), change).await.map(drop),
            Some(conversation) => {
                let transaction = self.transaction().update(&message_key(key), change)?;
                transaction.change_conversation(conversation)?.commit().await
            }
        }
    }

    /// M2, first part: where the message with this id is.
    pub async fn message_pointer(&self, id: Id) -> Result<Option<MessagePointer>, StoreError> {
        Ok(self.get::<StoredPointer>(&keys::message_pointer(id)).await?.map(MessagePointer::from))
    }

    /// M2, second part: the message.
    pub async fn message(&self, key: &MessageKey) -> Result<Option<Message>, StoreError> {
        self.get::<StoredMessage>(&message_key(key))
            .await?
            .map(|stored| self.message_of(key, stored))
            .transpose()
    }

    /// M7: where the message is that Meta calls `wa_message_id`.
    pub async fn message_by_wa_id(&self, wa_message_id: &str) -> Result<Option<MessagePointer>, StoreError> {
        Ok(self.get::<StoredPointer>(&keys::wa_message(wa_message_id)).await?.map(MessagePointer::from))
    }

    /// M3: claims a message for sending, if it is queued or if its last attempt began more than
    /// `reconcile_delay` ago.
    pub async fn claim_message(
        &self,
        key: &MessageKey,
        now: Timestamp,
        reconcile_delay: Duration,
    ) -> Result<Claim, StoreError> {
        let change = Change::default()
            .set("rank", number(rank(Status::Sending)))
            .set("attempt_at", number(now.as_millisecond()))
            .add("attempt", 1)
            .remove("outbox")
            .only_if(claimable(now, reconcile_delay), Condition::NotClaimable);
        let stored_key = message_key(key);
        match self.update(&stored_key, change).await {
            Ok(item) => {
                let message = self.message_of(key, self.read(&stored_key, item)?)?;
                Ok(Claim::Taken(Box::new(message)))
            }
            Err(StoreError::ConditionFailed(Condition::NotClaimable)) => self.unclaimable(key, now).await,
            Err(error) => Err(error),
        }
    }

    /// M3: how far a message is that can't be claimed; never [`Claim::Taken`].
    pub async fn unclaimable(&self, key: &MessageKey, now: Timestamp) -> Result<Claim, StoreError> {
        Ok(match self.message(key).await? {
            None => Claim::Gone,
            Some(Message { progress, attempt: Some(attempt), .. }) if progress.status == Status::Sending => {
                Claim::UnderWay(Timestamp::from_millisecond(attempt.at).unwrap_or(now))
            }
            // Given back between the two calls: as good as under way since just now.
            Some(message) if message.progress.status == Status::Queued => Claim::UnderWay(now),
            Some(message) => Claim::Over(Box::new(message)),
        })
    }

    pub(crate) fn message_of(&self, key: &MessageKey, stored: StoredMessage) -> Result<Message, StoreError> {
        Message::try_from(stored).map_err(|source| {
            let key = message_key(key);
            StoreError::Corrupt {
                table: self.names.of(key.table).to_owned(),
                key: key.redacted(),
                source: source.into(),
            }
        })
    }
}

/// A customer's message as stored: marked where its file is to be fetched.
fn inbound(message: &Message) -> StoredMessage {
    let awaits =
        matches!(message.content, Content::Received { attachment: Some(Attachment::Awaited(_)), .. });
    StoredMessage { outbox: awaits.then(|| TO_FETCH.to_owned()), ..StoredMessage::from(message) }
}

/// A message may be claimed: it is queued, or its last attempt began more than `reconcile_delay` ago.
pub(crate) fn claimable(now: Timestamp, reconcile_delay: Duration) -> Check {
    let patience = i64::try_from(reconcile_delay.as_millis()).unwrap_or(i64::MAX);
    let abandoned = Check::All(vec![
        Check::Equals("rank", number(rank(Status::Sending))),
        Check::Below("attempt_at", number(now.as_millisecond().saturating_sub(patience))),
    ]);
    Check::Any(vec![Check::Equals("rank", number(rank(Status::Queued))), abandoned])
}

pub(crate) fn message_key(key: &MessageKey) -> keys::Key {
    keys::message(&key.conversation, key.id)
}

/// The number that stands for a status: statuses sort by progress, and so do these.
pub(crate) const fn rank(status: Status) -> u8 {
    match status {
        Status::Queued => 0,
        Status::Sending => 1,
        Status::Sent => 2,
        Status::Failed => 3,
        Status::Delivered => 4,
        Status::Read => 5,
        Status::Received => 9,
    }
}

fn status_of(stored: u8) -> Option<Status> {
    use Status as S;
    let all = [S::Queued, S::Sending, S::Sent, S::Failed, S::Delivered, S::Read, S::Received];
    all.into_iter().find(|status| rank(*status) == stored)
}

impl StoredPointer {
    pub(crate) fn to(message: &Message) -> Self {
        Self {
            id: message.id,
            workspace_id: message.workspace_id,
            phone_number_id: message.conversation.phone_number_id,
            customer: message.conversation.customer.clone(),
        }
    }
}

impl From<StoredPointer> for MessagePointer {
    fn from(stored: StoredPointer) -> Self {
        let conversation =
            ConversationKey { phone_number_id: stored.phone_number_id, customer: stored.customer };
        Self { key: MessageKey { conversation, id: stored.id }, workspace_id: stored.workspace_id }
    }
}

impl From<&Message> for StoredMessage {
    fn from(message: &Message) -> Self {
        let milliseconds = |at: Option<Timestamp>| at.map(Timestamp::as_millisecond);
        Self {
            id: message.id,
            workspace_id: message.workspace_id,
            phone_number_id: message.conversation.phone_number_id,
            customer: message.conversation.customer.clone(),
            wa_message_id: message.wa_message_id.clone(),
            direction: message.direction,
            business_number: message.business_number.clone(),
            content: message.content.clone(),
            sent_by: message.sent_by,
            created_at: message.created_at.as_millisecond(),
            rank: rank(message.progress.status),
            sent_at: milliseconds(message.progress.sent_at),
            delivered_at: milliseconds(message.progress.delivered_at),
            read_at: milliseconds(message.progress.read_at),
            failed_at: milliseconds(message.progress.failed_at),
            failure: message.progress.failure.clone(),
            attempt: message.attempt.map_or(0, |attempt| attempt.number),
            attempt_at: message.attempt.map_or(0, |attempt| attempt.at),
            refused: message.refusals,
            slot: message.slot,
            campaign: message.campaign.clone(),
            outbox: None,
        }
    }
}

impl TryFrom<StoredMessage> for Message {
    type Error = String;

    fn try_from(stored: StoredMessage) -> Result<Self, String> {
        let time = |at: i64| Timestamp::from_millisecond(at).map_err(|error| error.to_string());
        let times = |at: Option<i64>| at.map(time).transpose();
        let progress = Progress {
            status: status_of(stored.rank)
                .ok_or_else(|| format!("rank {} stands for no status", stored.rank))?,
            sent_at: times(stored.sent_at)?,
            delivered_at: times(stored.delivered_at)?,
            read_at: times(stored.read_at)?,
            failed_at: times(stored.failed_at)?,
            failure: stored.failure,
        };
        let attempted = stored.attempt > 0;
        Ok(Self {
            id: stored.id,
            workspace_id: stored.workspace_id,
            conversation: ConversationKey {
                phone_number_id: stored.phone_number_id,
                customer: stored.customer,
            },
            wa_message_id: stored.wa_message_id,
            direction: stored.direction,
            business_number: stored.business_number,
            content: stored.content,
            sent_by: stored.sent_by,
            created_at: time(stored.created_at)?,
            progress,
            attempt: attempted.then_some(Attempt { number: stored.attempt, at: stored.attempt_at }),
            refusals: stored.refused,
            slot: stored.slot,
            campaign: stored.campaign,
        })
    }
}
