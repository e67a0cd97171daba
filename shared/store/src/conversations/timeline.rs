//! The messages of a conversation, either way: pattern V5.

use aws_sdk_dynamodb::types::AttributeValue;
use switchboard_model::Id;
use switchboard_model::conversation::ConversationKey;
use switchboard_model::message::Message;
use switchboard_model::page::{Page, Slice};

use crate::messages::StoredMessage;
use crate::slice::Order;
use crate::tables::{PARTITION_KEY, SORT_KEY};
use crate::{Store, StoreError, keys};

impl Store {
    /// V5: the messages of a conversation that `slice` asks for, newest first, and how many there are. They are
    /// counted by reading their conversation through.
    pub async fn messages_of_conversation(
        &self,
        key: &ConversationKey,
        slice: Slice,
    ) -> Result<Page<Message>, StoreError> {
        let range = keys::messages(key);
        let (stored, total) = futures::try_join!(
            self.slice::<StoredMessage>(&range, Order::Descending, slice),
            self.count(&range),
        )?;
        Ok(Page { items: self.messages_of(stored)?, total })
    }

    /// V5: the newest `limit` messages of a conversation that are older than the message `before`, newest first.
    /// Whether there may be more shows in their number.
    pub async fn messages_before(
        &self,
        key: &ConversationKey,
        before: Id,
        limit: usize,
    ) -> Result<Vec<Message>, StoreError> {
        let range = keys::messages(key);
        let (mut stored, mut start) = (Vec::with_capacity(limit), None);
        while stored.len() < limit {
            let request = self
                .client
                .query()
                .table_name(self.names.of(range.table))
                .key_condition_expression("#pk = :pk AND #sk < :before")
                .expression_attribute_names("#pk", PARTITION_KEY)
                .expression_attribute_names("#sk", SORT_KEY)
                .expression_attribute_values(":pk", AttributeValue::S(range.pk.clone()))
                .expression_attribute_values(":before", AttributeValue::S(before.to_string()))
                .scan_index_forward(false)
                .consistent_read(true)
                .set_limit(i32::try_from(limit - stored.len()).ok());
            let answer = request.set_exclusive_start_key(start.take()).send().await?;
            for item in answer.items.unwrap_or_default() {
                stored.push(self.read_listed::<StoredMessage>(range.table, item)?);
            }
            match answer.last_evaluated_key {
                Some(next) => start = Some(next),
                None => break,
            }
        }
        self.messages_of(stored)
    }

    fn messages_of(&self, stored: Vec<StoredMessage>) -> Result<Vec<Message>, StoreError> {
        stored.into_iter().map(|stored| self.message_of(&stored.key(), stored)).collect()
    }
}
