//! Limits that Meta changes.

use switchboard_graph::MessageLimit;
use switchboard_graph::webhook::{Capability, NumberQuality, Origin};
use switchboard_model::phone_number::PhoneNumber;
use switchboard_store::StoreError;

use super::MetaEvents;
use super::preferences::entry_time;
use crate::phone_numbers::change;

impl MetaEvents {
    /// Takes over the new limit of a number, which Meta names only as it is displayed.
    pub(super) async fn apply_limit(
        &self,
        origin: &Origin,
        quality: &NumberQuality,
    ) -> Result<(), StoreError> {
        let Some(limit) = quality.message_limit else { return Ok(()) };
        let concerns = |number: &PhoneNumber| number.phone_number == quality.phone_number;
        self.note_limit(origin, limit, concerns).await
    }

    /// Takes over the new limit of a portfolio, which all numbers of the account share.
    pub(super) async fn apply_capability(
        &self,
        origin: &Origin,
        capability: Capability,
    ) -> Result<(), StoreError> {
        self.note_limit(origin, capability.message_limit, |_| true).await
    }

    /// Notes a limit at numbers of an account. An event from before the limit was last heard of says nothing new; one
    /// that does not say when it was is as of now.
    async fn note_limit(
        &self,
        origin: &Origin,
        limit: MessageLimit,
        concerns: impl Fn(&PhoneNumber) -> bool + Send + Sync,
    ) -> Result<(), StoreError> {
        let Some(business_id) = &origin.business_id else { return Ok(()) };
        let at = entry_time(origin).unwrap_or_else(|| self.resources.now());
        let numbers = self.resources.store.phone_numbers_of_account(business_id).await?;
        for number in numbers.into_iter().filter(|number| concerns(number)) {
            let noted = change::store(&self.resources, number, |number| {
                Ok::<_, StoreError>(number.note_limit(limit.users(), at))
            });
            noted.await?;
        }
        Ok(())
    }
}
