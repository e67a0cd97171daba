//! Walks through a campaign's recipients: pattern L9.
//!
//! The order is that of the ledger: by part, then by customer.

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use switchboard_model::Id;
use switchboard_model::conversation::Customer;
use switchboard_model::recipient::{Recipient, RecipientStatus, SHARDS};

use super::StoredRecipient;
use crate::expression::string;
use crate::slice::Order;
use crate::{Attributes, Store, StoreError, keys};

/// Rows that one query looks at.
const LOOK_AT: usize = 1_000;
/// Queries of one step of a walk: where few rows are wanted among many, it ends early.
const QUERIES: usize = 32;

/// A place in a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) shard: u8,
    /// The last row before it; `None` is the beginning of the part.
    pub(super) after: Option<String>,
}

impl Position {
    const START: Self = Self { shard: 0, after: None };

    fn read(text: &str) -> Result<Self, StoreError> {
        let read = || {
            let (shard, after) = text.split_once(' ')?;
            let shard = shard.parse().ok().filter(|shard| *shard < SHARDS)?;
            Some(Self { shard, after: Some(after.to_owned()).filter(|after| !after.is_empty()) })
        };
        read().ok_or_else(|| StoreError::Unstorable("no position in a ledger".into()))
    }

    fn write(&self) -> String {
        format!("{} {}", self.shard, self.after.as_deref().unwrap_or_default())
    }

    /// The beginning of the next part, unless this is the last.
    fn next_part(&self) -> Option<Self> {
        (self.shard + 1 < SHARDS).then(|| Self { shard: self.shard + 1, after: None })
    }
}

impl Store {
    /// L9: recipients of a campaign from `position` on, with the status if one is given, `limit` at most, and where to
    /// go on. There may be fewer than `limit`, or none, before the end is reached.
    pub async fn walk_recipients(
        &self,
        campaign_id: Id,
        status: Option<RecipientStatus>,
        position: Option<&str>,
        limit: usize,
    ) -> Result<(Vec<Recipient>, Option<String>), StoreError> {
        let mut place = Some(position.map_or(Ok(Position::START), Position::read)?);
        let mut found = Vec::new();
        for _ in 0..QUERIES {
            let Some(at) = place.take() else { return Ok((found, None)) };
            if found.len() == limit {
                return Ok((found, Some(at.write())));
            }
            let (rows, next) = self.look(campaign_id, status, &at, LOOK_AT).await?;
            let room = limit - found.len();
            if rows.len() > room {
                found.extend(rows.into_iter().take(room));
                let after = found.last().map(|row| row.customer.as_str().to_owned());
                return Ok((found, Some(Position { shard: at.shard, after }.write())));
            }
            found.extend(rows);
            place = next;
        }
        Ok((found, place.map(|place| place.write())))
    }

    pub(super) async fn look(
        &self,
        campaign_id: Id,
        status: Option<RecipientStatus>,
        at: &Position,
        look_at: usize,
    ) -> Result<(Vec<Recipient>, Option<Position>), StoreError> {
        let request = self.rows(campaign_id, status, at).set_limit(i32::try_from(look_at).ok());
        let answer = request.send().await?;
        let rows = answer.items.unwrap_or_default().into_iter().map(|item| {
            self.recipient_of(self.read_listed::<StoredRecipient>(crate::Table::Messages, item)?)
        });
        Ok((rows.collect::<Result<_, _>>()?, following(at, answer.last_evaluated_key.as_ref())))
    }

    pub(super) fn rows(
        &self,
        campaign_id: Id,
        status: Option<RecipientStatus>,
        at: &Position,
    ) -> QueryFluentBuilder {
        let start = at.after.as_deref().and_then(Customer::from_whatsapp);
        let start = start.map(|customer| {
            let mut key = keys::recipient(campaign_id, &customer);
            // A position is from outside: it stays in its part.
            key.pk = keys::recipients(campaign_id, at.shard).pk;
            key.attributes()
        });
        let range = keys::recipients(campaign_id, at.shard);
        let request = self.query(&range, Order::Ascending).set_exclusive_start_key(start);
        match status {
            None => request,
            Some(status) => request
                .filter_expression("#status = :status")
                .expression_attribute_names("#status", "status")
                .expression_attribute_values(":status", string(status.to_string())),
        }
    }
}

pub(super) fn following(at: &Position, last: Option<&Attributes>) -> Option<Position> {
    match last.and_then(|key| key.get(crate::tables::SORT_KEY)) {
        Some(AttributeValue::S(customer)) => {
            Some(Position { shard: at.shard, after: Some(customer.clone()) })
        }
        _ => at.next_part(),
    }
}
