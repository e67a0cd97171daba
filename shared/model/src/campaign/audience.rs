//! Whom a campaign tells.

use serde::{Deserialize, Serialize};

use crate::Id;
use crate::field::{Reason, Refusal, check_length};

/// Most tags to include or to exclude.
pub const TAGS_MAX: usize = 20;
/// Most characters of a tag.
pub const TAG_MAX_LENGTH: usize = 64;
/// Most contacts that are named one by one.
pub const CONTACT_IDS_MAX: usize = 1_000;

/// Contacts with any of these tags and these contacts, without those that have an excluded tag; every contact
/// that opted in where neither tags nor contacts are named.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audience {
    /// Contacts with any of these tags, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Contacts with any of these tags are left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclude_tags: Vec<String>,
    /// These contacts; [`Id::NONE`] for whoever can't be told from the id that was given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contact_ids: Vec<Id>,
}

impl Audience {
    /// Whether it is every contact that opted in.
    pub fn is_everybody(&self) -> bool {
        self.tags.is_empty() && self.contact_ids.is_empty()
    }
}

/// Tags without surrounding space, each once, in the order given.
pub fn tags(given: &[String]) -> Result<Vec<String>, Refusal> {
    let mut tags = Vec::new();
    for tag in given {
        let tag = tag.trim();
        check_length(tag, 1, TAG_MAX_LENGTH)?;
        if !tags.iter().any(|known| known == tag) {
            tags.push(tag.to_owned());
        }
    }
    at_most(tags, TAGS_MAX)
}

/// Ids of contacts, each once, in the order given. [`Id::NONE`] stands for whatever names nothing, and stays as often
/// as it is given.
pub fn contact_ids(given: Vec<Id>) -> Result<Vec<Id>, Refusal> {
    let mut seen = std::collections::HashSet::new();
    let named = given.into_iter().filter(|id| *id == Id::NONE || seen.insert(*id));
    at_most(named.collect(), CONTACT_IDS_MAX)
}

fn at_most<T>(items: Vec<T>, max: usize) -> Result<Vec<T>, Refusal> {
    if items.len() > max {
        let message = format!("List should have at most {max} items after validation, not {}", items.len());
        return Err(Refusal::new(Reason::TooLong, message));
    }
    Ok(items)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_named_twice() {
        let given = ["vip".to_owned(), " vip ".to_owned(), "new".to_owned()];
        assert_eq!(tags(&given), Ok(vec!["vip".to_owned(), "new".to_owned()]));
        let one = Id::from_bits(1).unwrap();
        assert_eq!(contact_ids(vec![one, one]), Ok(vec![one]));
    }

    #[test]
    fn whatever_names_nobody_is_counted_one_by_one() {
        let given = vec![Id::NONE, Id::from_bits(1).unwrap(), Id::NONE];
        assert_eq!(contact_ids(given.clone()), Ok(given));
    }

    #[test]
    fn lists_are_bounded() {
        let many = |count: usize| (0..count).map(|tag| tag.to_string()).collect::<Vec<_>>();
        assert!(tags(&many(TAGS_MAX)).is_ok());
        assert!(tags(&many(TAGS_MAX + 1)).is_err());
        assert!(tags(&[" ".to_owned()]).is_err());
        let ids = (1..).filter_map(Id::from_bits);
        assert!(contact_ids(ids.take(CONTACT_IDS_MAX + 1).collect()).is_err());
    }

    #[test]
    fn an_audience_that_names_nobody_is_everybody() {
        let excluding = Audience { exclude_tags: vec!["vip".to_owned()], ..Audience::default() };
        assert!(Audience::default().is_everybody() && excluding.is_everybody());
        assert!(!Audience { tags: vec!["vip".to_owned()], ..Audience::default() }.is_everybody());
    }
}
