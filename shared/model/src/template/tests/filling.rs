//! Parameters of sends.

use serde_json::{Value, json};

use super::super::*;
use super::{parse, refusals, template};
use crate::id::spelling::uuid;

fn order() -> Template {
    let components = parse(&json!({
        "header": {"text": "Order {{1}}"},
        "body": {"text": "Dear {{1}}, your order of {{2}} is on its way."},
        "buttons": [
            {"type": "QUICK_REPLY", "text": "Stop"},
            {"type": "URL", "text": "Track", "url": "https://example.com/{{1}}"},
            {"type": "COPY_CODE", "example": "250FF"},
        ],
    }));
    template(Category::Utility, components)
}

fn with_header(header: &Value) -> Template {
    template(Category::Utility, parse(&json!({"header": header, "body": {"text": "Hello"}})))
}

fn filled(template: &Template, given: &Value) -> Result<FilledTemplate, String> {
    let given = SendComponents::parse(given, &uuid::parse).map_err(|errors| refusals(&errors))?;
    template.fill(&given).map_err(|errors| refusals(&errors))
}

fn text(text: &str) -> Value {
    json!({"type": "text", "text": text})
}

fn all() -> Value {
    json!({
        "header": [text("17")],
        "body": [text("Ada"), {"type": "currency", "currency": {"fallback_value": "5 €", "code": "EUR", "amount_1000": 5_000}}],
        "buttons": [
            {"sub_type": "quick_reply", "index": 0, "parameters": [{"type": "payload", "payload": "STOP"}]},
            {"sub_type": "url", "index": "1", "parameters": [text("abc")]},
            {"sub_type": "copy_code", "index": 2, "parameters": [{"type": "coupon_code", "coupon_code": "X1"}]},
        ],
    })
}

#[test]
fn a_filled_template_is_what_graph_takes() {
    let filled = filled(&order(), &all()).unwrap();
    assert_eq!(filled.preview, "Dear Ada, your order of 5 € is on its way.");
    assert_eq!(
        filled.components,
        json!([
            {"type": "header", "parameters": [text("17")]},
            {"type": "body", "parameters": [text("Ada"),
                {"type": "currency", "currency": {"fallback_value": "5 €", "code": "EUR", "amount_1000": 5_000}}]},
            {"type": "button", "sub_type": "quick_reply", "index": "0", "parameters": [{"type": "payload", "payload": "STOP"}]},
            {"type": "button", "sub_type": "url", "index": "1", "parameters": [text("abc")]},
            {"type": "button", "sub_type": "copy_code", "index": "2", "parameters": [{"type": "coupon_code", "coupon_code": "X1"}]},
        ])
    );
}

#[test]
fn graphs_own_form_fills_the_same() {
    let object = filled(&order(), &all()).unwrap();
    assert_eq!(filled(&order(), &object.components).unwrap(), object);
}

#[test]
fn placeholders_name_all_that_must_be_given() {
    let placeholders = order().placeholders();
    let named: Vec<String> = placeholders.iter().map(ToString::to_string).collect();
    assert_eq!(named, ["header.1", "body.1", "body.2", "button.1.1", "button.2.1"]);
    let given =
        SendComponents::of_texts(placeholders.iter().map(|placeholder| (placeholder, "x".to_owned())));
    assert!(order().fill(&given).is_ok());
    assert_eq!("button.12".parse(), Ok(Place::Button(12)));
    assert_eq!("footer".parse::<Place>(), Err(()));
}

