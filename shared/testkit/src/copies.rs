//! Items by the thousand: copies of one that the store made, with other keys. As many transactions would take the local
//! DynamoDB minutes.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use futures::stream::{StreamExt, iter};
use switchboard_model::Id;
use switchboard_store::Table;
use switchboard_store::keys::{self, Key};

use crate::LocalAws;

/// An item as DynamoDB has it.
pub type Item = HashMap<String, AttributeValue>;

/// Items of one write (AWS, `BatchWriteItem`).
const BATCH: usize = 25;
/// Writes at the same time.
const AT_ONCE: usize = 8;

impl LocalAws {
    /// The item at `key`.
    ///
    /// # Panics
    /// Where there is none.
    pub async fn item(&self, key: &Key) -> Item {
        let request = self.dynamodb().get_item().table_name(self.table_names().of(key.table));
        let request = request.key("pk", AttributeValue::S(key.pk.clone()));
        let request = request.key("sk", AttributeValue::S(key.sk.clone())).consistent_read(true);
        request.send().await.expect("an item can be read").item.expect("an item")
    }

    /// Lets the tally of a workspace say that it has so many of something.
    ///
    /// # Panics
    /// Where the local AWS refuses.
    pub async fn tally(&self, workspace_id: Id, what: &str, count: u32) {
        let key = keys::tally(workspace_id);
        let mut tally = self.item(&key).await;
        tally.insert(what.to_owned(), AttributeValue::N(count.to_string()));
        self.put_items(key.table, &[tally]).await;
    }

    /// Puts items into a table.
    ///
    /// # Panics
    /// Where the local AWS refuses.
    pub async fn put_items(&self, table: Table, items: &[Item]) {
        let (client, names) = (&self.dynamodb(), self.table_names());
        let name = names.of(table);
        let writes = iter(items.chunks(BATCH)).map(|batch| async move {
            let puts = batch.iter().map(|item| {
                let put = PutRequest::builder().set_item(Some(item.clone())).build().expect("a put");
                WriteRequest::builder().put_request(put).build()
            });
            let request = client.batch_write_item().request_items(name, puts.collect());
            let answer = request.send().await.expect("items can be written");
            assert!(answer.unprocessed_items.unwrap_or_default().is_empty(), "all items are written");
        });
        writes.buffer_unordered(AT_ONCE).collect::<()>().await;
    }
}

/// The item as it would be at another key, with other texts for some attributes.
pub fn copied(item: &Item, key: &Key, texts: &[(&str, String)]) -> Item {
    let mut copy = item.clone();
    copy.insert("pk".to_owned(), AttributeValue::S(key.pk.clone()));
    copy.insert("sk".to_owned(), AttributeValue::S(key.sk.clone()));
    for (name, text) in texts {
        copy.insert((*name).to_owned(), AttributeValue::S(text.clone()));
    }
    copy
}
