//! Message templates: storage, rules, review.

pub mod buttons;
pub mod handlers;
pub mod review;
pub mod rules;
pub mod variables;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::state::Store;

/// Where a template stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Status {
    /// In review.
    Pending,
    /// Can be sent.
    Approved,
    /// Refused by review.
    Rejected,
    /// Stopped for a time because of low quality.
    Paused,
    /// Stopped for good.
    Disabled,
}

impl Status {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Approved => "APPROVED",
            Self::Rejected => "REJECTED",
            Self::Paused => "PAUSED",
            Self::Disabled => "DISABLED",
        }
    }
}

/// A template of a business account.
#[derive(Clone, Debug)]
pub struct Template {
    /// Its id.
    pub id: u64,
    /// The account it belongs to.
    pub waba_id: String,
    /// Unique with the language in the account.
    pub name: String,
    /// Such as `en_US`.
    pub language: String,
    /// `AUTHENTICATION`, `MARKETING` or `UTILITY`.
    pub category: String,
    /// Whether variables have names.
    pub named: bool,
    /// Components in Graph's array form, their types in upper case.
    pub components: Vec<Value>,
    /// Where it stands.
    pub status: Status,
    /// Why it was rejected, or `NONE`.
    pub reason: String,
    /// When it was edited while approved, in milliseconds.
    pub approved_edits: Vec<u64>,
}

impl Template {
    /// The component of a type, given in upper case.
    pub fn component(&self, kind: &str) -> Option<&Value> {
        component(&self.components, kind)
    }

    /// The text of a component, or nothing.
    pub fn text(&self, kind: &str) -> &str {
        self.component(kind).and_then(|component| component["text"].as_str()).unwrap_or_default()
    }

    /// The buttons, in order.
    pub fn buttons(&self) -> &[Value] {
        self.component("BUTTONS")
            .and_then(|component| component["buttons"].as_array())
            .map_or(&[], Vec::as_slice)
    }

    /// The template as Graph shows it, or only the chosen fields and its id.
    pub fn shown(&self, fields: Option<&str>) -> Value {
        let all = json!({
            "id": self.id.to_string(),
            "name": self.name,
            "language": self.language,
            "category": self.category,
            "parameter_format": if self.named { "NAMED" } else { "POSITIONAL" },
            "components": self.components,
            "status": self.status,
            "rejected_reason": self.reason,
            "quality_score": {"score": "UNKNOWN"},
        });
        let Some(fields) = fields else { return all };
        let chosen = fields.split(',').map(str::trim).chain(["id"]);
        let pairs = chosen.filter_map(|field| Some((field.to_owned(), all.get(field)?.clone())));
        Value::Object(pairs.collect::<Map<_, _>>())
    }
}

/// The component of a type, given in upper case.
pub fn component<'a>(components: &'a [Value], kind: &str) -> Option<&'a Value> {
    components.iter().find(|component| component["type"] == kind)
}

/// The template with an id.
pub fn find<'a>(store: &'a Store, id: &str) -> Option<&'a Template> {
    store.templates.get(&id.parse().ok()?)
}

/// The template of a name and language.
pub fn find_named<'a>(store: &'a Store, waba_id: &str, name: &str, language: &str) -> Option<&'a Template> {
    of_account(store, waba_id).find(|template| template.name == name && template.language == language)
}

/// All templates of an account, oldest first.
pub fn of_account<'a>(store: &'a Store, waba_id: &str) -> impl Iterator<Item = &'a Template> {
    let waba_id = waba_id.to_owned();
    store.templates.values().filter(move |template| template.waba_id == waba_id)
}
