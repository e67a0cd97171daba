//! Keeping numbers in step with Meta.

use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;
use switchboard_graph::Graph;
use switchboard_model::phone_number::{MetaId, MetaNumber, PhoneNumber, display_name};
use switchboard_model::{DomainError, Id};
use switchboard_vault::Sealer;

use super::{change, open_token};
use crate::Resources;

/// How often Meta is asked for a number without anybody's request. Meta lets an app ask for an account's things 200
/// times an hour at least (Meta, Business Management API rate limits), and tells changes of the limit by itself.
const INTERVAL: Duration = Duration::from_hours(6);

/// Keeps numbers in step with Meta.
#[derive(Clone)]
pub(crate) struct NumberSync {
    resources: Resources,
    sealer: Sealer,
    graph: Graph,
}

impl NumberSync {
    /// Numbers at `graph`, which is asked with their own tokens.
    pub(crate) fn new(resources: Resources, sealer: Sealer, graph: Graph) -> Self {
        Self { resources, sealer, graph }
    }

    /// Asks Meta anew what it thinks of a number, and sees to it that our app hears of the number's account. An account
    /// that was not known is taken over.
    pub(super) async fn sync(&self, number: PhoneNumber) -> Result<PhoneNumber, DomainError> {
        let token = open_token(&self.sealer, &number).await?;
        let asked_at = self.resources.now();
        let info = self.graph.phone_number(&token, &number.meta_id).await?;
        let account = number.business_id.clone().or(info.business_id);
        self.subscribe(&token, account.as_ref()).await?;
        let synced = change::store(&self.resources, number, |number| {
            note(number, &info.number, asked_at, self.resources.now());
            number.business_id = number.business_id.take().or_else(|| account.clone());
            Ok::<_, DomainError>(true)
        });
        synced.await?.ok_or(DomainError::PhoneNumberNotFound)
    }

    /// Lets our app hear of an account. Of a number whose account nobody knows, Meta tells nothing; it says so by
    /// having no account.
    pub(super) async fn subscribe(
        &self,
        token: &SecretString,
        account: Option<&MetaId>,
    ) -> Result<(), DomainError> {
        if let Some(business_id) = account {
            self.graph.subscribe(token, business_id).await?;
        } else {
            tracing::warn!("the account of a phone number is not known: Meta tells nothing of it");
        }
        Ok(())
    }

    /// Syncs those numbers of a workspace in an account whose turn it is. A number that fails is logged, and tried
    /// again the next time: it must not hold up others.
    pub(crate) async fn sync_account(&self, workspace_id: Id, business_id: &MetaId) {
        let now = self.resources.now();
        let numbers = match self.resources.store.phone_numbers_of_account(business_id).await {
            Ok(numbers) => numbers,
            Err(error) => {
                return tracing::warn!(account = %business_id, error = %error, "phone numbers not read");
            }
        };
        let is_due = |number: &PhoneNumber| {
            number.workspace_id == workspace_id
                && number.deleted_at.is_none()
                && number.synced_at + INTERVAL <= now
        };
        for number in numbers.into_iter().filter(is_due) {
            let id = number.id;
            if let Err(error) = self.sync(number).await {
                tracing::warn!(phone_number.id = %id, failure = %error, "phone number not synced");
            }
        }
    }
}

/// Takes over what Meta said at `asked_at`. A name that the workspace did not choose follows Meta's.
pub(super) fn note(number: &mut PhoneNumber, meta_number: &MetaNumber, asked_at: Timestamp, now: Timestamp) {
    if number.display_name == name_of(number.verified_name.as_deref(), number.phone_number.as_str()) {
        number.display_name = default_name(meta_number);
    }
    number.verified_name.clone_from(&meta_number.verified_name);
    number.phone_number.clone_from(&meta_number.phone_number);
    number.quality_rating = meta_number.quality_rating;
    number.note_limit(meta_number.message_limit, asked_at);
    number.tier.clone_from(&meta_number.tier);
    number.note_connected(meta_number.is_connected);
    number.synced_at = now;
}

/// What a number is called where the workspace does not say.
pub(super) fn default_name(meta_number: &MetaNumber) -> String {
    name_of(meta_number.verified_name.as_deref(), meta_number.phone_number.as_str())
}

fn name_of(verified_name: Option<&str>, phone_number: &str) -> String {
    let verified_name = verified_name.and_then(|name| display_name(name).ok());
    verified_name.unwrap_or_else(|| phone_number.to_owned())
}
