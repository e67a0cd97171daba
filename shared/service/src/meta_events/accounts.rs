//! What becomes of accounts.

use switchboard_graph::webhook::{AccountChange, AccountEffect, Origin};
use switchboard_model::phone_number::{PhoneNumber, Stop};
use switchboard_store::StoreError;

use super::MetaEvents;
use super::preferences::entry_time;
use crate::phone_numbers::change;

impl MetaEvents {
    /// Lets the numbers of an account send again that Meta had locked and gave back. That it is locked is learned from
    /// the first refusal, which tells the reason, too.
    pub(super) async fn apply_account_change(
        &self,
        origin: &Origin,
        account: &AccountChange,
    ) -> Result<(), StoreError> {
        let (AccountEffect::Restored, Some(business_id)) = (account.effect, &origin.business_id) else {
            return Ok(());
        };
        let restored_at = entry_time(origin).unwrap_or_else(|| self.resources.now()).as_second();
        let is_over = |stop: &mut Stop| stop.is_of_account() && stop.at / 1_000 <= restored_at;
        for number in self.resources.store.phone_numbers_of_account(business_id).await? {
            let restored = change::store(&self.resources, number, |number: &mut PhoneNumber| {
                Ok::<_, StoreError>(number.stopped.take_if(is_over).is_some())
            });
            restored.await?;
        }
        Ok(())
    }
}
