//! What is under way with a template, and how new what is known of it is.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Category, Components, MetaTemplate, Template, TemplateStatus};
use crate::phone_number::QualityRating;

/// How long an operation at Meta may take. One that is older was given up: whoever did it is gone.
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// How far Meta's clock may be behind ours.
const SKEW_SECONDS: i64 = 10;
/// Most characters that are kept of a reason.
pub const WORDS_MAX_LENGTH: usize = 1_000;

/// Something that was begun at Meta. It is stored before Meta is asked, so that whatever happens in between, the next
/// one to look knows that Meta must be asked what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    /// What was begun.
    pub kind: OperationKind,
    /// When, in Unix milliseconds.
    pub at: i64,
}

/// What was begun at Meta.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OperationKind {
    /// The template is being made.
    Create,
    /// It is being edited.
    Edit,
    /// It is being deleted.
    Delete,
}

impl Operation {
    /// Begins now.
    pub fn begin(kind: OperationKind, now: Timestamp) -> Self {
        Self { kind, at: now.as_millisecond() }
    }

    /// Whether somebody may still be at it.
    pub fn is_under_way(&self, now: Timestamp) -> bool {
        now.as_millisecond().saturating_sub(self.at) < i64::try_from(LEASE.as_millis()).unwrap_or(i64::MAX)
    }
}

/// When each thing that is known of a template was so, in Unix seconds of Meta's clock; 0 is not at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct News {
    /// The status.
    pub status: i64,
    /// The quality.
    pub quality: i64,
    /// The category.
    pub category: i64,
    /// The components.
    pub components: i64,
}

impl News {
    /// All is as of `now` at the latest: what Meta reported before that is not new.
    pub fn as_of(now: Timestamp) -> Self {
        let second = now.as_second().saturating_sub(SKEW_SECONDS);
        Self { status: second, quality: second, category: second, components: second }
    }

    fn max(self, other: Self) -> Self {
        Self {
            status: self.status.max(other.status),
            quality: self.quality.max(other.quality),
            category: self.category.max(other.category),
            components: self.components.max(other.components),
        }
    }
}

/// Something that Meta reported of a template at a time.
#[derive(Clone, Debug, PartialEq)]
pub enum Sighting {
    /// A status, and why.
    Status(TemplateStatus, Option<String>),
    /// A quality.
    Quality(QualityRating),
    /// A category.
    Category(Category),
    /// Components; what the report does not name stays.
    Components(Box<Components>),
}

impl Template {
    /// Takes over what Meta reported at the second `at`, unless something newer is known. Of two statuses of the same
    /// second the later in a template's life counts, so that their order of arrival does not matter. Whether anything
    /// changed.
    pub fn note(&mut self, sighting: Sighting, at: i64) -> bool {
        let before = self.clone();
        match sighting {
            Sighting::Status(status, reason) if (self.news.status, self.status) <= (at, status) => {
                self.status = status;
                self.rejection_reason = reason.map(bounded);
                self.news.status = at;
            }
            Sighting::Quality(quality) if self.news.quality <= at => {
                self.quality = quality;
                self.news.quality = at;
            }
            Sighting::Category(category) if self.news.category <= at => {
                self.category = category;
                self.news.category = at;
            }
            Sighting::Components(components) if self.news.components <= at => {
                self.components.merge(*components);
                self.news.components = at;
            }
            _ => {}
        }
        *self != before
    }

    /// Whether Meta's answer may be older than what is here, if Meta was asked at `asked_at`: somebody is at the
    /// template, or something was stored of it since.
    pub fn has_moved_on(&self, asked_at: Timestamp, now: Timestamp) -> bool {
        self.updated_at > asked_at || self.operation.is_some_and(|operation| operation.is_under_way(now))
    }

    /// Takes over what Meta said of the template when it was asked at `asked_at`, but for what is known from later
    /// news. Whether anything but the time changed.
    pub fn take_over(&mut self, meta: &MetaTemplate, asked_at: Timestamp) -> bool {
        let before = Self { news: News::default(), ..self.clone() };
        let as_of = News::as_of(asked_at);
        self.meta_template_id = Some(meta.id.clone());
        self.operation = None;
        if let Some(status) = meta.status.filter(|_| self.news.status <= as_of.status) {
            // A reason that a webhook gave is better than none while the status is the same.
            if self.status != status || meta.rejection_reason.is_some() {
                self.rejection_reason = meta.rejection_reason.clone().map(bounded);
            }
            self.status = status;
        }
        if self.news.category <= as_of.category {
            self.category = meta.category.unwrap_or(self.category);
        }
        if self.news.quality <= as_of.quality {
            self.quality = meta.quality.unwrap_or(self.quality);
        }
        if self.news.components <= as_of.components && !self.components.says_the_same(&meta.components) {
            self.components = meta.components.clone();
        }
        self.news = self.news.max(as_of);
        Self { news: News::default(), ..self.clone() } != before
    }

    /// Notes that Meta did not have it any more when it was asked at `asked_at`. Whether that is new.
    pub fn note_gone(&mut self, asked_at: Timestamp) -> bool {
        let changed = self.status != TemplateStatus::Deleted || self.operation.is_some();
        self.status = TemplateStatus::Deleted;
        self.operation = None;
        self.news = self.news.max(News::as_of(asked_at));
        changed
    }
}

fn bounded(words: String) -> String {
    if words.chars().count() <= WORDS_MAX_LENGTH {
        words
    } else {
        words.chars().take(WORDS_MAX_LENGTH).collect()
    }
}
