//! Telling WhatsApp that a customer's message is read, and that an answer is being written.

use switchboard_model::access::{ManageConversations, Permit};
use switchboard_model::message::{Direction, Message};
use switchboard_model::{DomainError, Id};
use switchboard_store::{Condition, MessageKey, ReadReceipt, StoreError};

use super::Messages;
use crate::conversations::read_through;

/// How often it is tried while the conversation changes.
const TRIES: usize = 5;

/// What is to be said of a customer's message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadMessage {
    /// The message.
    pub id: Id,
    /// Whether an answer is being written.
    pub typing: bool,
}

impl Messages {
    /// Says that a customer's message, and with it all before it, is read. The outbox has WhatsApp told so. A message
    /// of our own can't be read by us: there is none such.
    pub async fn read(
        &self,
        permit: &Permit<ManageConversations>,
        read: ReadMessage,
    ) -> Result<Message, DomainError> {
        let store = &self.resources.store;
        let pointer = store.message_pointer(read.id).await?.ok_or(DomainError::MessageNotFound)?;
        let (_, message) = futures::try_join!(
            self.gate.enter_for(permit, pointer.workspace_id, DomainError::MessageNotFound),
            async { Ok(store.message(&pointer.key).await?) },
        )?;
        let message = message.filter(|message| message.direction == Direction::Inbound);
        let mut message = message.ok_or(DomainError::MessageNotFound)?;
        let receipt = ReadReceipt { at: self.resources.now(), typing: read.typing };
        self.store_receipt(&pointer.key, receipt).await?;
        message.progress.read_at = message.progress.read_at.or(Some(receipt.at));
        Ok(message)
    }

    /// The newest message of the customer takes the whole conversation's unread messages with it.
    async fn store_receipt(&self, key: &MessageKey, receipt: ReadReceipt) -> Result<(), DomainError> {
        let store = &self.resources.store;
        for _ in 0..TRIES {
            let conversation = store.conversation(&key.conversation).await?.filter(|conversation| {
                conversation.last_inbound.is_some_and(|inbound| inbound.message_id == key.id)
            });
            let change = conversation.map(|conversation| read_through(conversation, Some(key.id)));
            match store.mark_message_read(key, receipt, change.as_ref()).await {
                Err(StoreError::ConditionFailed(Condition::Contested)) => {}
                stored => return Ok(stored?),
            }
        }
        Err(DomainError::Contested)
    }
}
