//! News of a template, in any order.

use proptest::prelude::*;
use serde_json::json;

use super::super::*;
use super::{parse, template};

fn hello() -> Template {
    template(Category::Utility, parse(&json!({"body": {"text": "Hello"}})))
}

fn status(index: usize) -> TemplateStatus {
    use strum::VariantArray;
    TemplateStatus::VARIANTS[index % TemplateStatus::VARIANTS.len()]
}

proptest! {
    #[test]
    fn the_order_of_arrival_does_not_matter(
        events in prop::collection::vec((0..12_usize, 1..4_i64), 1..8),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..16),
    ) {
        let (mut sorted, mut shuffled) = (hello(), hello());
        for (what, at) in &events {
            sorted.note(Sighting::Status(status(*what), None), *at);
        }
        for index in order {
            let (what, at) = events[index.index(events.len())];
            shuffled.note(Sighting::Status(status(what), None), at);
        }
        for (what, at) in events.iter().rev() {
            shuffled.note(Sighting::Status(status(*what), None), *at);
        }
        prop_assert_eq!((sorted.status, sorted.news), (shuffled.status, shuffled.news));
    }
}

#[test]
fn older_news_never_replaces_newer() {
    let mut template = hello();
    assert!(template.note(Sighting::Quality(QualityRating::Red), 20));
    assert!(!template.note(Sighting::Quality(QualityRating::Green), 10));
    assert!(template.note(Sighting::Category(Category::Marketing), 10));
    assert!(template.note(Sighting::Status(TemplateStatus::Paused, Some("FIRST_PAUSE".to_owned())), 10));
    assert_eq!((template.quality, template.category), (QualityRating::Red, Category::Marketing));
    assert_eq!(
        (template.status, template.rejection_reason.as_deref()),
        (TemplateStatus::Paused, Some("FIRST_PAUSE"))
    );
}

#[test]
fn what_a_report_of_components_does_not_name_stays() {
    let components =
        parse(&json!({"header": {"text": "Hi"}, "body": {"text": "Hello"}, "footer": {"text": "Bye"}}));
    let mut template = template(Category::Utility, components);
    let news = Components::from_graph(&json!([{"type": "BODY", "text": "Good day"}]));
    template.note(Sighting::Components(Box::new(news)), 10);
    assert_eq!(
        template.components.to_object(&|_| String::new()),
        json!({"header": {"format": "TEXT", "text": "Hi"}, "body": {"text": "Good day"}, "footer": {"text": "Bye"}})
    );
}

/// What Meta says of the template of these tests.
fn of_meta() -> MetaTemplate {
    MetaTemplate {
        id: "5".parse().unwrap(),
        name: "order".to_owned(),
        language: "en".to_owned(),
        category: Some(Category::Marketing),
        status: Some(TemplateStatus::Pending),
        components: parse(&json!({"body": {"text": "Good day"}})),
        rejection_reason: None,
        quality: Some(QualityRating::Green),
    }
}

#[test]
fn an_answer_of_meta_replaces_what_was_known_before_it_was_asked_for() {
    let asked_at = Timestamp::from_second(1_767_225_600).unwrap();
    let mut template = hello();
    template.note(Sighting::Status(TemplateStatus::Paused, None), asked_at.as_second() - 10);

    assert!(template.take_over(&of_meta(), asked_at));

    assert_eq!((template.status, template.category), (TemplateStatus::Pending, Category::Marketing));
    assert_eq!((template.quality, template.components), (QualityRating::Green, of_meta().components));
}

#[test]
fn an_answer_of_meta_replaces_nothing_that_may_be_newer() {
    let asked_at = Timestamp::from_second(1_767_225_600).unwrap();
    // Meta's clock may be behind ours.
    let at = asked_at.as_second() - 9;
    let mut template = hello();
    let components = parse(&json!({"body": {"text": "Good evening"}}));
    template.note(Sighting::Status(TemplateStatus::Rejected, Some("SCAM".to_owned())), at);
    template.note(Sighting::Category(Category::Utility), at);
    template.note(Sighting::Quality(QualityRating::Red), at);
    template.note(Sighting::Components(Box::new(components.clone())), at);
    let news = template.news;

    template.take_over(&of_meta(), asked_at);

    assert_eq!(
        (template.status, template.rejection_reason.as_deref()),
        (TemplateStatus::Rejected, Some("SCAM"))
    );
    assert_eq!((template.category, template.quality), (Category::Utility, QualityRating::Red));
    assert_eq!((template.components, template.news), (components, news));
}

#[test]
fn a_template_moves_on_by_what_is_stored_and_by_what_is_under_way() {
    let asked_at = Timestamp::from_second(1_767_225_600).unwrap();
    let later = asked_at + jiff::SignedDuration::from_millis(1);
    let untouched = Template { updated_at: asked_at, ..hello() };
    let stored = Template { updated_at: later, ..hello() };
    let claimed =
        Template { operation: Some(Operation::begin(OperationKind::Edit, asked_at)), ..untouched.clone() };
    let moved_on = |template: &Template| template.has_moved_on(asked_at, later);
    assert_eq!((moved_on(&untouched), moved_on(&stored), moved_on(&claimed)), (false, true, true));
}

#[test]
fn an_operation_is_given_up_after_a_minute() {
    let now = Timestamp::from_second(1_767_225_600).unwrap();
    let begun = Operation::begin(OperationKind::Create, now);
    assert!(begun.is_under_way(now + jiff::SignedDuration::from_secs(59)));
    assert!(!begun.is_under_way(now + jiff::SignedDuration::from_secs(60)));
}
