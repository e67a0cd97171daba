//! Meta's rules one by one, both wire forms, and the parameters of sends.

mod filling;
mod forms;
mod news;

use serde_json::{Value, json};

use super::*;
use crate::field::FieldError;
use crate::id::spelling::uuid;

/// An approved template with these components.
fn template(category: Category, components: Components) -> Template {
    let now = Timestamp::from_second(1_767_225_600).unwrap();
    let id = Id::from_bits(7).unwrap();
    Template {
        id,
        workspace_id: id,
        phone_number_id: id,
        business_id: "77".parse().unwrap(),
        name: "order".to_owned(),
        language: "en".to_owned(),
        category,
        status: TemplateStatus::Approved,
        components,
        meta_template_id: None,
        rejection_reason: None,
        quality: QualityRating::Unknown,
        operation: None,
        edits: Vec::new(),
        news: News::default(),
        created_at: now,
        updated_at: now,
        deleted_at: None,
        version: 1,
    }
}

fn parse(value: &Value) -> Components {
    Components::parse(value, Category::Utility, &uuid::parse).unwrap()
}

fn refusals(errors: &[FieldError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// Whether a body of this text is taken, and if not why.
fn of_body(text: &str) -> Result<(), String> {
    let value = json!({"body": {"text": text}});
    let parsed = Components::parse(&value, Category::Utility, &uuid::parse);
    parsed.map(drop).map_err(|errors| refusals(&errors))
}

#[test]
fn names_are_lower_case_words() {
    for good in ["a", "welcome_message", "1", &"x".repeat(NAME_MAX_LENGTH)] {
        assert_eq!(name(good).as_deref(), Ok(good));
    }
    for bad in ["", "Welcome", "two words", "a-b", "ä", &"x".repeat(NAME_MAX_LENGTH + 1)] {
        assert!(name(bad).is_err(), "{bad}");
    }
}

#[test]
fn languages_are_codes_with_an_underscore() {
    for (given, code) in [("en", "en"), ("en_US", "en_US"), ("pt-BR", "pt_BR"), ("fil", "fil")] {
        assert_eq!(language(given).as_deref(), Ok(code));
    }
    for bad in ["", "e", "EN", "en_us", "english", "en_", "en_US_x"] {
        assert!(language(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_body_has_up_to_1024_characters() {
    assert_eq!(of_body(&"ä".repeat(1_024)), Ok(()));
    assert!(of_body(&"ä".repeat(1_025)).is_err());
}

#[test]
fn headers_and_footers_are_not_formatted() {
    let of_header = |text: &str| {
        let value = json!({"header": {"text": text}, "body": {"text": "Hello"}});
        Components::parse(&value, Category::Utility, &uuid::parse)
    };
    for text in ["Your *order*", "Your _order_", "_Your order_!", "(_so_)", "Your ~order~", "`order`"] {
        let errors = of_header(text).unwrap_err();
        assert!(refusals(&errors).contains("no formatting"), "{text}");
    }
    for text in
        ["Your order_no", "order_no and first_name", "Sign here ____", "A _ B _ C", "Dear {{first_name}}"]
    {
        assert!(of_header(text).is_ok(), "{text}");
    }
}

#[test]
fn components_are_checked_for_another_category_too() {
    let text = parse(&json!({"body": {"text": "Hello"}}));
    assert!(text.check(Category::Marketing).is_ok());
    let Err(DomainError::Invalid { fields }) = text.check(Category::Authentication) else {
        panic!("an authentication template has no text of its own")
    };
    assert_eq!(
        refusals(&fields),
        "Body.components.body.text: Authentication templates have Meta's own text; leave it out\n\
         Body.components.buttons: Authentication templates have one button, of type OTP"
    );
}

#[test]
fn variables_may_repeat_and_come_in_any_order() {
    assert_eq!(of_body("We have {{2}} for {{1}} and again {{2}} of it here"), Ok(()));
    assert_eq!(of_body("Braces {like} these }are{ words"), Ok(()));
}

#[test]
fn variables_are_separated_by_anything() {
    assert_eq!(of_body("Your number {{1}}-{{2}} is now on its way"), Ok(()));
    assert!(of_body("Your number {{1}}{{2}} is now on its way").unwrap_err().contains("next to each other"));
}

#[test]
fn unpaired_braces_are_refused() {
    for text in [
        "Half {{ open",
        "Half }} closed",
        "Empty {{}} name",
        "Odd {{a b}} name",
        "Price {{$1}} here",
        "Three {{{1}}} of",
    ] {
        assert!(of_body(text).unwrap_err().contains("should be written"), "{text}");
    }
}

#[test]
fn a_variable_needs_words_beside_it() {
    assert_eq!(of_body("Hi {{1}}, good day"), Ok(()));
    assert!(of_body("Hi {{1}} day").unwrap_err().contains("too many variables"));
    assert!(of_body("Hi {{1}}, {{2}} - good day now").unwrap_err().contains("too many variables"));
}

#[test]
fn samples_are_made_up_where_there_are_none() {
    let components =
        parse(&json!({"body": {"text": "Dear {{first_name}}, your order {{order_id}} is on its way."}}));
    assert_eq!(
        components.to_graph()[0]["example"],
        json!({"body_text_named_params": [
            {"param_name": "first_name", "example": "first name"}, {"param_name": "order_id", "example": "order id"}]})
    );
    assert_eq!(components.to_object(&uuid::spell)["body"].get("example"), None);
}

#[test]
fn the_same_wording_is_known_by_body_and_footer() {
    let wording = |value: Value| parse(&value).wording();
    let one = wording(json!({"body": {"text": "Hello"}, "footer": {"text": "Bye"}}));
    assert_eq!(
        one,
        wording(json!({"header": {"text": "Hi"}, "body": {"text": "Hello"}, "footer": {"text": "Bye"}}))
    );
    assert_ne!(one, wording(json!({"body": {"text": "Hello"}})));
    assert_ne!(one, wording(json!({"body": {"text": "HelloBye"}})));
}
