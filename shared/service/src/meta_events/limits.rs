//! Limits that Meta changes.

use switchboard_graph::webhook::{NumberQuality, Origin};
use switchboard_model::phone_number::PhoneNumber;
use switchboard_store::{Condition, StoreError};

use super::MetaEvents;

/// How often a change is tried while others change the number too.
const TRIES: u32 = 5;

impl MetaEvents {
    /// Takes over the new limit of a number, which Meta names only as it is displayed. An event from before the
    /// number was last synced with Meta says nothing new.
    pub(super) async fn apply_limit(
        &self,
        origin: &Origin,
        quality: &NumberQuality,
    ) -> Result<(), StoreError> {
        let (Some(limit), Some(business_id)) = (quality.message_limit, &origin.business_id) else {
            return Ok(());
        };
        let store = &self.resources.store;
        for tried in 1.. {
            let numbers = store.phone_numbers_of_account(business_id).await?;
            let number = numbers.into_iter().find(|number| number.phone_number == quality.phone_number);
            let Some(number) = number.filter(|number| !is_outdated(origin, number)) else { return Ok(()) };
            if number.message_limit == limit.users() {
                return Ok(());
            }
            let changed = PhoneNumber {
                message_limit: limit.users(),
                updated_at: self.resources.now(),
                version: number.version + 1,
                ..number
            };
            match store.update_phone_number(&changed).await {
                Err(StoreError::ConditionFailed(Condition::Contested)) if tried < TRIES => {}
                updated => return updated,
            }
        }
        unreachable!("the loop ends by returning")
    }
}

fn is_outdated(origin: &Origin, number: &PhoneNumber) -> bool {
    origin.entry_time.is_some_and(|time| time < number.synced_at.as_second())
}
