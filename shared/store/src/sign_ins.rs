//! Attempts to sign in: pattern S5.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use crate::expression::{Change, number};
use crate::{Attributes, Store, StoreError, keys};

const COUNT: &str = "count";

impl Store {
    /// S5: adds `change` to the attempts of `subject` in the window of `seconds` that `now` is in, and answers
    /// with how many there are then.
    pub async fn count_sign_ins(
        &self,
        subject: &str,
        change: i64,
        seconds: i64,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        let window = now.as_second().div_euclid(seconds);
        let change = Change::default().add(COUNT, change).set("ttl", number((window + 2) * seconds));
        let item = self.update(&keys::sign_in_window(subject, window), change).await?;
        Ok(count_of(&item, COUNT))
    }
}

/// A counter of `item`; 0 where it has not been counted yet.
pub(crate) fn count_of(item: &Attributes, name: &str) -> i64 {
    item.get(name)
        .and_then(|value: &AttributeValue| value.as_n().ok())
        .and_then(|text| text.parse().ok())
        .unwrap_or(0)
}
