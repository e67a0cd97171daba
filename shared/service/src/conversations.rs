//! Conversations with customers: the inbox of a workspace.

pub(crate) mod filing;
pub(crate) mod wishes;

use switchboard_model::access::{ManageConversations, Permit, ReadWorkspace};
use switchboard_model::conversation::{Conversation, ConversationChange, ConversationFilter};
use switchboard_model::message::Message;
use switchboard_model::page::Slice;
use switchboard_model::{DomainError, Id};
use switchboard_store::{Condition, ConversationPointer, InboxPage, MessageKey, ReadReceipt, StoreError};

use crate::{Gate, Resources};

/// How often a change is tried anew where another came first.
const TRIES: usize = 5;

/// Conversations with customers.
#[derive(Clone)]
pub struct Conversations {
    resources: Resources,
    gate: Gate,
}

/// A part of a conversation's messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimelinePart {
    /// By offset from the newest.
    Slice(Slice),
    /// The newest that are older than this message.
    Before {
        /// The message.
        message_id: Id,
        /// The most messages.
        limit: usize,
    },
}

/// Messages of a conversation, newest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    /// The conversation.
    pub conversation: Conversation,
    /// The messages.
    pub messages: Vec<Message>,
    /// How many there are; not counted where a message was named.
    pub total: Option<usize>,
}

impl Conversations {
    /// Conversations of the workspaces behind `gate`.
    pub fn new(resources: Resources, gate: Gate) -> Self {
        Self { resources, gate }
    }

    /// The conversations of a workspace that `filter` lets through, by the time of their last message, newest first.
    pub async fn list(
        &self,
        permit: &Permit<ReadWorkspace>,
        workspace_id: Id,
        filter: &ConversationFilter,
        slice: Slice,
    ) -> Result<InboxPage, DomainError> {
        let (_, page) = futures::try_join!(self.gate.enter(permit, workspace_id), async {
            Ok(self.resources.store.conversations(workspace_id, filter, slice).await?)
        })?;
        Ok(page)
    }

    /// One conversation.
    pub async fn get(&self, permit: &Permit<ReadWorkspace>, id: Id) -> Result<Conversation, DomainError> {
        let pointer = self.pointer(id).await?;
        let (_, conversation) = futures::try_join!(
            self.gate.enter_for(permit, pointer.workspace_id, DomainError::ConversationNotFound),
            self.at(&pointer),
        )?;
        Ok(conversation)
    }

    /// The messages of a conversation, of both sides, newest first.
    pub async fn timeline(
        &self,
        permit: &Permit<ReadWorkspace>,
        id: Id,
        part: TimelinePart,
    ) -> Result<Timeline, DomainError> {
        let pointer = self.pointer(id).await?;
        let (_, conversation, (messages, total)) = futures::try_join!(
            self.gate.enter_for(permit, pointer.workspace_id, DomainError::ConversationNotFound),
            self.at(&pointer),
            self.messages(&pointer, part),
        )?;
        Ok(Timeline { conversation, messages, total })
    }

    async fn messages(
        &self,
        pointer: &ConversationPointer,
        part: TimelinePart,
    ) -> Result<(Vec<Message>, Option<usize>), DomainError> {
        let store = &self.resources.store;
        Ok(match part {
            TimelinePart::Slice(slice) => {
                let page = store.messages_of_conversation(&pointer.key, slice).await?;
                (page.items, Some(page.total))
            }
            TimelinePart::Before { message_id, limit } => {
                (store.messages_before(&pointer.key, message_id, limit).await?, None)
            }
        })
    }

    /// Gives a conversation to a member of the workspace, or to nobody.
    pub async fn assign(
        &self,
        permit: &Permit<ManageConversations>,
        id: Id,
        assignee: Option<Id>,
    ) -> Result<Conversation, DomainError> {
        let pointer = self.pointer(id).await?;
        let (_, mut conversation, ()) = futures::try_join!(
            self.gate.enter_for(permit, pointer.workspace_id, DomainError::ConversationNotFound),
            self.at(&pointer),
            self.check_member(pointer.workspace_id, assignee),
        )?;
        for _ in 0..TRIES {
            if conversation.assignee == assignee {
                return Ok(conversation);
            }
            let change = conversation.changed(|after| after.assignee = assignee);
            match self.resources.store.update_conversation(&change).await {
                Ok(()) => return Ok(change.after),
                Err(StoreError::ConditionFailed(Condition::Contested)) => {
                    conversation = self.at(&pointer).await?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(DomainError::Contested)
    }

    async fn check_member(&self, workspace_id: Id, user_id: Option<Id>) -> Result<(), DomainError> {
        let Some(user_id) = user_id else { return Ok(()) };
        let member = self.resources.store.member(workspace_id, user_id).await?;
        member.map(drop).ok_or(DomainError::MemberNotFound)
    }

    /// Says that all messages of a conversation are read; WhatsApp is told of the newest of the customer's, once.
    pub async fn read(
        &self,
        permit: &Permit<ManageConversations>,
        id: Id,
    ) -> Result<Conversation, DomainError> {
        let pointer = self.pointer(id).await?;
        let (_, mut conversation) = futures::try_join!(
            self.gate.enter_for(permit, pointer.workspace_id, DomainError::ConversationNotFound),
            self.at(&pointer),
        )?;
        for _ in 0..TRIES {
            let newest = conversation.last_inbound.map(|inbound| inbound.message_id);
            let to_tell = newest.filter(|newest| conversation.receipted != Some(*newest));
            if conversation.unread == 0 && to_tell.is_none() {
                return Ok(conversation);
            }
            let change = read_through(conversation, newest);
            match self.store_read(&change, to_tell).await {
                Ok(()) => return Ok(change.after),
                Err(StoreError::ConditionFailed(Condition::Contested)) => {
                    conversation = self.at(&pointer).await?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(DomainError::Contested)
    }

    async fn store_read(&self, change: &ConversationChange, to_tell: Option<Id>) -> Result<(), StoreError> {
        let store = &self.resources.store;
        match to_tell {
            Some(id) => {
                let key = MessageKey { conversation: change.after.key.clone(), id };
                let receipt = ReadReceipt { at: self.resources.now(), typing: false };
                store.mark_message_read(&key, receipt, Some(change)).await
            }
            None => store.update_conversation(change).await,
        }
    }

    async fn pointer(&self, id: Id) -> Result<ConversationPointer, DomainError> {
        let pointer = self.resources.store.conversation_pointer(id).await?;
        pointer.ok_or(DomainError::ConversationNotFound)
    }

    async fn at(&self, pointer: &ConversationPointer) -> Result<Conversation, DomainError> {
        let conversation = self.resources.store.conversation(&pointer.key).await?;
        conversation.ok_or(DomainError::ConversationNotFound)
    }
}

/// `conversation` with everything read, of which WhatsApp is told up to `newest`.
pub(crate) fn read_through(conversation: Conversation, newest: Option<Id>) -> ConversationChange {
    conversation.changed(|after| {
        after.unread = 0;
        after.receipted = newest.or(after.receipted);
    })
}
