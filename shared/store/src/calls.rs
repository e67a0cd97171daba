//! The calls that access patterns are made of.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::types::{KeysAndAttributes, ReturnValue};
use std::collections::HashMap;
use std::time::Duration;

use crate::expression::{Change, Check, Expression};
use crate::item::StoredForm;
use crate::keys::{Key, Range};
use crate::slice::Order;
use crate::tables::{PARTITION_KEY, SORT_KEY, Table};
use crate::{Attributes, Condition, Store, StoreError};

/// Most items of one `BatchGetItem` (AWS, DynamoDB quotas).
const BATCH_GET_MAX: usize = 100;
/// How often what a batch left over is asked for again.
const BATCH_TRIES: u32 = 5;

impl Store {
    /// Reads one item, strongly consistent.
    pub(crate) async fn get<F: StoredForm>(&self, key: &Key) -> Result<Option<F>, StoreError> {
        let answer = self
            .client
            .get_item()
            .table_name(self.names.of(key.table))
            .set_key(Some(key.attributes()))
            .consistent_read(true)
            .send()
            .await?;
        answer.item.map(|item| self.read(key, item)).transpose()
    }

    /// Reads several items of any tables, strongly consistent, in any number; those that exist, in the order of
    /// `keys`. What DynamoDB leaves over is asked for again.
    pub(crate) async fn get_all(&self, keys: &[Key]) -> Result<Vec<(Key, Attributes)>, StoreError> {
        let mut found = HashMap::with_capacity(keys.len());
        for some in keys.chunks(BATCH_GET_MAX) {
            self.get_batch(some, &mut found).await?;
        }
        Ok(keys.iter().filter_map(|key| Some((key.clone(), found.remove(key)?))).collect())
    }

    async fn get_batch(&self, keys: &[Key], found: &mut HashMap<Key, Attributes>) -> Result<(), StoreError> {
        let mut wanted: HashMap<String, Vec<Attributes>> = HashMap::new();
        if keys.is_empty() {
            return Ok(());
        }
        for key in keys {
            wanted.entry(self.names.of(key.table).to_owned()).or_default().push(key.attributes());
        }
        let mut pause = Duration::from_millis(20);
        for _ in 0..BATCH_TRIES {
            let requests = wanted.drain().map(|(table, keys)| {
                let request = KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true).build();
                Ok((table, request.map_err(|error| StoreError::Unstorable(error.into()))?))
            });
            let requests = requests.collect::<Result<HashMap<_, _>, StoreError>>()?;
            let answer = self.client.batch_get_item().set_request_items(Some(requests)).send().await?;
            for (name, items) in answer.responses.unwrap_or_default() {
                let Some(table) = Table::ALL.into_iter().find(|table| self.names.of(*table) == name) else {
                    continue;
                };
                found.extend(items.into_iter().filter_map(|item| Some((key_of(table, &item)?, item))));
            }
            let left = answer.unprocessed_keys.unwrap_or_default().into_iter();
            wanted.extend(left.map(|(table, left)| (table, left.keys)));
            if wanted.is_empty() {
                return Ok(());
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
        Err(StoreError::Throttled("a batch was left over again and again".into()))
    }

    /// Reads all items of a range that is known to be short, strongly consistent, in order.
    pub(crate) async fn list<F: StoredForm>(&self, range: &Range) -> Result<Vec<F>, StoreError> {
        let mut found = Vec::new();
        let mut start = None;
        loop {
            let (forms, next) = self.list_page(range, None, start).await?;
            found.extend(forms);
            match next {
                Some(next) => start = Some(next),
                None => return Ok(found),
            }
        }
    }

    /// Reads all items of a range of different forms that is known to be short, strongly consistent, in order.
    pub(crate) async fn list_items(&self, range: &Range) -> Result<Vec<Attributes>, StoreError> {
        let (mut found, mut start) = (Vec::new(), None);
        loop {
            let request = self.query(range, Order::Ascending).set_exclusive_start_key(start.take());
            let answer = request.send().await?;
            found.extend(answer.items.unwrap_or_default());
            match answer.last_evaluated_key {
                Some(next) => start = Some(next),
                None => return Ok(found),
            }
        }
    }

    /// Reads items of a range from `start` on, `limit` at most, and where to go on.
    pub(crate) async fn list_page<F: StoredForm>(
        &self,
        range: &Range,
        limit: Option<i32>,
        start: Option<Attributes>,
    ) -> Result<(Vec<F>, Option<Attributes>), StoreError> {
        let request = self.query(range, Order::Ascending).set_limit(limit).set_exclusive_start_key(start);
        let answer = request.send().await?;
        let forms = answer.items.unwrap_or_default().into_iter();
        let forms = forms.map(|item| self.read_listed(range.table, item)).collect::<Result<_, _>>()?;
        Ok((forms, answer.last_evaluated_key))
    }

    /// Puts `form` at `key`, if `check` holds.
    pub(crate) async fn put<F: StoredForm>(
        &self,
        key: &Key,
        form: &F,
        check: Option<(Check, Condition)>,
    ) -> Result<(), StoreError> {
        if self.telling.is_some() {
            return self.transaction().put_checked(key, form, check)?.commit().await;
        }
        let (check, condition) = check.unzip();
        let mut expression = Expression::default();
        let text = check.map(|check| expression.condition(check));
        let sent = self
            .client
            .put_item()
            .table_name(self.names.of(key.table))
            .set_item(Some(self.item(key, form)?))
            .set_condition_expression(text)
            .set_expression_attribute_names(expression.names())
            .set_expression_attribute_values(expression.values())
            .send()
            .await;
        sent.map(drop).map_err(|error| named(error, condition))
    }

    /// Changes the item at `key` and answers with all of it as it is then.
    pub(crate) async fn update(&self, key: &Key, change: Change) -> Result<Attributes, StoreError> {
        let (update, check, expression, condition) = change.build();
        let request = self
            .client
            .update_item()
            .table_name(self.names.of(key.table))
            .set_key(Some(key.attributes()))
            .update_expression(update)
            .set_condition_expression(check)
            .set_expression_attribute_names(expression.names())
            .set_expression_attribute_values(expression.values())
            .return_values(ReturnValue::AllNew);
        // Updates run side by side: boxed, they do not add up in the future that waits for them.
        let sent = Box::pin(request.send()).await;
        let answer = sent.map_err(|error| named(error, condition))?;
        Ok(answer.attributes.unwrap_or_default())
    }

    /// Deletes the item at `key`, if there is one.
    pub(crate) async fn delete(&self, key: &Key) -> Result<(), StoreError> {
        let request =
            self.client.delete_item().table_name(self.names.of(key.table)).set_key(Some(key.attributes()));
        request.send().await?;
        Ok(())
    }
}

/// A failed write, by the name of its condition where that is what failed.
fn named<E, R>(error: SdkError<E, R>, condition: Option<Condition>) -> StoreError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    let code = error.as_service_error().and_then(ProvideErrorMetadata::code);
    match condition {
        Some(condition) if code == Some("ConditionalCheckFailedException") => {
            StoreError::ConditionFailed(condition)
        }
        _ => error.into(),
    }
}

fn key_of(table: Table, item: &Attributes) -> Option<Key> {
    let text = |name: &str| item.get(name)?.as_s().ok().cloned();
    Some(Key { table, pk: text(PARTITION_KEY)?, sk: text(SORT_KEY)? })
}
