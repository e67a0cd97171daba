//! Meta's rules, as a client is told of them. Each is checked one by one in the model.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::{Stage, refusals};

async fn refused(stage: &Stage, components: Value) -> String {
    refusals(&stage.create(&stage.with_components("rules", components)).await)
}

#[tokio::test]
async fn each_rule_of_a_text_names_its_field() {
    let stage = Stage::new().await;
    let body = |text: &str| json!({"body": {"text": text}});
    let header = |header: Value| json!({"header": header, "body": {"text": "Hello"}});
    let footer = |text: &str| json!({"footer": {"text": text}, "body": {"text": "Hello"}});
    let mut told = Vec::new();
    for components in [
        json!({}),
        body(""),
        body("  "),
        body(&"x".repeat(1_025)),
        body("{{1}} is at the beginning of this"),
        body("At the end of this is {{1}}"),
        body("We jump from {{1}} to {{3}} in this text here"),
        body("We mix {{1}} and {{name}} in this text of ours"),
        body("These {{1}}{{2}} stand next to each other in here"),
        body("This {{First-Name}} is not a name at all"),
        body("This {{ 1 }} has too much space in it"),
        body("Only {{1}} word"),
        header(json!({"text": "x".repeat(61)})),
        header(json!({"text": "{{1}} and {{2}}"})),
        header(json!({"text": "Two\nlines"})),
        header(json!({"text": "*bold*"})),
        header(json!({"format": "SOUND"})),
        header(json!({"format": "IMAGE"})),
        footer(&"x".repeat(61)),
        footer("Bye {{1}}"),
        footer("_ok_ ~no~"),
        json!({"header": {"text": "Hi {{name}}"}, "body": {"text": "Hello {{1}}, how are you?"}}),
        json!({"body": {"text": "Hello {{1}}, how are you?", "example": ["Ada", "Bob"]}}),
        json!({"body": {"text": "Hello"}, "carousel": {}}),
    ] {
        told.push(refused(&stage, components).await);
    }
    assert_snapshot!(told.join("\n"), @r#"
    body.components.body missing Field required
    body.components.body.text string_too_short String should have at least 1 character
    body.components.body.text string_too_short String should not be blank
    body.components.body.text string_too_long String should have at most 1024 characters
    body.components.body.text value_error The body should not begin or end with a variable
    body.components.body.text value_error The body should not begin or end with a variable
    body.components.body.text value_error Numbered variables should count up from {{1}}
    body.components.body.text value_error Variables should be all numbered or all named
    body.components.body.text value_error Variables should not stand next to each other
    body.components.body.text value_error Variables should be written {{1}} or {{first_name}}, with lower-case letters, digits and underscores
    body.components.body.text value_error Variables should be written {{1}} or {{first_name}}, with lower-case letters, digits and underscores
    body.components.body.text value_error The body has too many variables for its length: 1 of them need at least 3 words beside them
    body.components.header.text string_too_long String should have at most 60 characters
    body.components.header.text value_error The header should have at most one variable
    body.components.header.text value_error The header should have no line breaks
    body.components.header.text value_error The header should have no formatting (*, _, ~ or `)
    body.components.header.format enum Input should be 'TEXT', 'IMAGE', 'VIDEO', 'GIF', 'DOCUMENT' or 'LOCATION'
    body.components.header.example missing A header of format IMAGE needs a sample: {"media_id": …} with the id of a media file, or {"header_handle": […]} with Meta's handle
    body.components.footer.text string_too_long String should have at most 60 characters
    body.components.footer.text value_error The footer should have no variables
    body.components.footer.text value_error The footer should have no formatting (*, _, ~ or `)
    body.components.header.text value_error Variables of header and body should be all numbered or all named
    body.components.body.example value_error One sample should be given for each variable: 2 given, 1 expected
    body.components.carousel enum Components should be 'header', 'body', 'footer' or 'buttons'
    "#);
}

#[tokio::test]
async fn each_rule_of_a_button_names_its_field() {
    let stage = Stage::new().await;
    let reply = || json!({"type": "QUICK_REPLY", "text": "Yes"});
    let url = |url: &str| json!({"type": "URL", "text": "Open", "url": url});
    let phone = |number: &str| json!({"type": "PHONE_NUMBER", "text": "Call", "phone_number": number});
    let mut told = Vec::new();
    for buttons in [
        json!({}),
        json!(vec![reply(); 11]),
        json!([reply(), url("https://example.com"), reply()]),
        json!(vec![url("https://example.com"); 3]),
        json!(vec![phone("+15550783881"); 2]),
        json!([{"type": "COPY_CODE"}, {"type": "COPY_CODE"}]),
        json!([{"type": "COPY_CODE", "example": "x".repeat(16)}]),
        json!([{"type": "QUICK_REPLY", "text": "x".repeat(26)}]),
        json!([{"type": "QUICK_REPLY"}]),
        json!([{"type": "QUICK_REPLY", "text": "Hi {{1}}"}]),
        json!([phone("123456789012345678901")]),
        json!([phone("call me")]),
        json!([url("example.com")]),
        json!([url("https://{{1}}/a")]),
        json!([url("https://example.com/{{1}}/a")]),
        json!([{"type": "OTP", "otp_type": "COPY_CODE"}]),
        json!([{"type": "DANCE", "text": "Dance"}]),
        json!([{"text": "Dance"}]),
        json!([{"type": "FLOW", "text": "Go"}]),
    ] {
        told.push(refused(&stage, json!({"body": {"text": "Hello"}, "buttons": buttons})).await);
    }
    assert_snapshot!(told.join("\n"), @"
    body.components.buttons type_error Input should be an array
    body.components.buttons string_too_long There should be at most 10 buttons
    body.components.buttons value_error Quick replies should stand together, before or after all other buttons
    body.components.buttons.2 string_too_long There should be at most 2 buttons of type URL
    body.components.buttons.1 string_too_long There should be at most 1 button of type PHONE_NUMBER
    body.components.buttons.1 string_too_long There should be at most 1 button of type COPY_CODE
    body.components.buttons.0.example string_too_long String should have at most 15 characters
    body.components.buttons.0.text string_too_long String should have at most 25 characters
    body.components.buttons.0.text missing Field required
    body.components.buttons.0.text value_error A label should have no variables
    body.components.buttons.0.phone_number string_too_long String should have at most 20 characters
    body.components.buttons.0.phone_number value_error should be a phone number
    body.components.buttons.0.url value_error should be a web address such as https://example.com/{{1}}
    body.components.buttons.0.url value_error should be a web address such as https://example.com/{{1}}
    body.components.buttons.0.url value_error A URL may have one variable, {{1}}, at its end
    body.components.buttons.0.type enum Only authentication templates have buttons of type OTP
    body.components.buttons.0.type enum Input should be 'QUICK_REPLY', 'URL', 'PHONE_NUMBER', 'COPY_CODE', 'OTP', 'FLOW', 'REQUEST_CONTACT_INFO', 'CATALOG', 'MPM' or 'VOICE_CALL'
    body.components.buttons.0.type missing Field required
    body.components.buttons.0.flow_id missing Field required
    ");
}

#[tokio::test]
async fn the_array_form_is_refused_by_its_own_places() {
    let stage = Stage::new().await;
    let mut told = Vec::new();
    for components in [
        json!([]),
        json!([{"type": "FOOTER", "text": "Bye {{1}}"}, {"type": "BODY", "text": "{{1}}"}]),
        json!([{"type": "BODY", "text": "Hi"}, {"type": "BODY", "text": "Hi"}]),
        json!([{"text": "Hi"}]),
        json!([{"type": "SIDEBAR"}]),
        json!([{"type": "BODY", "text": "Hi"}, {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": ""}]}]),
        json!([{"type": "BUTTONS"}]),
        json!([7]),
    ] {
        told.push(refused(&stage, components).await);
    }
    assert_snapshot!(told.join("\n"), @"
    body.components.body missing Field required
    body.components.1.text value_error The body should not begin or end with a variable
    body.components.1.text value_error The body has too many variables for its length: 1 of them need at least 3 words beside them
    body.components.0.text value_error The footer should have no variables
    body.components.1 value_error There should be one component of each type
    body.components.0.type missing Field required
    body.components.0.type enum Input should be 'HEADER', 'BODY', 'FOOTER' or 'BUTTONS'
    body.components.1.buttons.0.text string_too_short String should have at least 1 character
    body.components.0.buttons missing Field required
    body.components.0.type missing Field required
    ");
}

#[tokio::test]
async fn authentication_templates_have_rules_of_their_own() {
    let stage = Stage::new().await;
    let mut told = Vec::new();
    for components in [
        json!({"body": {"text": "Your code is {{1}}."}, "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]}),
        json!({"body": {}}),
        json!({"body": {}, "header": {"text": "Hi"}, "footer": {"text": "Bye"}, "buttons": [{"type": "QUICK_REPLY", "text": "Hi"}]}),
        json!({"body": {}, "footer": {"code_expiration_minutes": 91}, "buttons": [{"type": "OTP", "otp_type": "ONE_TAP"}]}),
        json!({"body": {}, "buttons": [{"type": "OTP", "otp_type": "ZERO_TAP",
            "supported_apps": [{"package_name": "com.example", "signature_hash": "K8a/AINcGX7"}]}]}),
        json!({"body": {}, "buttons": [{"type": "OTP", "otp_type": "TELEPATHY"}]}),
    ] {
        let mut body = stage.with_components("rules", components);
        body["category"] = json!("AUTHENTICATION");
        told.push(refusals(&stage.create(&body).await));
    }
    assert_snapshot!(told.join("\n"), @"
    body.components.body.text enum Authentication templates have Meta's own text; leave it out
    body.components.buttons missing Authentication templates have one button, of type OTP
    body.components.header enum Authentication templates have no header
    body.components.footer.text enum Authentication templates have code_expiration_minutes in their footer, and no text
    body.components.buttons missing Authentication templates have one button, of type OTP
    body.components.footer.code_expiration_minutes out_of_range Input should be 1 to 90
    body.components.buttons.0.supported_apps missing One-tap and zero-tap buttons need 1 to 5 apps
    body.components.buttons.0.zero_tap_terms_accepted missing Meta's terms of zero-tap buttons must be accepted
    body.components.buttons.0.otp_type enum Input should be 'COPY_CODE', 'ONE_TAP' or 'ZERO_TAP'
    ");
}
