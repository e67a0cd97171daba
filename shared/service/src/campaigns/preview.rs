//! What a campaign would say, to whom, and whom it would leave out.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use switchboard_model::access::{ManageCampaigns, Permit};
use switchboard_model::campaign::plan::Position;
use switchboard_model::contact::Contact;
use switchboard_model::conversation::Customer;
use switchboard_model::recipient::SkipReason;
use switchboard_model::{DomainError, Id};

use super::audience::{Walk, message_for};
use super::{Campaigns, readiness};

/// Messages that are shown.
const SHOWN: usize = 5;
/// Contacts that are shown of those left out.
const SHOWN_LEFT_OUT: usize = 20;
/// Contacts that are looked at.
const LOOK_AT: usize = 10_000;
/// No page is begun after this, since somebody waits.
const TIME: Duration = Duration::from_secs(10);

/// What a campaign would do if it was started now.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CampaignPreview {
    /// The first messages, as they would be read.
    pub messages: Vec<PreviewedMessage>,
    /// Contacts that a message would be sent to.
    pub recipients: usize,
    /// Contacts that would be left out, by reason.
    pub left_out: BTreeMap<SkipReason, usize>,
    /// Some of those.
    pub omissions: Vec<PreviewedOmission>,
    /// Whether the whole audience was looked at; the numbers are of a part of it where not.
    pub complete: bool,
}

/// A message that would be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct PreviewedMessage {
    /// The contact.
    pub contact_id: Id,
    /// Who it is.
    pub customer: Customer,
    /// What they are called.
    pub name: Option<String>,
    /// The template's body with its values.
    pub text: String,
}

/// A contact that would be left out.
#[derive(Clone, Debug, PartialEq)]
pub struct PreviewedOmission {
    /// The contact.
    pub contact_id: Id,
    /// Who it is; `None` where there is no such contact.
    pub customer: Option<Customer>,
    /// What they are called.
    pub name: Option<String>,
    /// Why.
    pub reason: SkipReason,
}

impl Campaigns {
    /// What a campaign would say, to whom, and whom it would leave out. Nothing is stored, and the template need not be
    /// approved yet.
    pub async fn preview(
        &self,
        permit: &Permit<ManageCampaigns>,
        id: Id,
    ) -> Result<CampaignPreview, DomainError> {
        let campaign = self.enter(permit, id).await?;
        let number = readiness::number(&self.resources, &campaign).await?;
        let template = readiness::check_put_together(&self.resources, &campaign, &number).await?;
        let until = self.resources.now() + TIME;
        let walk = Walk::new(&self.resources.store, &campaign);
        let (mut preview, mut seen) = (CampaignPreview::default(), HashSet::new());
        let mut gone = campaign.audience.contact_ids.clone();
        let mut position = Some(Position::default());
        while let Some(at) = position.take() {
            if seen.len() >= LOOK_AT || self.resources.now() >= until {
                return Ok(preview);
            }
            let (contacts, next) = walk.look(&at).await?;
            let found: HashSet<Id> = contacts.iter().map(|contact| contact.id).collect();
            gone.retain(|id| !found.contains(id));
            for contact in contacts.into_iter().filter(|contact| walk.is_met_at(&at, contact)) {
                if !seen.insert(contact.customer.clone()) {
                    continue;
                }
                match message_for(&template, &campaign, &contact) {
                    Ok(filled) => preview.count_message(contact, filled.preview),
                    Err(reason) => preview.count_omission(contact, reason),
                }
            }
            position = next;
        }
        for id in gone {
            preview.count_gone(id);
        }
        preview.complete = true;
        Ok(preview)
    }
}

impl CampaignPreview {
    fn count_message(&mut self, contact: Contact, text: String) {
        self.recipients += 1;
        if self.messages.len() < SHOWN {
            let Contact { id: contact_id, customer, name, .. } = contact;
            self.messages.push(PreviewedMessage { contact_id, customer, name, text });
        }
    }

    fn count_omission(&mut self, contact: Contact, reason: SkipReason) {
        let Contact { id: contact_id, customer, name, .. } = contact;
        self.leave_out(PreviewedOmission { contact_id, customer: Some(customer), name, reason });
    }

    /// Whoever is named and is not there is deleted, or never was.
    fn count_gone(&mut self, contact_id: Id) {
        let reason = SkipReason::ContactDeleted;
        self.leave_out(PreviewedOmission { contact_id, customer: None, name: None, reason });
    }

    fn leave_out(&mut self, omission: PreviewedOmission) {
        *self.left_out.entry(omission.reason).or_default() += 1;
        if self.omissions.len() < SHOWN_LEFT_OUT {
            self.omissions.push(omission);
        }
    }
}
