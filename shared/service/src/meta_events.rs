//! What Meta reports: messages of customers, news of our messages, and events of accounts.
//!
//! Events arrive at least once and in any order, and each is handled by itself. Whoever it concerns may not be
//! known here: then it is said so, and nothing fails.

mod accounts;
mod fitted;
mod hearing;
mod inbound;
mod limits;
mod preferences;
mod statuses;
mod templates;

use strum::Display;
use switchboard_graph::webhook::{Event, Origin, Update};
use switchboard_model::phone_number::MetaId;
use switchboard_store::StoreError;

use crate::Resources;

/// Stands for an account or a field that an event does not name.
const UNNAMED: &str = "unknown";

/// Stores what Meta reports.
#[derive(Clone, Debug)]
pub struct MetaEvents {
    resources: Resources,
}

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Display)]
#[strum(serialize_all = "snake_case")]
pub enum Handled {
    /// It is stored.
    Stored,
    /// It was stored before.
    StoredBefore,
    /// The message it is about knows of it.
    Reported,
    /// Nobody claims the message it is about; it waits for somebody who does.
    Waiting,
    /// It concerns a phone number that is not ours.
    UnknownNumber,
}

impl MetaEvents {
    /// Stores into these tables.
    pub fn new(resources: Resources) -> Self {
        Self { resources }
    }

    /// Does what an update asks for. Each update may come any number of times.
    pub async fn handle(&self, update: &Update) -> Result<Handled, StoreError> {
        match update.read() {
            Event::Message(message) => self.receive(update, *message).await,
            Event::Status(status) => self.report(update, *status).await,
            Event::NumberQuality(quality) => {
                self.apply_limit(&update.origin, &quality).await?;
                self.keep(update).await
            }
            Event::Preference(preference) => {
                self.prefer(&update.origin, &preference).await?;
                self.keep(update).await
            }
            Event::UserIdChange(change) => {
                self.rename(&update.origin, &change).await?;
                self.keep(update).await
            }
            Event::Template(change) => {
                self.apply_template_change(&update.origin, &change).await?;
                self.keep(update).await
            }
            Event::TemplateUpdate(news) => {
                self.apply_to_template(&update.origin, &news.template, &[news.sighting]).await?;
                self.keep(update).await
            }
            Event::Capability(capability) => {
                self.apply_capability(&update.origin, capability).await?;
                self.keep(update).await
            }
            Event::Account(account) => {
                self.apply_account_change(&update.origin, &account).await?;
                self.keep(update).await
            }
            Event::AccountError(_) | Event::Other => self.keep(update).await,
        }
    }

    /// Keeps an update as it came, under its account.
    async fn keep(&self, update: &Update) -> Result<Handled, StoreError> {
        let Origin { business_id, field, .. } = &update.origin;
        let business_id = business_id.as_ref().map_or(UNNAMED, MetaId::as_str);
        let field = field.as_deref().unwrap_or(UNNAMED);
        let raw = fitted::text(update.raw.text());
        let now = self.resources.now();
        let new = self.resources.store.keep_event(business_id, field, &update.identity(), &raw, now).await?;
        Ok(if new { Handled::Stored } else { Handled::StoredBefore })
    }
}
