//! Both wire forms.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::*;
use super::parse;
use crate::id::spelling::uuid;

fn everything() -> Value {
    json!({
        "header": {"format": "TEXT", "text": "Order {{1}}", "example": ["17"]},
        "body": {"text": "Dear {{1}}, your order {{2}} is on its way.", "example": ["Ada", "17"]},
        "footer": {"text": "Bye"},
        "buttons": [
            {"type": "QUICK_REPLY", "text": "Stop"},
            {"type": "URL", "text": "Track", "url": "https://example.com/{{1}}", "example": ["https://example.com/17"]},
            {"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+15550783881"},
            {"type": "COPY_CODE", "example": "250FF"},
            {"type": "FLOW", "text": "Go", "flow_id": "1"},
        ],
    })
}

#[test]
fn what_is_read_is_written_in_either_form() {
    let components = parse(&everything());
    assert_eq!(components.to_object(&uuid::spell), everything());
    assert_eq!(parse(&components.to_graph()), components);
    assert_eq!(Components::from_graph(&components.to_graph()), components);
}

#[test]
fn what_is_stored_reads_back() {
    let components = parse(&everything());
    let stored = serde_json::to_string(&components).unwrap();
    assert_eq!(serde_json::from_str::<Components>(&stored).unwrap(), components);
}

#[test]
fn samples_may_come_in_all_shapes() {
    let samples = |example: Value| {
        let value =
            json!({"body": {"text": "Dear {{1}}, your order {{2}} is on its way.", "example": example}});
        match parse(&value).body {
            Some(Body::Text(text)) => text.samples,
            other => panic!("{other:?}"),
        }
    };
    for example in [
        json!(["Ada", "17"]),
        json!([["Ada", "17"]]),
        json!({"body_text": [["Ada", "17"]]}),
        json!({"body_text": ["Ada", "17"]}),
        json!({"1": "Ada", "2": "17"}),
    ] {
        assert_eq!(samples(example.clone()), ["Ada", "17"], "{example}");
    }
    assert!(samples(json!([])).is_empty());
    let named = json!({"body": {"text": "Dear {{name}}, good morning to you.", "example":
        {"body_text_named_params": [{"param_name": "name", "example": "Ada"}]}}});
    assert_eq!(parse(&named).to_object(&uuid::spell)["body"]["example"], json!({"name": "Ada"}));
}

#[test]
fn a_file_of_ours_is_a_sample_by_its_id() {
    let id = Id::from_bits(42).unwrap();
    let value = json!({"header": {"format": "image", "media_id": uuid::spell(id)}, "body": {"text": "Look"}});
    let components = parse(&value);
    let sample = Some(MediaSample::Media(id));
    assert_eq!(components.header, Some(Header::Media { format: MediaFormat::Image, sample }));
    assert_eq!(
        components.to_object(&uuid::spell)["header"],
        json!({"format": "IMAGE", "example": {"media_id": uuid::spell(id)}})
    );
    let unknown = json!({"header": {"format": "IMAGE", "media_id": "picture"}, "body": {"text": "Look"}});
    assert!(Components::parse(&unknown, Category::Utility, &uuid::parse).is_err());
}

#[test]
fn nothing_of_metas_is_refused() {
    let components = Components::from_graph(&json!([
        {"type": "BODY", "text": "{{1}}{{1}} {{"}, {"type": "BODY", "text": "twice"}, {"type": "HEADER", "format": "PRODUCT"},
        {"type": "CAROUSEL", "cards": []}, {"type": "BUTTONS", "buttons": [{"type": "NEW", "text": "New", "x": 1}]}, 7, {},
    ]));
    assert_eq!(components.others.len(), 5);
    assert_eq!(components.buttons[0].kind(), "NEW");
    assert_eq!(components.to_object(&uuid::spell)["carousel"], json!({"cards": []}));
    assert_eq!(Components::from_graph(&json!("odd")), Components::default());
}

proptest! {
    #[test]
    fn any_text_is_taken_apart_and_put_together(text in "[a{}1_ ä]{0,40}") {
        let template_text = TemplateText { text: text.clone(), samples: Vec::new() };
        let names = template_text.variables();
        let same = template_text.filled(|name| names.iter().find(|known| *known == name).map(String::as_str));
        prop_assert!(same.len() <= text.len());
        if names.is_empty() {
            prop_assert_eq!(same, text);
        }
    }

    #[test]
    fn any_json_is_refused_or_read(text in "\\PC{0,80}", number: i64, flag: bool) {
        let odd = json!({"text": text, "example": number, "format": text, "buttons": [flag, {"type": text}]});
        for value in [json!({"body": odd, "header": odd, "footer": odd, "buttons": odd}), json!([odd, number]), odd.clone()] {
            let _ = Components::parse(&value, Category::Marketing, &uuid::parse);
            let _ = Components::from_graph(&value);
            let _ = SendComponents::parse(&value, &uuid::parse);
        }
    }
}
