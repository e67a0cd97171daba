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

#[test]
fn an_operation_is_given_up_after_a_minute() {
    let now = Timestamp::from_second(1_767_225_600).unwrap();
    let begun = Operation::begin(OperationKind::Create, now);
    assert!(begun.is_under_way(now + jiff::SignedDuration::from_secs(59)));
    assert!(!begun.is_under_way(now + jiff::SignedDuration::from_secs(60)));
}
