//! What customers choose in WhatsApp itself, and ids of theirs that change.

use std::collections::BTreeSet;

use jiff::Timestamp;
use switchboard_graph::webhook::{Origin, Preference, UserIdChange, Wish};
use switchboard_model::Id;
use switchboard_model::contact::ConsentSource;
use switchboard_store::StoreError;

use super::MetaEvents;
use crate::Contacts;

/// The category of what a business sends of its own accord (Meta, `user_preferences` webhooks).
const MARKETING: &str = "marketing_messages";

impl MetaEvents {
    /// A customer wants marketing messages of a business or does not.
    pub(super) async fn prefer(&self, origin: &Origin, preference: &Preference) -> Result<(), StoreError> {
        let Some(wish) = preference.wish else { return Ok(()) };
        if preference.category.as_deref().is_some_and(|category| category != MARKETING) {
            return Ok(());
        }
        let at = preference.at.or_else(|| entry_time(origin)).unwrap_or_else(|| self.resources.now());
        for workspace_id in self.workspaces_of(origin).await? {
            let customer = self.addressed(workspace_id, &preference.customer).await?;
            let (opted_in, source) = (wish == Wish::Resume, ConsentSource::Preference);
            Contacts::set_consent(&self.resources, workspace_id, &customer, opted_in, source, at).await?;
        }
        Ok(())
    }

    /// A customer has another business-scoped id.
    pub(super) async fn rename(&self, origin: &Origin, change: &UserIdChange) -> Result<(), StoreError> {
        let Some(known_as) = change.wa_id.as_ref().or(change.previous.as_ref()) else { return Ok(()) };
        for workspace_id in self.workspaces_of(origin).await? {
            let known_as = self.addressed(workspace_id, known_as).await?;
            self.follow(workspace_id, &known_as, &change.current).await?;
        }
        Ok(())
    }

    /// The workspaces that an event concerns: that of the number that it names, or those with numbers of its account.
    async fn workspaces_of(&self, origin: &Origin) -> Result<BTreeSet<Id>, StoreError> {
        let store = &self.resources.store;
        if let Some(meta_id) = &origin.phone_number_id {
            let number = store.phone_number_by_meta_id(meta_id).await?;
            return Ok(number.map(|number| number.workspace_id).into_iter().collect());
        }
        let Some(business_id) = &origin.business_id else { return Ok(BTreeSet::new()) };
        let numbers = store.phone_numbers_of_account(business_id).await?;
        Ok(numbers.into_iter().map(|number| number.workspace_id).collect())
    }
}

/// When Meta says that something happened.
pub(super) fn entry_time(origin: &Origin) -> Option<Timestamp> {
    Timestamp::from_second(origin.entry_time?).ok()
}
