//! A piece of an import: some rows, done in such a way that doing them again changes nothing.

use std::collections::HashMap;

use futures::future::try_join_all;
use jiff::Timestamp;
use switchboard_model::Id;
use switchboard_model::contact::import::{RowResult, RowStatus};
use switchboard_model::contact::{ATTRIBUTES_MAX, ConsentSource, Contact, ImportMark, TAGS_MAX};
use switchboard_model::conversation::Customer;
use switchboard_store::{Condition, ContactWrite, StoreError};

use super::super::{TRIES, next};
use super::columns::{Entry, Parsed};
use crate::Resources;

/// Items that a transaction is filled with at most; one contact never has more (AWS allows 100).
const ITEMS_MAX: usize = 96;

/// What is common to the rows of a piece.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece<'a> {
    pub(crate) resources: &'a Resources,
    pub(crate) workspace_id: Id,
    /// The member who imports.
    pub(crate) by: Option<Id>,
    /// When the import began.
    pub(crate) at: Timestamp,
    /// The import and the number of the piece, where it may be done again.
    pub(crate) mark: Option<(Id, u32)>,
}

/// The rows about one customer.
struct Group<'a> {
    customer: &'a Customer,
    /// Places among the rows, and what they say.
    rows: Vec<(usize, &'a Entry)>,
}

