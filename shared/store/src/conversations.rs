//! Conversations: patterns V1 to V6.

mod inbox;
mod timeline;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_model::Id;
use switchboard_model::conversation::{
    Conversation, ConversationChange, ConversationKey, Customer, LastInbound, LastMessage,
};

use crate::expression::{Change, Check, number};
use crate::item::StoredForm;
use crate::transaction::Transaction;
use crate::{Condition, Store, StoreError, keys};

pub use inbox::InboxPage;

/// A conversation as stored.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredConversation {
    id: Id,
    workspace_id: Id,
    phone_number_id: Id,
    customer: Customer,
    business_number: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    profile_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_inbound: Option<LastInbound>,
    last_message: LastMessage,
    unread: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    receipted: Option<Id>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    assignee: Option<Id>,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    created_at: Timestamp,
    version: u32,
}

impl StoredForm for StoredConversation {
    const ENTITY: &'static str = "conversation";
}

/// Between whom a conversation is, under its id.
#[derive(Serialize, Deserialize)]
struct StoredConversationPointer {
    workspace_id: Id,
    phone_number_id: Id,
    customer: Customer,
}

impl StoredForm for StoredConversationPointer {
    const ENTITY: &'static str = "conversation_pointer";
}

/// Where a conversation is and whose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversationPointer {
    /// Between whom it is.
    pub key: ConversationKey,
    /// Whose.
    pub workspace_id: Id,
}

impl Store {
    /// V1: the conversation between these two.
    pub async fn conversation(&self, key: &ConversationKey) -> Result<Option<Conversation>, StoreError> {
        let stored = self.get::<StoredConversation>(&keys::conversation(key)).await?;
        Ok(stored.map(Conversation::from))
    }

    /// V2: where the conversation with this id is.
    pub async fn conversation_pointer(&self, id: Id) -> Result<Option<ConversationPointer>, StoreError> {
        let stored = self.get::<StoredConversationPointer>(&keys::conversation_pointer(id)).await?;
        Ok(stored.map(|stored| ConversationPointer {
            key: ConversationKey { phone_number_id: stored.phone_number_id, customer: stored.customer },
            workspace_id: stored.workspace_id,
        }))
    }

    /// V3: changes a conversation and its place in the inbox. Fails as `Contested` where another change came first.
    pub async fn update_conversation(&self, change: &ConversationChange) -> Result<(), StoreError> {
        self.transaction().change_conversation(change)?.commit().await
    }
}

impl Transaction<'_> {
    /// V3: changes a conversation and its place in the inbox, or begins it. Fails as `Contested` where another change
    /// came first, or as `IdTaken`.
    pub(crate) fn change_conversation(self, change: &ConversationChange) -> Result<Self, StoreError> {
        let ConversationChange { before, after } = change;
        let place = keys::inbox_entry(after);
        let unchanged =
            before.as_ref().map_or(Check::Absent, |before| Check::Equals("version", number(before.version)));
        let stored = StoredConversation::from(after);
        let mut transaction =
            self.put_if(&keys::conversation(&after.key), &stored, unchanged, Condition::Contested)?;
        match before.as_ref().map(keys::inbox_entry) {
            None => {
                let pointer = StoredConversationPointer {
                    workspace_id: after.workspace_id,
                    phone_number_id: after.key.phone_number_id,
                    customer: after.key.customer.clone(),
                };
                let tally = Change::default().add("conversations", 1);
                transaction = transaction
                    .create(&keys::conversation_pointer(after.id), &pointer, Condition::IdTaken)?
                    .update(&keys::inbox_tally(after.workspace_id, after.id), tally)?;
            }
            Some(old) if old != place => transaction = transaction.delete(&old, None)?,
            Some(_) => {}
        }
        transaction.put(&place, &inbox::StoredEntry::of(after))
    }
}

impl From<&Conversation> for StoredConversation {
    fn from(conversation: &Conversation) -> Self {
        Self {
            id: conversation.id,
            workspace_id: conversation.workspace_id,
            phone_number_id: conversation.key.phone_number_id,
            customer: conversation.key.customer.clone(),
            business_number: conversation.business_number.clone(),
            profile_name: conversation.profile_name.clone(),
            last_inbound: conversation.last_inbound,
            last_message: conversation.last_message.clone(),
            unread: conversation.unread,
            receipted: conversation.receipted,
            assignee: conversation.assignee,
            created_at: conversation.created_at,
            version: conversation.version,
        }
    }
}

impl From<StoredConversation> for Conversation {
    fn from(stored: StoredConversation) -> Self {
        Self {
            id: stored.id,
            workspace_id: stored.workspace_id,
            key: ConversationKey { phone_number_id: stored.phone_number_id, customer: stored.customer },
            business_number: stored.business_number,
            profile_name: stored.profile_name,
            last_inbound: stored.last_inbound,
            last_message: stored.last_message,
            unread: stored.unread,
            receipted: stored.receipted,
            assignee: stored.assignee,
            created_at: stored.created_at,
            version: stored.version,
        }
    }
}