#[test]
fn each_wrong_parameter_names_its_field() {
    let told = |change: fn(&mut Value)| {
        let mut given = all();
        change(&mut given);
        filled(&order(), &given).unwrap_err()
    };
    let cases = [
        told(|given| given["body"] = json!([])),
        told(|given| given["body"] = json!([text("a"), text("b"), text("c")])),
        told(|given| given["header"] = Value::Null),
        told(|given| given["header"] = json!([text(&"x".repeat(60))])),
        told(|given| given["body"][0] = text("two\nlines")),
        told(|given| given["body"][0] = text("a     b")),
        told(|given| given["body"][0] = text(" ")),
        told(|given| given["body"][0] = text(&"x".repeat(1_024))),
        told(|given| given["body"][0] = json!({"type": "image", "image": {"link": "https://example.com"}})),
        told(|given| given["body"][0] = json!({"type": "sound"})),
        told(|given| given["body"][0] = json!({"text": "a"})),
        told(|given| given["buttons"][1]["parameters"] = json!([])),
        told(|given| given["buttons"][1]["sub_type"] = json!("quick_reply")),
        told(|given| given["buttons"][2]["parameters"][0]["coupon_code"] = json!("x".repeat(16))),
        told(|given| given["buttons"][0]["index"] = json!(3)),
        told(|given| given["buttons"][0]["index"] = json!("first")),
        told(|given| given["buttons"][1]["index"] = json!(0)),
        told(|given| given["footer"] = json!([])),
        told(|given| *given = json!("Ada")),
    ];
    insta::assert_snapshot!(cases.join("\n"), @"
    Body.components.body: 0 parameters given, 2 parameters expected
    Body.components.body: 3 parameters given, 2 parameters expected
    Body.components.header: 0 parameters given, 1 parameter expected
    Body.components.header: The filled text should have at most 60 characters
    Body.components.body[0].text: should have no line breaks, tabs or more than four spaces in a row
    Body.components.body[0].text: should have no line breaks, tabs or more than four spaces in a row
    Body.components.body[0].text: String should not be blank
    Body.components.body: The filled text should have at most 1024 characters
    Body.components.body[0].type: The body takes parameters of type text, currency or date_time
    Body.components.body[0].type: Input should be 'text', 'currency', 'date_time', 'image', 'video', 'document', 'location', 'payload' or 'coupon_code'
    Body.components.body[0].type: Field required
    Body.components.buttons[1]: The button at index 1 needs one parameter of type text
    Body.components.buttons[1].sub_type: The button is of sub_type 'url', not 'quick_reply'
    Body.components.buttons[2].parameters[0].coupon_code: String should have at most 15 characters
    Body.components.buttons[0].index: The template has 3 buttons, counted from 0
    Body.components.buttons[0].index: Input should be a valid integer
    Body.components.buttons[1].index: There should be one entry for each button
    Body.components.footer: Components should be 'header', 'body' or 'buttons'
    Body.components: Input should be an object or an array
    ");
}

#[test]
fn named_parameters_come_in_any_order() {
    let components = parse(&json!({"body": {"text": "Dear {{name}}, your order {{order}} is on its way."}}));
    let template = template(Category::Utility, components);
    let named = |name: &str, text: &str| json!({"type": "text", "parameter_name": name, "text": text});

    let both = filled(&template, &json!({"body": [named("order", "17"), named("name", "Ada")]})).unwrap();

    assert_eq!(both.preview, "Dear Ada, your order 17 is on its way.");
    assert_eq!(both.components[0]["parameters"][0]["parameter_name"], "order");
    for wrong in [
        json!({"body": [named("order", "17"), named("order", "18")]}),
        json!({"body": [named("order", "17"), named("age", "18")]}),
        json!({"body": [named("order", "17"), text("Ada")]}),
    ] {
        assert!(filled(&template, &wrong).unwrap_err().contains("parameter_name"), "{wrong}");
    }
}

#[test]
fn a_file_of_ours_is_put_in_later() {
    let template = with_header(&json!({"format": "DOCUMENT", "example": {"header_handle": ["4::aW"]}}));
    let id = Id::from_bits(42).unwrap();
    for given in [
        json!({"header": [{"type": "document", "document": {"id": uuid::spell(id), "filename": "a.pdf"}}]}),
        json!({"header": [{"type": "document", "media_id": uuid::spell(id), "filename": "a.pdf"}]}),
    ] {
        let mut filled = filled(&template, &given).unwrap();
        assert_eq!(filled.media.len(), 1);
        assert_eq!(filled.media[0].media_id, id);
        filled.media[0].put_in(&mut filled.components, "8000");
        assert_eq!(
            filled.components,
            json!([{"type": "header", "parameters": [{"type": "document", "document": {"id": "8000", "filename": "a.pdf"}}]}])
        );
    }
}

#[test]
fn a_header_takes_its_own_sort_of_file_only() {
    let image = with_header(&json!({"format": "IMAGE", "example": {"header_handle": ["4::aW"]}}));
    let gif = with_header(&json!({"format": "GIF", "example": {"header_handle": ["4::aW"]}}));
    let place = with_header(&json!({"format": "LOCATION"}));
    let of = |kind: &str, inner: Value| json!({"header": [{"type": kind, kind: inner}]});
    let link = json!({"link": "https://example.com/a"});
    assert!(filled(&image, &of("image", json!({"id": "123"}))).is_ok());
    assert!(filled(&image, &of("image", link.clone())).is_ok());
    assert!(filled(&gif, &of("video", link.clone())).is_ok());
    assert!(
        filled(&place, &of("location", json!({"latitude": 1, "longitude": "2.5", "name": "Home"}))).is_ok()
    );
    for (template, given) in [
        (&image, of("video", link.clone())),
        (&image, json!({})),
        (&image, of("image", json!({"id": "123", "link": "https://example.com/a"}))),
        (&image, of("image", json!({"link": "file:///etc/passwd"}))),
        (&image, of("image", json!({"id": "not-an-id"}))),
        (&place, of("location", json!({"latitude": 91, "longitude": 0}))),
        (&place, of("image", link)),
        (&order(), of("image", json!({"id": "123"}))),
    ] {
        assert!(filled(template, &given).is_err(), "{given}");
    }
}

#[test]
fn the_code_of_an_authentication_template_fills_its_button() {
    let components = json!({"body": {}, "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]});
    let components = Components::parse(&components, Category::Authentication, &uuid::parse).unwrap();
    let template = template(Category::Authentication, components);
    let filled_in = filled(&template, &json!({"body": [text("123456")]})).unwrap();
    assert_eq!(
        filled_in.components,
        json!([{"type": "body", "parameters": [text("123456")]},
            {"type": "button", "sub_type": "url", "index": "0", "parameters": [text("123456")]}])
    );
    assert_eq!(filled_in.preview, "123456 is your verification code.");
    assert!(filled(&template, &json!({"body": [text("1234567890123456")]})).is_err());
}

#[test]
fn what_is_not_taken_apart_can_not_be_sent() {
    let components =
        Components::from_graph(&json!([{"type": "BODY", "text": "Hi"}, {"type": "CAROUSEL", "cards": []}]));
    assert!(filled(&template(Category::Marketing, components), &json!({})).unwrap_err().contains("CAROUSEL"));
}

#[test]
fn only_approved_templates_are_sent() {
    let mut template = order();
    assert!(template.check_sendable().is_ok());
    template.status = TemplateStatus::Paused;
    assert!(matches!(template.check_sendable(), Err(DomainError::TemplateNotApproved { status: "PAUSED" })));
    template.deleted_at = Some(template.created_at);
    assert!(matches!(template.check_sendable(), Err(DomainError::TemplateNotFound)));
}
