//! A value in a request's JSON with the way to it, for refusals that name the field.

use serde_json::Value;

use crate::field::{FieldError, Part, Reason, Refusal, Step, check_length};

/// A value and the way to it in the body.
#[derive(Clone, Debug)]
pub(super) struct At<'a> {
    pub(super) value: &'a Value,
    pub(super) path: Vec<Step>,
}

/// The way `path`, one step further.
pub(super) fn named(path: &[Step], name: &str) -> Vec<Step> {
    path.iter().cloned().chain([Step::Name(name.to_owned())]).collect()
}

/// The way `path`, to an item.
pub(super) fn indexed(path: &[Step], index: usize) -> Vec<Step> {
    path.iter().cloned().chain([Step::Index(index)]).collect()
}

/// A refusal of what lies at `path` in the body.
pub(super) fn refused(path: Vec<Step>, reason: Reason, message: impl Into<String>) -> FieldError {
    FieldError { part: Part::Body, path, reason, message: message.into() }
}

impl<'a> At<'a> {
    /// The body's field `name`, with this value.
    pub(super) fn field(name: &str, value: &'a Value) -> Self {
        Self { value, path: named(&[], name) }
    }

    /// The member `name`, where it is there and not null.
    pub(super) fn member(&self, name: &str) -> Option<Self> {
        let value = self.value.get(name).filter(|value| !value.is_null())?;
        Some(Self { value, path: named(&self.path, name) })
    }

    /// The items, where it is an array.
    pub(super) fn items(&self) -> Option<Vec<Self>> {
        let items = self.value.as_array()?.iter().enumerate();
        Some(items.map(|(index, value)| Self { value, path: indexed(&self.path, index) }).collect())
    }

    /// A refusal of this.
    pub(super) fn refuse(&self, reason: Reason, message: impl Into<String>) -> FieldError {
        refused(self.path.clone(), reason, message)
    }

    /// A refusal of the member `name`.
    pub(super) fn refuse_member(&self, name: &str, reason: Reason, message: impl Into<String>) -> FieldError {
        refused(named(&self.path, name), reason, message)
    }

    /// The member `name` is not there.
    pub(super) fn missing(&self, name: &str) -> FieldError {
        self.refuse_member(name, Reason::Missing, "Field required")
    }

    /// The text, if it is one of `min` to `max` characters.
    pub(super) fn text(&self, min: usize, max: usize) -> Result<String, FieldError> {
        let text = self.value.as_str();
        let text = text.ok_or_else(|| self.refuse(Reason::WrongType, "Input should be a string"))?;
        check_length(text, min, max).map_err(|refusal| self.of(refusal))?;
        Ok(text.to_owned())
    }

    /// The text of the member `name`, which must be there.
    pub(super) fn text_of(&self, name: &str, min: usize, max: usize) -> Result<String, FieldError> {
        self.member(name).ok_or_else(|| self.missing(name))?.text(min, max)
    }

    /// The text of the member `name`, where it is there.
    pub(super) fn optional_text_of(
        &self,
        name: &str,
        min: usize,
        max: usize,
    ) -> Result<Option<String>, FieldError> {
        self.member(name).map(|member| member.text(min, max)).transpose()
    }

    /// The truth of the member `name`; false where it is not there.
    pub(super) fn flag_of(&self, name: &str) -> Result<bool, FieldError> {
        let Some(member) = self.member(name) else { return Ok(false) };
        member.value.as_bool().ok_or_else(|| member.refuse(Reason::WrongType, "Input should be a boolean"))
    }

    /// A refusal by a rule, of this.
    pub(super) fn of(&self, refusal: Refusal) -> FieldError {
        self.refuse(refusal.reason, refusal.message)
    }
}
