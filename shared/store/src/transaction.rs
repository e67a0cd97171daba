//! Writes of several items that all happen or none do.

use std::time::Duration;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{ConditionCheck, Delete, Put, TransactWriteItem, Update};

use crate::expression::{Change, Check, Expression};
use crate::item::StoredForm;
use crate::keys::Key;
use crate::{Condition, Store, StoreError};

/// How often a transaction that collides with another is tried.
const TRIES: u32 = 6;
const FIRST_PAUSE: Duration = Duration::from_millis(15);

/// A transaction under construction. The condition of each item has a name.
#[derive(Debug)]
pub(crate) struct Transaction<'a> {
    store: &'a Store,
    items: Vec<TransactWriteItem>,
    conditions: Vec<Option<Condition>>,
}

impl Store {
    /// A transaction without items.
    pub(crate) fn transaction(&self) -> Transaction<'_> {
        Transaction { store: self, items: Vec::new(), conditions: Vec::new() }
    }
}

type BuildError = aws_sdk_dynamodb::error::BuildError;

impl Transaction<'_> {
    /// Whether it has no items yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Puts `form` at `key`, whatever is there.
    pub(crate) fn put<F: StoredForm>(self, key: &Key, form: &F) -> Result<Self, StoreError> {
        self.put_checked(key, form, None)
    }

    /// Puts `form` at `key` where nothing is.
    pub(crate) fn create<F: StoredForm>(
        self,
        key: &Key,
        form: &F,
        taken: Condition,
    ) -> Result<Self, StoreError> {
        self.put_checked(key, form, Some((Check::Absent, taken)))
    }

    /// Puts `form` at `key` if `check` holds.
    pub(crate) fn put_if<F: StoredForm>(
        self,
        key: &Key,
        form: &F,
        check: Check,
        condition: Condition,
    ) -> Result<Self, StoreError> {
        self.put_checked(key, form, Some((check, condition)))
    }

    /// Puts `form` at `key` if what `check` says holds.
    pub(crate) fn put_checked<F: StoredForm>(
        self,
        key: &Key,
        form: &F,
        check: Option<(Check, Condition)>,
    ) -> Result<Self, StoreError> {
        let (check, condition) = check.unzip();
        let mut expression = Expression::default();
        let text = check.map(|check| expression.condition(check));
        let put = Put::builder()
            .table_name(self.store.names.of(key.table))
            .set_item(Some(self.store.item(key, form)?))
            .set_condition_expression(text)
            .set_expression_attribute_names(expression.names())
            .set_expression_attribute_values(expression.values())
            .build();
        Ok(self.push(TransactWriteItem::builder().put(built(put)?).build(), condition))
    }

    /// Changes the item at `key`.
    pub(crate) fn update(self, key: &Key, change: Change) -> Result<Self, StoreError> {
        let (update, check, expression, condition) = change.build();
        let update = Update::builder()
            .table_name(self.store.names.of(key.table))
            .set_key(Some(key.attributes()))
            .update_expression(update)
            .set_condition_expression(check)
            .set_expression_attribute_names(expression.names())
            .set_expression_attribute_values(expression.values())
            .build();
        Ok(self.push(TransactWriteItem::builder().update(built(update)?).build(), condition))
    }

    /// Deletes the item at `key`, if `check` holds where there is one.
    pub(crate) fn delete(self, key: &Key, check: Option<(Check, Condition)>) -> Result<Self, StoreError> {
        let (check, condition) = check.unzip();
        let mut expression = Expression::default();
        let text = check.map(|check| expression.condition(check));
        let delete = Delete::builder()
            .table_name(self.store.names.of(key.table))
            .set_key(Some(key.attributes()))
            .set_condition_expression(text)
            .set_expression_attribute_names(expression.names())
            .set_expression_attribute_values(expression.values())
            .build();
        Ok(self.push(TransactWriteItem::builder().delete(built(delete)?).build(), condition))
    }

    /// Lets the transaction fail unless `check` holds at `key`.
    pub(crate) fn check(self, key: &Key, check: Check, condition: Condition) -> Result<Self, StoreError> {
        let mut expression = Expression::default();
        let text = expression.condition(check);
        let check = ConditionCheck::builder()
            .table_name(self.store.names.of(key.table))
            .set_key(Some(key.attributes()))
            .condition_expression(text)
            .set_expression_attribute_names(expression.names())
            .set_expression_attribute_values(expression.values())
            .build();
        Ok(self.push(TransactWriteItem::builder().condition_check(built(check)?).build(), Some(condition)))
    }

    fn push(mut self, item: TransactWriteItem, condition: Option<Condition>) -> Self {
        self.items.push(item);
        self.conditions.push(condition);
        self
    }

    /// Moves the last item to the front: of several conditions that fail, the first is told.
    pub(crate) fn last_first(mut self) -> Self {
        self.items.rotate_right(1);
        self.conditions.rotate_right(1);
        self
    }

    /// Carries it out, with the entry of the audit log that its store has to tell, and the claim of the request
    /// that asked for it. Where it collides with another
    /// transaction it is tried again, a few times.
    pub(crate) async fn commit(mut self) -> Result<(), StoreError> {
        if let Some(entry) = self.store.telling.clone() {
            self = self.tell(&entry)?;
            if let Some(claim) = self.store.claiming.clone() {
                self = self.claim(&claim, entry.resource_id)?;
            }
        }
        let mut pause = FIRST_PAUSE;
        for tried in 1.. {
            let sent = self
                .store
                .client
                .transact_write_items()
                .set_transact_items(Some(self.items.clone()))
                .send()
                .await;
            match sent {
                Ok(_) => return Ok(()),
                Err(error) => match self.cancellation(&error) {
                    Cancellation::Condition(condition) => return Err(StoreError::ConditionFailed(condition)),
                    Cancellation::Collision if tried < TRIES => {
                        tokio::time::sleep(pause).await;
                        pause *= 2;
                    }
                    Cancellation::Collision | Cancellation::Throttled => {
                        return Err(StoreError::Throttled(error.into()));
                    }
                    Cancellation::Other => return Err(error.into()),
                },
            }
        }
        unreachable!("the loop ends by returning")
    }

    fn cancellation<R>(&self, error: &SdkError<TransactWriteItemsError, R>) -> Cancellation {
        let Some(TransactWriteItemsError::TransactionCanceledException(canceled)) = error.as_service_error()
        else {
            return Cancellation::Other;
        };
        let reasons: Vec<_> = canceled.cancellation_reasons().iter().map(|reason| reason.code()).collect();
        let failed = reasons.iter().position(|code| *code == Some("ConditionalCheckFailed"));
        if let Some(condition) = failed.and_then(|at| self.conditions.get(at).copied().flatten()) {
            return Cancellation::Condition(condition);
        }
        match reasons.iter().flatten().find(|code| **code != "None") {
            Some(&"TransactionConflict") => Cancellation::Collision,
            Some(&("ThrottlingError" | "ProvisionedThroughputExceeded")) => Cancellation::Throttled,
            _ => Cancellation::Other,
        }
    }
}

enum Cancellation {
    Condition(Condition),
    Collision,
    Throttled,
    Other,
}

fn built<T>(result: Result<T, BuildError>) -> Result<T, StoreError> {
    result.map_err(|error| StoreError::Unstorable(error.into()))
}
