//! Events of templates.

use serde_json::{Value, json};
use switchboard_model::phone_number::QualityRating;
use switchboard_model::template::{Category, Components, Sighting, TemplateStatus};

use crate::loose::{self, text_at};

/// Which template an event is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateName {
    /// Meta's id of the template: look for it first, since names are spelled in more than one way.
    pub template_id: Option<String>,
    /// The template's name.
    pub name: Option<String>,
    /// The language as Graph spells it, with an underscore: `en_US` also where the webhook says `en-US`.
    pub language: Option<String>,
}

impl TemplateName {
    fn read(value: &Value) -> Self {
        Self {
            template_id: text_at(value, &["message_template_id"]),
            name: text_at(value, &["message_template_name"]),
            language: text_at(value, &["message_template_language"])
                .map(|language| language.replace('-', "_")),
        }
    }
}

/// `message_template_status_update`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateChange {
    /// The template.
    pub template: TemplateName,
    /// `APPROVED`, `REJECTED`, `PAUSED` or another word.
    pub event: String,
    /// Why, where Meta says so.
    pub reason: Option<String>,
    /// The category.
    pub category: Option<String>,
    /// More on a pause, such as `FIRST_PAUSE` or `UNPAUSE`.
    pub pause: Option<String>,
}

impl TemplateChange {
    pub(super) fn read(value: &Value) -> Option<Self> {
        let reason = text_at(value, &["rejection_info", "reason"]).or_else(|| text_at(value, &["reason"]));
        Some(Self {
            template: TemplateName::read(value),
            event: text_at(value, &["event"])?,
            reason: reason.filter(|reason| reason != "NONE"),
            category: text_at(value, &["message_template_category"]),
            pause: text_at(value, &["other_info", "title"]),
        })
    }

    /// What the event says of the template; `None` where it leaves the status as it is.
    pub fn sighting(&self) -> Option<Sighting> {
        let status = match self.event.as_str() {
            "REINSTATED" | "UNARCHIVED" => TemplateStatus::Approved,
            other => other.parse().ok()?,
        };
        let reason = match status {
            TemplateStatus::Pending | TemplateStatus::Approved => None,
            _ => self.reason.clone().or_else(|| self.pause.clone()),
        };
        Some(Sighting::Status(status, reason))
    }
}

/// `message_template_quality_update`, `message_template_components_update` or `template_category_update`.
#[derive(Clone, Debug, PartialEq)]
pub struct TemplateUpdate {
    /// The template.
    pub template: TemplateName,
    /// What it says of the template.
    pub sighting: Sighting,
}

impl TemplateUpdate {
    pub(super) fn read(field: &str, value: &Value) -> Option<Self> {
        let sighting = match field {
            "message_template_quality_update" => {
                let score = text_at(value, &["new_quality_score"])?;
                Sighting::Quality(score.parse().unwrap_or(QualityRating::Unknown))
            }
            // An update that is only announced has the present category here.
            "template_category_update" => Sighting::Category(category(value)?),
            _ => Sighting::Components(Box::new(components(value)?)),
        };
        Some(Self { template: TemplateName::read(value), sighting })
    }
}

fn category(value: &Value) -> Option<Category> {
    text_at(value, &["new_category"])?.parse().ok()
}

/// The components in Graph's form. The event names a header by its text only.
fn components(value: &Value) -> Option<Components> {
    let mut array = Vec::new();
    for (kind, name) in [("BODY", "message_template_element"), ("FOOTER", "message_template_footer")] {
        if let Some(text) = text_at(value, &[name]) {
            array.push(json!({"type": kind, "text": text}));
        }
    }
    if let Some(title) = text_at(value, &["message_template_title"]) {
        array.push(json!({"type": "HEADER", "format": "TEXT", "text": title}));
    }
    let buttons: Vec<Value> =
        value["message_template_buttons"].as_array().into_iter().flatten().filter_map(button).collect();
    if !buttons.is_empty() {
        array.push(json!({"type": "BUTTONS", "buttons": buttons}));
    }
    (!array.is_empty()).then(|| Components::from_graph(&Value::Array(array)))
}

fn button(button: &Value) -> Option<Value> {
    let mut read = json!({"type": text_at(button, &["message_template_button_type"])?});
    for (name, field) in [
        ("text", "message_template_button_text"),
        ("url", "message_template_button_url"),
        ("phone_number", "message_template_button_phone_number"),
    ] {
        if let Some(text) = loose::text(&button[field]) {
            read[name] = Value::from(text);
        }
    }
    Some(read)
}
