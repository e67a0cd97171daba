//! Events of templates.

use serde_json::{Value, json};
use switchboard_model::phone_number::QualityRating;
use switchboard_model::template::{Category, Sighting, TemplateStatus};

use super::super::{Event, TemplateUpdate};
use super::{only, split};

#[test]
fn a_template_is_known_by_its_id_and_its_language_as_graph_spells_it() {
    let value = |language: &str| {
        json!({"event": "PAUSED", "message_template_id": 1_689_556_908_129_832_u64,
        "message_template_name": "order", "message_template_language": language, "reason": "NONE",
        "other_info": {"title": "FIRST_PAUSE", "description": "d"}, "message_template_category": "UTILITY"})
    };
    for language in ["en-US", "en_US"] {
        let Event::Template(change) = only("message_template_status_update", &value(language)).read() else {
            panic!()
        };
        assert_eq!(change.template.template_id.as_deref(), Some("1689556908129832"));
        assert_eq!((change.template.language.as_deref(), change.reason), (Some("en_US"), None));
        assert_eq!((change.event.as_str(), change.pause.as_deref()), ("PAUSED", Some("FIRST_PAUSE")));
    }
    let entry = |time: i64| {
        let change = json!({"field": "message_template_status_update", "value": value("en_US")});
        split(&json!({"entry": [{"id": "77", "time": time, "changes": [change]}]})).remove(0).identity()
    };
    assert_eq!(entry(1), entry(1));
    assert_ne!(entry(1), entry(2), "a second pause is another event");
}

#[test]
fn the_words_of_a_status_event_are_statuses_or_leave_it() {
    let sighting = |value: Value| match only("message_template_status_update", &value).read() {
        Event::Template(change) => change.sighting(),
        other => panic!("{other:?}"),
    };
    for (event, status) in [
        ("APPROVED", TemplateStatus::Approved),
        ("REINSTATED", TemplateStatus::Approved),
        ("UNARCHIVED", TemplateStatus::Approved),
        ("PENDING", TemplateStatus::Pending),
        ("IN_APPEAL", TemplateStatus::InAppeal),
        ("LIMIT_EXCEEDED", TemplateStatus::LimitExceeded),
        ("PENDING_DELETION", TemplateStatus::PendingDeletion),
        ("ARCHIVED", TemplateStatus::Archived),
        ("DELETED", TemplateStatus::Deleted),
    ] {
        assert_eq!(sighting(json!({ "event": event })), Some(Sighting::Status(status, None)), "{event}");
    }
    for event in ["FLAGGED", "LOCKED", "SOMETHING_NEW"] {
        assert_eq!(sighting(json!({ "event": event })), None, "{event}");
    }
    let rejected = json!({"event": "REJECTED", "reason": "NONE", "rejection_info": {"reason": "Too bold"}});
    let paused = json!({"event": "PAUSED", "reason": null, "other_info": {"title": "FIRST_PAUSE"}});
    let told = |status, reason: &str| Some(Sighting::Status(status, Some(reason.to_owned())));
    assert_eq!(sighting(rejected), told(TemplateStatus::Rejected, "Too bold"));
    assert_eq!(sighting(paused), told(TemplateStatus::Paused, "FIRST_PAUSE"));
}

fn update(field: &str, value: &Value) -> TemplateUpdate {
    match only(field, value).read() {
        Event::TemplateUpdate(update) => *update,
        other => panic!("{other:?}"),
    }
}

#[test]
fn quality_and_category_are_read_with_the_template_they_are_about() {
    let quality = update(
        "message_template_quality_update",
        &json!({"previous_quality_score": "GREEN", "new_quality_score": "YELLOW", "message_template_id": 7,
            "message_template_name": "order", "message_template_language": "pt-BR"}),
    );
    assert_eq!(quality.sighting, Sighting::Quality(QualityRating::Yellow));
    assert_eq!(quality.template.template_id.as_deref(), Some("7"));
    assert_eq!(quality.template.language.as_deref(), Some("pt_BR"));

    for value in [
        json!({"previous_category": "UTILITY", "new_category": "MARKETING", "message_template_id": 7}),
        json!({"new_category": "MARKETING", "correct_category": "UTILITY", "category_update_timestamp": 1}),
    ] {
        assert_eq!(
            update("template_category_update", &value).sighting,
            Sighting::Category(Category::Marketing)
        );
    }
    let odd = json!({"new_category": "BREAKFAST", "message_template_id": 7});
    assert_eq!(only("template_category_update", &odd).read(), Event::Other);
}

#[test]
fn components_are_read_in_the_webhooks_own_words() {
    let value = json!({"message_template_id": 7, "message_template_title": "Hi", "message_template_element": "Body {{1}} text",
        "message_template_footer": "Bye", "message_template_buttons": [
            {"message_template_button_type": "URL", "message_template_button_text": "Open", "message_template_button_url": "https://example.com"},
            {"message_template_button_type": "PHONE_NUMBER", "message_template_button_text": "Call", "message_template_button_phone_number": "+15550783881"},
            3]});
    let Sighting::Components(components) = update("message_template_components_update", &value).sighting
    else {
        panic!()
    };
    assert_eq!(
        components.to_object(&|_| String::new()),
        json!({"header": {"format": "TEXT", "text": "Hi"}, "body": {"text": "Body {{1}} text"}, "footer": {"text": "Bye"},
            "buttons": [{"type": "URL", "text": "Open", "url": "https://example.com"},
                {"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+15550783881"}]})
    );
    assert_eq!(
        only("message_template_components_update", &json!({"message_template_id": 7})).read(),
        Event::Other
    );
}
