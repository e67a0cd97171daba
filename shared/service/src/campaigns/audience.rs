//! The walk through a campaign's audience.

use std::collections::HashSet;

use switchboard_model::campaign::plan::Position;
use switchboard_model::campaign::{Audience, Campaign};
use switchboard_model::contact::{AudienceSource, Contact};
use switchboard_model::conversation::Customer;
use switchboard_model::recipient::SkipReason;
use switchboard_model::template::{Category, FilledTemplate, Template};
use switchboard_store::{Store, StoreError};

use super::parameters::fill;

/// Contacts that one page of the walk looks at.
const PAGE: usize = 200;

/// The walk through a campaign's audience: its tags one after the other, then the contacts that are named.
pub(super) struct Walk<'a> {
    store: &'a Store,
    campaign: &'a Campaign,
    sources: Vec<AudienceSource>,
}

impl<'a> Walk<'a> {
    /// The walk of `campaign`.
    pub(super) fn new(store: &'a Store, campaign: &'a Campaign) -> Self {
        let audience = &campaign.audience;
        let sources = if audience.is_everybody() {
            vec![AudienceSource::All]
        } else {
            let tags = audience.tags.iter().cloned().map(AudienceSource::Tag);
            let named =
                (!audience.contact_ids.is_empty()).then(|| AudienceSource::Ids(audience.contact_ids.clone()));
            tags.chain(named).collect()
        };
        Self { store, campaign, sources }
    }

    /// Some contacts from `position` on, and where the walk goes on; `None` is its end. There may be none before it.
    pub(super) async fn page(
        &self,
        position: &Position,
    ) -> Result<(Vec<Contact>, Option<Position>), StoreError> {
        let (mut contacts, next) = self.look(position).await?;
        contacts.retain(|contact| self.is_met_at(position, contact));
        Ok((contacts, next))
    }

    /// The same with those who are there and belong to another part of the audience, or to none.
    pub(super) async fn look(
        &self,
        position: &Position,
    ) -> Result<(Vec<Contact>, Option<Position>), StoreError> {
        let part = usize::try_from(position.part).unwrap_or(usize::MAX);
        let Some(source) = self.sources.get(part) else { return Ok((Vec::new(), None)) };
        let workspace_id = self.campaign.workspace_id;
        let (contacts, next) =
            self.store.audience_page(workspace_id, source, position.at.clone(), PAGE).await?;
        let next = match next {
            Some(at) => Some(Position { part: position.part, at: Some(at) }),
            None if part + 1 < self.sources.len() => Some(Position { part: position.part + 1, at: None }),
            None => None,
        };
        Ok((contacts, next))
    }

    /// Whether a contact belongs to the part of the audience that `position` is in. Who has the tag of an earlier part
    /// was met there, but one who changed since the plan began may have got it later: whether they were met, the ledger
    /// knows.
    pub(super) fn is_met_at(&self, position: &Position, contact: &Contact) -> bool {
        let audience = &self.campaign.audience;
        if audience.is_everybody() {
            return contact.opted_in;
        }
        let part = usize::try_from(position.part).unwrap_or(usize::MAX);
        let earlier = audience.tags.iter().take(part).any(|tag| contact.tags.contains(tag));
        !earlier || contact.updated_at.as_millisecond() >= self.campaign.plan.began_at
    }

    /// Contacts from `position` on until there are about as many as a page has, each once, and where the walk goes on.
    pub(super) async fn batch(
        &self,
        position: Position,
        pages: usize,
    ) -> Result<(Vec<Contact>, Option<Position>), StoreError> {
        let (mut found, mut seen): (Vec<Contact>, HashSet<Customer>) = Default::default();
        let mut position = Some(position);
        for _ in 0..pages {
            let Some(at) = position.take() else { break };
            let (contacts, next) = self.page(&at).await?;
            if !found.is_empty() && found.len() + contacts.len() > PAGE {
                // The page is read again for the next batch.
                return Ok((found, Some(at)));
            }
            found.extend(contacts.into_iter().filter(|contact| seen.insert(contact.customer.clone())));
            position = next;
            if found.len() * 2 > PAGE {
                break;
            }
        }
        Ok((found, position))
    }
}

/// What is sent to a contact of an audience, or why nothing is.
pub(super) fn message_for(
    template: &Template,
    campaign: &Campaign,
    contact: &Contact,
) -> Result<FilledTemplate, SkipReason> {
    let Audience { exclude_tags, .. } = &campaign.audience;
    if !contact.opted_in {
        return Err(SkipReason::NotOptedIn);
    }
    if exclude_tags.iter().any(|tag| contact.tags.contains(tag)) {
        return Err(SkipReason::ExcludedTag);
    }
    // Codes are sent to numbers only (Meta, business-scoped user ids).
    if template.category == Category::Authentication && !contact.customer.display().starts_with('+') {
        return Err(SkipReason::NoPhoneNumber);
    }
    fill(template, &campaign.variables, contact)
}
