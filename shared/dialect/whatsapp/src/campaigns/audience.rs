//! Audiences on the wire.

use serde::{Deserialize, Serialize};
use switchboard_model::Id;
use switchboard_model::campaign::Audience;
use switchboard_model::campaign::audience::{contact_ids, tags};
use switchboard_model::field::{Checks, FieldError, Part, Reason, Refusal, Step};
use utoipa::ToSchema;

use crate::WireId;

/// Whom a campaign tells: contacts with any of the tags and the contacts that are named, without those that have an
/// excluded tag. Where neither `tags` nor `contact_ids` is there, every contact that opted in; where they are there and
/// empty, only if `all` says so.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AudienceIn {
    /// Every contact that opted in; not together with tags or contacts.
    all: Option<bool>,
    /// Contacts with any of these tags; 20 at most.
    #[schema(example = json!(["vip"]))]
    tags: Option<Vec<String>>,
    /// Contacts with any of these tags are left out; 20 at most.
    #[schema(example = json!(["complained"]))]
    exclude_tags: Option<Vec<String>>,
    /// These contacts; 1,000 at most. An id that names no contact is kept, and a preview counts it among those who are
    /// left out.
    contact_ids: Option<Vec<WireId>>,
}

/// Whom a campaign tells.
#[derive(Debug, Serialize, ToSchema)]
pub struct AudienceOut {
    /// Whether it is every contact that opted in.
    pub all: bool,
    /// Contacts with any of these tags.
    pub tags: Vec<String>,
    /// Contacts with any of these tags are left out.
    pub exclude_tags: Vec<String>,
    /// These contacts. An id that was given and is none of ours stands here as one that names nothing.
    pub contact_ids: Vec<WireId>,
}

impl From<&Audience> for AudienceOut {
    fn from(audience: &Audience) -> Self {
        Self {
            all: audience.is_everybody(),
            tags: audience.tags.clone(),
            exclude_tags: audience.exclude_tags.clone(),
            contact_ids: audience.contact_ids.iter().copied().map(WireId::from).collect(),
        }
    }
}

/// The audience, unless a part of it is refused.
pub(super) fn checked(checks: &mut Checks, wire: AudienceIn) -> Option<Audience> {
    let AudienceIn { all, tags: included, exclude_tags, contact_ids: named } = wire;
    let emptied = [
        ("tags", included.as_ref().is_some_and(Vec::is_empty)),
        ("contact_ids", named.as_ref().is_some_and(Vec::is_empty)),
    ];
    // An id that names nothing is one contact less, and never everybody.
    let named = named.unwrap_or_default().into_iter().map(|id| id.known().unwrap_or(Id::NONE)).collect();
    let included = keep(checks, "tags", tags(&included.unwrap_or_default()));
    let excluded = keep(checks, "exclude_tags", tags(&exclude_tags.unwrap_or_default()));
    let named = keep(checks, "contact_ids", contact_ids(named));
    let ((tags, exclude_tags), contact_ids) = included.zip(excluded).zip(named)?;
    let audience = Audience { tags, exclude_tags, contact_ids };
    let refusal = match all {
        Some(true) if !audience.is_everybody() => "should not stand beside tags or contact_ids",
        Some(false) if audience.is_everybody() => "should be true, or tags or contact_ids should be given",
        None if audience.is_everybody() => return unless_emptied(checks, emptied, audience),
        _ => return Some(audience),
    };
    keep(checks, "all", Err(Refusal::new(Reason::NotAllowed, refusal)))
}

/// Refuses a list that is there and names nobody: whoever filtered it down to nothing does not mean everybody.
fn unless_emptied(checks: &mut Checks, emptied: [(&str, bool); 2], audience: Audience) -> Option<Audience> {
    let Some((name, _)) = emptied.into_iter().find(|(_, empty)| *empty) else { return Some(audience) };
    let refusal = "List should have at least 1 item, or all should be true";
    keep(checks, name, Err(Refusal::new(Reason::TooShort, refusal)))
}

fn keep<T>(checks: &mut Checks, name: &str, value: Result<T, Refusal>) -> Option<T> {
    let refused = |refusal: Refusal| FieldError {
        part: Part::Body,
        path: vec![Step::Name("audience".to_owned()), Step::Name(name.to_owned())],
        reason: refusal.reason,
        message: refusal.message,
    };
    value.map_err(|refusal| checks.push(refused(refusal))).ok()
}
