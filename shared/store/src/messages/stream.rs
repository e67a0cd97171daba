//! What the tables' streams tell the outbox.

use std::error::Error;

use switchboard_model::Id;

use super::{MessageKey, MessagePointer, StoredMessage, TO_SEND};
use crate::Attributes;
use crate::item::read_form;
use crate::phone_numbers::StoredPhoneNumber;

/// An item as a stream shows it.
pub use serde_dynamo::Item as Image;

/// A change that something must follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A message was stored that waits to be sent.
    MessageToSend(MessagePointer),
    /// Messages need not wait for a phone number any longer: it may send, or it is gone.
    NothingToWaitFor(Id),
}

/// What must follow the change of an item from `old` to `new`; `None` where nothing must. An image is empty where
/// there was, or is, no item.
pub fn change(old: Image, new: Image) -> Result<Option<Change>, Box<dyn Error + Send + Sync>> {
    let (old, new): (Attributes, Attributes) = (old.into(), new.into());
    let Some(marker) = outbox(&new) else { return Ok(None) };
    if marker == TO_SEND {
        let stored: StoredMessage = read_form(new)?;
        let conversation = switchboard_model::conversation::ConversationKey {
            phone_number_id: stored.phone_number_id,
            customer: stored.customer,
        };
        let key = MessageKey { conversation, id: stored.id };
        return Ok(Some(Change::MessageToSend(MessagePointer { key, workspace_id: stored.workspace_id })));
    }
    if outbox(&old) == Some(marker) {
        return Ok(None);
    }
    let number: StoredPhoneNumber = read_form(new)?;
    Ok(Some(Change::NothingToWaitFor(number.id())))
}

fn outbox(item: &Attributes) -> Option<&str> {
    item.get("outbox")?.as_s().ok().map(String::as_str)
}
