//! Contacts: the customers that a workspace knows, what it knows of them, and whether they may be written to.

pub mod import;
pub mod search;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::Display;

use crate::Id;
use crate::conversation::Customer;
use crate::field::{Reason, Refusal, check_length};

/// Most characters of a name.
pub const NAME_MAX_LENGTH: usize = 128;
/// Most tags of a contact.
pub const TAGS_MAX: usize = 20;
/// Most characters of a tag.
pub const TAG_MAX_LENGTH: usize = 64;
/// Most attributes of a contact.
pub const ATTRIBUTES_MAX: usize = 50;
/// Most characters of an attribute's name.
pub const ATTRIBUTE_NAME_MAX_LENGTH: usize = 64;
/// Most characters of an attribute's value.
pub const ATTRIBUTE_VALUE_MAX_LENGTH: usize = 500;

/// A customer that a workspace knows. There is one contact a customer and workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Its id.
    pub id: Id,
    /// Whose it is.
    pub workspace_id: Id,
    /// Who it is: the digits of a phone number, or a business-scoped user id where WhatsApp hides the number.
    pub customer: Customer,
    /// The business-scoped user id of a customer whose number is known too.
    pub user_id: Option<Customer>,
    /// What they are called.
    pub name: Option<String>,
    /// Whether they may be written to without having written first.
    pub opted_in: bool,
    /// Who said last whether they may; `None` where nobody did.
    pub consent: Option<Consent>,
    /// Tags, each once, in the order in which they were given.
    pub tags: Vec<String>,
    /// What else is known, by name: for the variables of campaigns.
    pub attributes: BTreeMap<String, String>,
    /// Until when it gets no marketing, since Meta held some back (Meta, error 131049).
    pub rests_until: Option<Timestamp>,
    /// What an import last did to it, so that a repeated piece of the import does nothing twice.
    pub import: Option<ImportMark>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When it was deleted, if it was.
    pub deleted_at: Option<Timestamp>,
    /// Counts changes, so that two at once do not overwrite each other.
    pub version: u32,
}

/// Who said last whether a contact may be written to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// In which way.
    pub source: ConsentSource,
    /// When, in Unix milliseconds.
    pub at: i64,
    /// The member who did, where it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Id>,
}

/// The ways in which it is said whether a contact may be written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ConsentSource {
    /// The contact was created by a member, who vouches for it.
    Created,
    /// The contact was imported by a member, who vouches for it.
    Import,
    /// A member changed it.
    Request,
    /// The customer wrote a word such as STOP.
    Keyword,
    /// The customer tapped a button.
    Button,
    /// The customer changed their preferences in WhatsApp.
    Preference,
    /// Meta refused a message since the customer does not want any (error 131050).
    Meta,
}

impl ConsentSource {
    /// Whether it is only vouched for by whoever entered the contact. Anything else outranks it, at any time.
    pub fn is_presumed(self) -> bool {
        matches!(self, Self::Created | Self::Import)
    }
}

/// What a piece of an import did to a contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportMark {
    /// The import.
    pub id: Id,
    /// The piece of it.
    pub piece: u32,
    /// What came of each of the piece's rows about this contact, a letter a row.
    pub outcomes: String,
}

/// What lists show of a contact, and what they are filtered by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactSummary {
    /// Its id.
    pub id: Id,
    /// Who it is.
    pub customer: Customer,
    /// The business-scoped user id of a customer whose number is known too.
    pub user_id: Option<Customer>,
    /// What they are called.
    pub name: Option<String>,
    /// Whether they may be written to without having written first.
    pub opted_in: bool,
    /// Tags.
    pub tags: Vec<String>,
}

/// Which contacts a list is of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContactFilter {
    /// Those with one of these tags; all where there are none.
    pub tags: Vec<String>,
    /// Those that may, or may not, be written to.
    pub opted_in: Option<bool>,
    /// Those that a name or a number finds.
    pub search: Option<search::Search>,
}

impl ContactFilter {
    /// Whether a contact is in the list.
    pub fn lets_in(&self, contact: &ContactSummary) -> bool {
        let tagged = self.tags.is_empty() || self.tags.iter().any(|tag| contact.tags.contains(tag));
        let consents = self.opted_in.is_none_or(|opted_in| opted_in == contact.opted_in);
        let found = self.search.as_ref().is_none_or(|search| search.finds(contact));
        tagged && consents && found
    }
}

/// A contact that somebody enters.
#[derive(Clone, Debug)]
pub struct NewContact {
    /// The workspace.
    pub workspace_id: Id,
    /// Who it is.
    pub customer: Customer,
    /// What they are called.
    pub name: Option<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// What else is known.
    pub attributes: BTreeMap<String, String>,
}

/// What is to become of a contact; what is not given stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContactChange {
    /// Another name; `Some(None)` is none.
    pub name: Option<Option<String>>,
    /// Other tags in the place of all.
    pub tags: Option<Vec<String>>,
    /// Whether they may be written to.
    pub opted_in: Option<bool>,
    /// Other attributes in the place of all.
    pub attributes: Option<BTreeMap<String, String>>,
}

/// Whom a campaign is to reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AudienceSource {
    /// Every contact.
    All,
    /// Those with this tag.
    Tag(String),
    /// Those with these ids, in this order; ids that name nothing are passed over.
    Ids(Vec<Id>),
}

