//! Messages to customers: queueing them, how far they have come, and telling WhatsApp what was read.

mod media;
mod receipts;
mod sends;
mod template;

use switchboard_model::access::{Permit, ReadWorkspace};
use switchboard_model::message::Message;
use switchboard_model::{DomainError, Id};

use crate::{Gate, Resources};

pub use media::SendMedia;
pub use receipts::ReadMessage;
pub use sends::{Recipient, SendText};
pub use template::SendTemplate;

/// Messages to customers.
#[derive(Clone)]
pub struct Messages {
    resources: Resources,
    gate: Gate,
}

impl Messages {
    /// Messages of the workspaces behind `gate`.
    pub fn new(resources: Resources, gate: Gate) -> Self {
        Self { resources, gate }
    }

    /// A message with how far it has come.
    pub async fn message(&self, permit: &Permit<ReadWorkspace>, id: Id) -> Result<Message, DomainError> {
        let store = &self.resources.store;
        let pointer = store.message_pointer(id).await?.ok_or(DomainError::MessageNotFound)?;
        let (_, message) = futures::try_join!(
            self.gate.enter_for(permit, pointer.workspace_id, DomainError::MessageNotFound),
            async { Ok(store.message(&pointer.key).await?) },
        )?;
        message.ok_or(DomainError::MessageNotFound)
    }
}
