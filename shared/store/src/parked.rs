//! Messages that wait until their number may send again: pattern M9.

use serde::{Deserialize, Serialize};
use switchboard_model::Id;

use crate::item::StoredForm;
use crate::{MessageKey, Store, StoreError, keys};

/// A message that waits until its number may send again.
#[derive(Serialize, Deserialize)]
struct StoredParkedMessage {
    message: MessageKey,
}

impl StoredForm for StoredParkedMessage {
    const ENTITY: &'static str = "parked_message";
}

/// Most messages of one page.
const PAGE: i32 = 100;

impl Store {
    /// M9: parks a message. May be repeated.
    pub async fn park_message(&self, key: &MessageKey) -> Result<(), StoreError> {
        let item = keys::parked_message(key.conversation.phone_number_id, key.id);
        self.put(&item, &StoredParkedMessage { message: key.clone() }, None).await
    }

    /// M9: the oldest messages that are parked for a number, 100 at most.
    pub async fn parked_messages(&self, phone_number_id: Id) -> Result<Vec<MessageKey>, StoreError> {
        let range = keys::parked_messages(phone_number_id);
        let (parked, _) = self.list_page::<StoredParkedMessage>(&range, Some(PAGE), None).await?;
        Ok(parked.into_iter().map(|parked| parked.message).collect())
    }

    /// M9: takes a message out of the park. May be repeated.
    pub async fn unpark_message(&self, key: &MessageKey) -> Result<(), StoreError> {
        self.delete(&keys::parked_message(key.conversation.phone_number_id, key.id)).await
    }
}