impl Contact {
    /// A contact of whom nothing is known but who they are: nobody has said that they may be written to.
    pub fn new(id: Id, workspace_id: Id, customer: Customer, now: Timestamp) -> Self {
        Self {
            id,
            workspace_id,
            customer,
            user_id: None,
            name: None,
            opted_in: false,
            consent: None,
            tags: Vec::new(),
            attributes: BTreeMap::new(),
            rests_until: None,
            import: None,
            created_at: now,
            updated_at: now,
            deleted_at: None,
            version: 1,
        }
    }

    /// A new contact in the place of this deleted one. What the customer, or a member about them, once decided
    /// about messages still holds.
    #[must_use]
    pub fn anew(&self, id: Id, now: Timestamp) -> Self {
        let decided = self.consent.clone().filter(|consent| !consent.source.is_presumed());
        Self {
            opted_in: decided.is_some() && self.opted_in,
            consent: decided,
            user_id: self.user_id.clone(),
            rests_until: self.rests_until,
            version: self.version,
            ..Self::new(id, self.workspace_id, self.customer.clone(), now)
        }
    }

    /// Takes note that whoever entered the contact vouches for it: it is opted in unless something is known of it.
    pub fn vouch(&mut self, source: ConsentSource, by: Option<Id>, at: Timestamp) {
        if self.consent.is_none() {
            self.opted_in = true;
            self.consent = Some(Consent { source, at: at.as_millisecond(), by });
        }
    }

    /// Takes note of a decision about messages. An older one never overrides a newer one; of two in the same
    /// second, which is as exact as Meta's times are, the opt-out holds, unless a member overrides it.
    pub fn decide(&mut self, opted_in: bool, source: ConsentSource, by: Option<Id>, at: Timestamp) {
        let at = at.as_millisecond();
        if let Some(consent) = self.consent.as_ref().filter(|consent| !consent.source.is_presumed()) {
            let (then, now) = (consent.at.div_euclid(1_000), at.div_euclid(1_000));
            let drawn = now == then && opted_in && !self.opted_in && source != ConsentSource::Request;
            if now < then || drawn {
                return;
            }
        }
        self.opted_in = opted_in;
        self.consent = Some(Consent { source, at, by });
    }

    /// Whether it is there: not deleted.
    pub fn is_live(&self) -> bool {
        self.deleted_at.is_none()
    }

    /// Whether marketing would be held back from it at `now`.
    pub fn rests(&self, now: Timestamp) -> bool {
        self.rests_until.is_some_and(|until| now < until)
    }

    /// The phone number in E.164, where it is known.
    pub fn phone_number(&self) -> Option<String> {
        phone_number(&self.customer)
    }

    /// What lists show of it.
    pub fn summary(&self) -> ContactSummary {
        ContactSummary {
            id: self.id,
            customer: self.customer.clone(),
            user_id: self.user_id.clone(),
            name: self.name.clone(),
            opted_in: self.opted_in,
            tags: self.tags.clone(),
        }
    }
}

/// The phone number of a customer in E.164, where that is who they are.
pub fn phone_number(customer: &Customer) -> Option<String> {
    is_number(customer).then(|| customer.display())
}

/// Whether a customer is known by a phone number.
pub fn is_number(customer: &Customer) -> bool {
    customer.as_str().bytes().all(|byte| byte.is_ascii_digit())
}

/// A name without surrounding space; `None` where nothing is left.
pub fn name(text: &str) -> Result<Option<String>, Refusal> {
    let name = text.trim();
    check_length(name, 0, NAME_MAX_LENGTH)?;
    refuse_control(name)?;
    Ok((!name.is_empty()).then(|| name.to_owned()))
}

/// Tags, each once. Commas and semicolons separate tags in queries and files, so that no tag can hold one.
pub fn tags<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Vec<String>, Refusal> {
    let mut tags: Vec<String> = Vec::new();
    for text in texts {
        let tag = text.trim();
        check_length(tag, 1, TAG_MAX_LENGTH)?;
        refuse_control(tag)?;
        if tag.contains([',', ';']) {
            return Err(Refusal::new(Reason::BadValue, "A tag can't hold a comma or a semicolon"));
        }
        if !tags.iter().any(|known| known == tag) {
            tags.push(tag.to_owned());
        }
    }
    if tags.len() > TAGS_MAX {
        return Err(Refusal::new(
            Reason::TooLong,
            format!("List should have at most {TAGS_MAX} items after validation, not {}", tags.len()),
        ));
    }
    Ok(tags)
}

/// Attributes with names and values within bounds.
pub fn attributes(given: BTreeMap<String, String>) -> Result<BTreeMap<String, String>, Refusal> {
    if given.len() > ATTRIBUTES_MAX {
        let text = format!("Object should have at most {ATTRIBUTES_MAX} members, not {}", given.len());
        return Err(Refusal::new(Reason::TooLong, text));
    }
    for (name, value) in &given {
        check_length(name, 1, ATTRIBUTE_NAME_MAX_LENGTH)?;
        refuse_control(name)?;
        check_length(value, 0, ATTRIBUTE_VALUE_MAX_LENGTH)?;
    }
    Ok(given)
}

fn refuse_control(text: &str) -> Result<(), Refusal> {
    if text.chars().any(char::is_control) {
        return Err(Refusal::new(Reason::BadValue, "String should have no control characters"));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
