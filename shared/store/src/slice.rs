//! Parts of a list by offset.

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, Select};
use switchboard_model::page::Slice;

use crate::item::StoredForm;
use crate::keys::Range;
use crate::tables::{PARTITION_KEY, SORT_KEY};
use crate::{Attributes, Store, StoreError};

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// By sort key; where that is an id, the oldest first.
    Ascending,
    /// The other way round: the newest first.
    Descending,
}

impl Store {
    /// Reads the items of `range` that `slice` asks for, strongly consistent. Those before them are counted and not
    /// sent, but they are paid for: 1 MB of items is one round trip and 128 read units.
    pub(crate) async fn slice<F: StoredForm>(
        &self,
        range: &Range,
        order: Order,
        slice: Slice,
    ) -> Result<Vec<F>, StoreError> {
        let mut start = None;
        let mut to_pass = slice.offset;
        while to_pass > 0 {
            let (passed, next) = self.pass_over(range, order, Some(to_pass), start).await?;
            to_pass = to_pass.saturating_sub(passed);
            match next {
                Some(next) => start = Some(next),
                None => return Ok(Vec::new()),
            }
        }
        let mut found = Vec::with_capacity(slice.limit);
        while found.len() < slice.limit {
            let request = self.query(range, order).set_limit(limit(slice.limit - found.len()));
            let answer = request.set_exclusive_start_key(start.take()).send().await?;
            for item in answer.items.unwrap_or_default() {
                found.push(self.read_listed(range.table, item)?);
            }
            match answer.last_evaluated_key {
                Some(next) => start = Some(next),
                None => break,
            }
        }
        Ok(found)
    }

    /// Counts the items of `range`, strongly consistent. It costs what reading them costs.
    pub(crate) async fn count(&self, range: &Range) -> Result<usize, StoreError> {
        let (mut total, mut start) = (0, None);
        loop {
            let (passed, next) = self.pass_over(range, Order::Ascending, None, start).await?;
            total += passed;
            match next {
                Some(next) => start = Some(next),
                None => return Ok(total),
            }
        }
    }

    async fn pass_over(
        &self,
        range: &Range,
        order: Order,
        most: Option<usize>,
        start: Option<Attributes>,
    ) -> Result<(usize, Option<Attributes>), StoreError> {
        let request = self.query(range, order).select(Select::Count).set_limit(most.and_then(limit));
        let answer = request.set_exclusive_start_key(start).send().await?;
        Ok((usize::try_from(answer.count).unwrap_or(0), answer.last_evaluated_key))
    }

    /// A query of `range`, strongly consistent.
    pub(crate) fn query(&self, range: &Range, order: Order) -> QueryFluentBuilder {
        let condition =
            if range.sk_prefix.is_empty() { "#pk = :pk" } else { "#pk = :pk AND begins_with(#sk, :sk)" };
        let request = self
            .client
            .query()
            .table_name(self.names.of(range.table))
            .key_condition_expression(condition)
            .expression_attribute_names("#pk", PARTITION_KEY)
            .expression_attribute_values(":pk", AttributeValue::S(range.pk.clone()))
            .scan_index_forward(order == Order::Ascending)
            .consistent_read(true);
        if range.sk_prefix.is_empty() {
            return request;
        }
        request
            .expression_attribute_names("#sk", SORT_KEY)
            .expression_attribute_values(":sk", AttributeValue::S(range.sk_prefix.clone()))
    }
}

impl Store {
    /// A query of the items of `range`'s partition from `first` to `end`, both included, strongly consistent, in
    /// order.
    pub(crate) fn between(&self, range: &Range, first: &str, end: &str) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name(self.names.of(range.table))
            .key_condition_expression("#pk = :pk AND #sk BETWEEN :first AND :end")
            .expression_attribute_names("#pk", PARTITION_KEY)
            .expression_attribute_names("#sk", SORT_KEY)
            .expression_attribute_values(":pk", AttributeValue::S(range.pk.clone()))
            .expression_attribute_values(":first", AttributeValue::S(first.to_owned()))
            .expression_attribute_values(":end", AttributeValue::S(end.to_owned()))
            .consistent_read(true)
    }
}

fn limit(items: usize) -> Option<i32> {
    i32::try_from(items).ok()
}
