//! Planning: a row in the ledger for each recipient, in batches.
//!
//! One write says two things: how many rows the batch before has, and who is in the next one. So whoever takes over
//! from a planner that died at any point writes the same rows again, which changes nothing.

use std::collections::HashMap;

use switchboard_model::campaign::plan::Position;
use switchboard_model::campaign::{Campaign, Plan};
use switchboard_model::contact::Contact;
use switchboard_model::conversation::Customer;
use switchboard_model::recipient::{FrozenParameters, NewRecipient, SkipReason};
use switchboard_model::template::Template;
use switchboard_store::StoreError;

use super::audience::{Walk, message_for};
use crate::Resources;

/// Pages of the audience that are looked through for a batch. Where few contacts opted in, it may be a small one.
const PAGES: usize = 5;

/// A campaign that is being planned, with the contacts of the batch that comes next where they are at hand.
pub(super) struct Planning {
    pub(super) campaign: Campaign,
    contacts: Option<Vec<Contact>>,
}

impl Planning {
    /// The planning of a campaign as it was read.
    pub(super) fn of(campaign: Campaign) -> Self {
        Self { campaign, contacts: None }
    }

    /// Writes the rows of the batch that is fixed, and fixes the next one. Fails as `Contested` where somebody else
    /// did so meanwhile.
    pub(super) async fn go_on(self, resources: &Resources, template: &Template) -> Result<Self, StoreError> {
        let (campaign, store) = (&self.campaign, &resources.store);
        let plan = &campaign.plan;
        let contacts = match self.contacts {
            Some(contacts) => contacts,
            None => store.contacts_of_customers(campaign.workspace_id, &plan.customers).await?,
        };
        let recipients = recipients(campaign, template, contacts);
        let mut counts = plan.counts.clone();
        counts += &store.plan_recipients(campaign.id, plan.batch, &recipients).await?;

        let begin = (plan.batch == 0).then(Position::default);
        let position = begin.or_else(|| plan.position.clone());
        let done = position.is_none();
        let (contacts, position) = match position {
            Some(position) => Walk::new(store, campaign).batch(position, PAGES).await?,
            None => (Vec::new(), None),
        };
        let customers = contacts.iter().map(|contact| contact.customer.clone()).collect();
        let next = Plan { began_at: plan.began_at, batch: plan.batch + 1, customers, position, done, counts };
        let campaign = store.save_plan(campaign, &next).await?;
        Ok(Self { campaign, contacts: Some(contacts) })
    }
}

/// The rows of the batch that is fixed: one for each of its customers, even where the contact is gone by now.
fn recipients(campaign: &Campaign, template: &Template, contacts: Vec<Contact>) -> Vec<NewRecipient> {
    let mut contacts: HashMap<Customer, Contact> =
        contacts.into_iter().map(|contact| (contact.customer.clone(), contact)).collect();
    let customers = campaign.plan.customers.iter();
    customers.map(|customer| recipient(campaign, template, customer, contacts.remove(customer))).collect()
}

fn recipient(
    campaign: &Campaign,
    template: &Template,
    customer: &Customer,
    contact: Option<Contact>,
) -> NewRecipient {
    let contact = contact.filter(|contact| contact.deleted_at.is_none());
    let message = match &contact {
        Some(contact) => message_for(template, campaign, contact),
        None => Err(SkipReason::ContactDeleted),
    };
    let (parameters, skip) = match message {
        Ok(filled) => (filled.into(), None),
        Err(reason) => (FrozenParameters::default(), Some(reason)),
    };
    let (contact_id, name) = contact.map(|contact| (contact.id, contact.name)).unzip();
    NewRecipient { customer: customer.clone(), contact_id, name: name.flatten(), parameters, skip }
}