type Outcomes = Vec<(usize, RowStatus, Option<&'static str>)>;

/// What comes of the rows about one customer.
struct Folded {
    outcomes: Outcomes,
    write: Option<ContactWrite>,
}

impl Piece<'_> {
    /// Does the rows and answers with what came of each, in their order.
    pub(crate) async fn run(self, rows: &[Parsed]) -> Result<Vec<RowResult>, StoreError> {
        let groups = groups(rows);
        let customers: Vec<Customer> = groups.iter().map(|group| group.customer.clone()).collect();
        let store = &self.resources.store;
        let found = store.contacts_of_customers(self.workspace_id, &customers).await?.into_iter();
        let mut known: HashMap<Customer, Contact> =
            found.map(|contact| (contact.customer.clone(), contact)).collect();
        let mut lanes: HashMap<u8, Vec<(&Group<'_>, Folded)>> = HashMap::new();
        let mut outcomes: Outcomes = Vec::with_capacity(rows.len());
        for group in &groups {
            let folded = self.fold(known.remove(group.customer), group);
            match &folded.write {
                Some(write) => lanes.entry(write.shard()).or_default().push((group, folded)),
                None => outcomes.extend(folded.outcomes),
            }
        }
        let done = try_join_all(lanes.into_values().map(|lane| self.run_lane(lane))).await?;
        outcomes.extend(done.into_iter().flatten());
        Ok(results(rows, outcomes))
    }

    /// Writes contacts of one shard, as many a transaction as fit.
    async fn run_lane(&self, lane: Vec<(&Group<'_>, Folded)>) -> Result<Outcomes, StoreError> {
        let mut outcomes = Vec::new();
        let mut batch: Vec<(&Group<'_>, Folded)> = Vec::new();
        let mut items = 0;
        for (group, folded) in lane {
            let size = folded.write.as_ref().map_or(0, ContactWrite::items);
            if items + size > ITEMS_MAX {
                outcomes.extend(self.write(std::mem::take(&mut batch)).await?);
                items = 0;
            }
            items += size;
            batch.push((group, folded));
        }
        outcomes.extend(self.write(batch).await?);
        Ok(outcomes)
    }

    /// Writes some contacts at once. Where one of them has changed meanwhile, each is done by itself.
    async fn write(&self, batch: Vec<(&Group<'_>, Folded)>) -> Result<Outcomes, StoreError> {
        let writes: Vec<ContactWrite> = batch.iter().filter_map(|(_, folded)| folded.write.clone()).collect();
        if writes.is_empty() {
            return Ok(Vec::new());
        }
        match self.resources.store.write_contacts(&writes).await {
            Ok(()) => Ok(batch.into_iter().flat_map(|(_, folded)| folded.outcomes).collect()),
            Err(StoreError::ConditionFailed(_)) => {
                let mut outcomes = Vec::new();
                for (group, _) in batch {
                    outcomes.extend(self.write_alone(group).await?);
                }
                Ok(outcomes)
            }
            Err(error) => Err(error),
        }
    }

    async fn write_alone(&self, group: &Group<'_>) -> Result<Outcomes, StoreError> {
        let store = &self.resources.store;
        for _ in 0..TRIES {
            let wanted = std::slice::from_ref(group.customer);
            let known = store.contacts_of_customers(self.workspace_id, wanted).await?.pop();
            let folded = self.fold(known, group);
            let Some(write) = &folded.write else { return Ok(folded.outcomes) };
            match store.write_contacts(std::slice::from_ref(write)).await {
                Ok(()) => return Ok(folded.outcomes),
                Err(StoreError::ConditionFailed(Condition::Contested | Condition::IdTaken)) => {}
                Err(error) => return Err(error),
            }
        }
        Err(StoreError::ConditionFailed(Condition::Contested))
    }

    /// What the rows about one customer make of the contact, one after the other: later rows add to earlier ones.
    fn fold(&self, known: Option<Contact>, group: &Group<'_>) -> Folded {
        if let Some(outcomes) = known.as_ref().and_then(|known| self.done_before(known, group)) {
            return Folded { outcomes, write: None };
        }
        let now = self.resources.now();
        let mut outcomes: Outcomes = Vec::with_capacity(group.rows.len());
        let mut current = known.clone().filter(Contact::is_live);
        for (at, entry) in &group.rows {
            let before = current.clone();
            let fresh = || {
                let id = self.resources.ids.next_id();
                let anew = known.as_ref().map(|deleted| deleted.anew(id, now));
                anew.unwrap_or_else(|| Contact::new(id, self.workspace_id, group.customer.clone(), now))
            };
            let contact = before.clone().unwrap_or_else(fresh);
            match self.applied(contact, entry) {
                Err(reason) => outcomes.push((*at, RowStatus::Failed, Some(reason))),
                Ok(contact) => {
                    let status = match &before {
                        None => RowStatus::Imported,
                        Some(before) if *before == contact => RowStatus::Unchanged,
                        Some(_) => RowStatus::Updated,
                    };
                    outcomes.push((*at, status, None));
                    current = Some(contact);
                }
            }
        }
        let changed = current.filter(|contact| known.as_ref() != Some(contact));
        let write = changed.map(|mut contact| {
            contact.updated_at = now;
            contact.import = self.mark.map(|(id, piece)| ImportMark {
                id,
                piece,
                outcomes: outcomes.iter().map(|(_, status, _)| status.letter()).collect(),
            });
            next(known, contact)
        });
        Folded { outcomes, write }
    }

    /// What came of the rows when this piece was done before, as the contact remembers it.
    fn done_before(&self, known: &Contact, group: &Group<'_>) -> Option<Outcomes> {
        let mark = known.import.as_ref().filter(|mark| Some((mark.id, mark.piece)) == self.mark)?;
        let statuses: Vec<RowStatus> = mark.outcomes.chars().filter_map(RowStatus::of_letter).collect();
        let outcomes = group
            .rows
            .iter()
            .zip(statuses)
            .map(|((at, _), status)| (*at, status, (status == RowStatus::Failed).then_some(TOO_MUCH)));
        Some(outcomes.collect())
    }

    /// The contact with what a row says of it: what the row leaves blank stays, tags are added.
    fn applied(&self, mut contact: Contact, entry: &Entry) -> Result<Contact, &'static str> {
        if let Some(name) = &entry.name {
            contact.name = Some(name.clone());
        }
        for tag in &entry.tags {
            if !contact.tags.contains(tag) {
                contact.tags.push(tag.clone());
            }
        }
        contact.attributes.extend(entry.attributes.clone());
        if contact.tags.len() > TAGS_MAX || contact.attributes.len() > ATTRIBUTES_MAX {
            return Err(TOO_MUCH);
        }
        contact.vouch(ConsentSource::Import, self.by, self.at);
        Ok(contact)
    }
}

const TOO_MUCH: &str = "Contact would have more than 20 tags or 50 attributes";

/// The rows that are understood, by the customer whom they are about.
fn groups(rows: &[Parsed]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut places: HashMap<&Customer, usize> = HashMap::new();
    for (at, row) in rows.iter().enumerate() {
        let Ok(entry) = &row.entry else { continue };
        let place = *places.entry(&entry.customer).or_insert_with(|| {
            groups.push(Group { customer: &entry.customer, rows: Vec::new() });
            groups.len() - 1
        });
        groups[place].rows.push((at, entry));
    }
    groups
}

fn results(rows: &[Parsed], outcomes: Outcomes) -> Vec<RowResult> {
    let mut by_place: HashMap<usize, (RowStatus, Option<String>)> =
        outcomes.into_iter().map(|(at, status, reason)| (at, (status, reason.map(str::to_owned)))).collect();
    let result = |(at, row): (usize, &Parsed)| {
        let refused = || (RowStatus::Failed, row.entry.as_ref().err().cloned());
        let (status, reason) = by_place.remove(&at).unwrap_or_else(refused);
        RowResult { row_number: row.number, phone_number: row.phone.clone(), status, reason }
    };
    rows.iter().enumerate().map(result).collect()
}
