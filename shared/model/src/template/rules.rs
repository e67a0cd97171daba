//! Meta's rules for what a template says (Meta, template components and guidelines), each with the field it is about.

use super::Category;
use super::components::{Body, Button, Components, Footer, Header, MediaFormat, OtpKind, url_has_variable};
use super::place::{indexed, named, refused};
use super::text::{self, TemplateText};
use crate::field::{FieldError, Reason, Refusal, Step, check_length};

const BODY_MAX_LENGTH: usize = 1_024;
pub(super) const HEADER_MAX_LENGTH: usize = 60;
const FOOTER_MAX_LENGTH: usize = 60;
const MOST_BUTTONS: usize = 10;
/// How many buttons of one type there may be.
const MOST_OF: [(&str, usize); 4] = [("URL", 2), ("PHONE_NUMBER", 1), ("COPY_CODE", 1), ("OTP", 1)];
const LABEL_MAX_LENGTH: usize = 25;
const PHONE_NUMBER_MAX_LENGTH: usize = 20;
const URL_MAX_LENGTH: usize = 2_000;
pub(super) const CODE_MAX_LENGTH: usize = 15;
const MOST_APPS: usize = 5;
/// Why an authentication template has no text.
pub(super) const OWN_TEXT: &str = "Authentication templates have Meta's own text; leave it out";
/// Marks of WhatsApp's formatting, which only the body may have; `_` counts around words only.
const MARKS: [char; 3] = ['*', '~', '`'];

/// Where the components stand in the body.
#[derive(Debug)]
pub(super) struct Places {
    pub(super) header: Vec<Step>,
    pub(super) body: Vec<Step>,
    pub(super) footer: Vec<Step>,
    pub(super) buttons: Vec<Step>,
}

/// What is wrong with `components`.
pub(super) fn check(components: &Components, category: Category, places: &Places) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if category == Category::Authentication {
        authentication(components, places, &mut errors);
        return errors;
    }
    match &components.body {
        Some(Body::Text(text)) => body(text, &places.body, &mut errors),
        _ => errors.push(refused(places.body.clone(), Reason::Missing, "Field required")),
    }
    match &components.header {
        Some(Header::Text(text)) => header(text, &places.header, &mut errors),
        Some(Header::Media { format, sample: None }) => errors.push(without_sample(*format, &places.header)),
        _ => {}
    }
    match &components.footer {
        Some(Footer::Text(text)) => footer(text, &places.footer, &mut errors),
        Some(Footer::CodeExpiration { .. }) => {
            let message = "Only authentication templates have it";
            errors.push(refused(
                named(&places.footer, "code_expiration_minutes"),
                Reason::NotAllowed,
                message,
            ));
        }
        None => {}
    }
    if !components.buttons.is_empty() {
        buttons(&components.buttons, &places.buttons, &mut errors);
    }
    one_sort_of_variables(components, places, &mut errors);
    errors
}

fn push(errors: &mut Vec<FieldError>, path: Vec<Step>, result: Result<(), Refusal>) {
    errors.extend(result.err().map(|refusal| refused(path, refusal.reason, refusal.message)));
}

/// The variables of a text; its refusals are kept.
fn variables(text: &str, path: &[Step], errors: &mut Vec<FieldError>) -> Vec<String> {
    text::checked_variables(text).unwrap_or_else(|refusal| {
        push(errors, path.to_vec(), Err(refusal));
        Vec::new()
    })
}

fn not_blank(text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        return Err(Refusal::new(Reason::TooShort, "String should not be blank"));
    }
    Ok(())
}

fn body(body: &TemplateText, path: &[Step], errors: &mut Vec<FieldError>) {
    let path = named(path, "text");
    let length = check_length(&body.text, 1, BODY_MAX_LENGTH).and_then(|()| not_blank(&body.text));
    push(errors, path.clone(), length);
    let found = variables(&body.text, &path, errors);
    if found.is_empty() {
        return;
    }
    if text::has_variable_at_an_end(&body.text) {
        let message = "The body should not begin or end with a variable";
        errors.push(refused(path.clone(), Reason::BadValue, message));
    }
    if text::words(&body.text) < 2 * found.len() + 1 {
        let message = format!(
            "The body has too many variables for its length: {} of them need at least {} words beside them",
            found.len(),
            2 * found.len() + 1
        );
        errors.push(refused(path, Reason::BadValue, message));
    }
}

fn header(header: &TemplateText, path: &[Step], errors: &mut Vec<FieldError>) {
    let path = named(path, "text");
    push(errors, path.clone(), plain_text(&header.text, HEADER_MAX_LENGTH, "The header"));
    if variables(&header.text, &path, errors).len() > 1 {
        errors.push(refused(path, Reason::BadValue, "The header should have at most one variable"));
    }
}

fn footer(footer: &str, path: &[Step], errors: &mut Vec<FieldError>) {
    let path = named(path, "text");
    push(errors, path.clone(), plain_text(footer, FOOTER_MAX_LENGTH, "The footer"));
    if footer.contains("{{") {
        errors.push(refused(path, Reason::BadValue, "The footer should have no variables"));
    }
}

/// A line without formatting.
fn plain_text(text: &str, max: usize, what: &str) -> Result<(), Refusal> {
    check_length(text, 1, max)?;
    not_blank(text)?;
    if text.contains(['\n', '\r']) {
        return Err(Refusal::new(Reason::BadValue, format!("{what} should have no line breaks")));
    }
    if text.contains(MARKS) || text::has_italics(text) {
        let message = format!("{what} should have no formatting (*, _, ~ or `)");
        return Err(Refusal::new(Reason::BadValue, message));
    }
    Ok(())
}

fn without_sample(format: MediaFormat, path: &[Step]) -> FieldError {
    let message = format!(
        "A header of format {format} needs a sample: {{\"media_id\": …}} with the id of a media file, or \
         {{\"header_handle\": […]}} with Meta's handle"
    );
    refused(named(path, "example"), Reason::Missing, message)
}

/// Variables of the header and the body are of the same sort: a template has one parameter format.
fn one_sort_of_variables(components: &Components, places: &Places, errors: &mut Vec<FieldError>) {
    let (Some(Header::Text(header)), Some(Body::Text(body))) = (&components.header, &components.body) else {
        return;
    };
    let both_have_some = !header.variables().is_empty() && !body.variables().is_empty();
    if both_have_some && header.is_named() != body.is_named() {
        let message = "Variables of header and body should be all numbered or all named";
        errors.push(refused(named(&places.header, "text"), Reason::BadValue, message));
    }
}

fn buttons(buttons: &[Button], path: &[Step], errors: &mut Vec<FieldError>) {
    if buttons.len() > MOST_BUTTONS {
        let message = format!("There should be at most {MOST_BUTTONS} buttons");
        errors.push(refused(path.to_vec(), Reason::TooLong, message));
    }
    for (kind, most) in MOST_OF {
        let mut of_kind = buttons.iter().enumerate().filter(|(_, button)| button.kind() == kind);
        if let Some((index, _)) = of_kind.nth(most) {
            let message = format!(
                "There should be at most {most} {} of type {kind}",
                if most == 1 { "button" } else { "buttons" }
            );
            errors.push(refused(indexed(path, index), Reason::TooLong, message));
        }
    }
    let is_reply = |button: &Button| matches!(button, Button::QuickReply { .. });
    if buttons.windows(2).filter(|two| is_reply(&two[0]) != is_reply(&two[1])).count() > 1 {
        let message = "Quick replies should stand together, before or after all other buttons";
        errors.push(refused(path.to_vec(), Reason::BadValue, message));
    }
    for (index, button) in buttons.iter().enumerate() {
        one_button(button, &indexed(path, index), errors);
    }
}

fn one_button(button: &Button, path: &[Step], errors: &mut Vec<FieldError>) {
    let mut label = |text: &str| {
        let checked = check_length(text, 1, LABEL_MAX_LENGTH).and_then(|()| not_blank(text)).and_then(|()| {
            if text.contains("{{") {
                return Err(Refusal::new(Reason::BadValue, "A label should have no variables"));
            }
            Ok(())
        });
        push(errors, named(path, "text"), checked);
    };
    match button {
        Button::QuickReply { text } | Button::Other { text: Some(text), .. } => label(text),
        Button::Url { text, url, sample } => {
            label(text);
            push(errors, named(path, "url"), address(url));
            if let Some(sample) = sample.as_ref().filter(|_| !url_has_variable(url)) {
                let same = if sample == url {
                    Ok(())
                } else {
                    Err(Refusal::new(Reason::BadValue, "The URL has no variable to give an example of"))
                };
                push(errors, named(path, "example"), same);
            }
        }
        Button::PhoneNumber { text, phone_number } => {
            label(text);
            push(errors, named(path, "phone_number"), number(phone_number));
        }
        Button::CopyCode { sample } => {
            let checked = sample.as_ref().map_or(Ok(()), |sample| check_length(sample, 1, CODE_MAX_LENGTH));
            push(errors, named(path, "example"), checked);
        }
        Button::Otp(_) => {
            let message = "Only authentication templates have buttons of type OTP";
            errors.push(refused(named(path, "type"), Reason::NotAllowed, message));
        }
        Button::Other { text: None, .. } => {
            errors.push(refused(named(path, "text"), Reason::Missing, "Field required"));
        }
    }
}

fn address(url: &str) -> Result<(), Refusal> {
    check_length(url, 1, URL_MAX_LENGTH)?;
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
    let plain = url.chars().all(|character| !character.is_whitespace() && !character.is_control());
    if host.is_empty() || host.contains("{{") || !plain {
        return Err(Refusal::new(
            Reason::BadValue,
            "should be a web address such as https://example.com/{{1}}",
        ));
    }
    let found = text::checked_variables(url)?;
    match found.as_slice() {
        [] => Ok(()),
        [only] if only == "1" && url.ends_with("{{1}}") => Ok(()),
        _ => Err(Refusal::new(Reason::BadValue, "A URL may have one variable, {{1}}, at its end")),
    }
}

fn number(phone_number: &str) -> Result<(), Refusal> {
    check_length(phone_number, 1, PHONE_NUMBER_MAX_LENGTH)?;
    let digits = phone_number.chars().filter(char::is_ascii_digit).count();
    let plain =
        phone_number.chars().all(|character| character.is_ascii_digit() || "+-() ".contains(character));
    if plain && digits >= 2 {
        Ok(())
    } else {
        Err(Refusal::new(Reason::BadValue, "should be a phone number"))
    }
}

fn authentication(components: &Components, places: &Places, errors: &mut Vec<FieldError>) {
    match &components.body {
        Some(Body::Authentication { .. }) => {}
        Some(Body::Text(_)) => {
            errors.push(refused(named(&places.body, "text"), Reason::NotAllowed, OWN_TEXT));
        }
        None => errors.push(refused(places.body.clone(), Reason::Missing, "Field required")),
    }
    if components.header.is_some() {
        let message = "Authentication templates have no header";
        errors.push(refused(places.header.clone(), Reason::NotAllowed, message));
    }
    match &components.footer {
        Some(Footer::CodeExpiration { minutes: 1..=90 }) | None => {}
        Some(Footer::CodeExpiration { .. }) => {
            let path = named(&places.footer, "code_expiration_minutes");
            errors.push(refused(path, Reason::OutOfRange, "Input should be 1 to 90"));
        }
        Some(Footer::Text(_)) => {
            let message =
                "Authentication templates have code_expiration_minutes in their footer, and no text";
            errors.push(refused(named(&places.footer, "text"), Reason::NotAllowed, message));
        }
    }
    let [Button::Otp(otp)] = components.buttons.as_slice() else {
        let message = "Authentication templates have one button, of type OTP";
        errors.push(refused(places.buttons.clone(), Reason::Missing, message));
        return;
    };
    let path = indexed(&places.buttons, 0);
    if otp.kind != OtpKind::CopyCode && (otp.apps.is_empty() || otp.apps.len() > MOST_APPS) {
        let message = format!("One-tap and zero-tap buttons need 1 to {MOST_APPS} apps");
        errors.push(refused(named(&path, "supported_apps"), Reason::Missing, message));
    }
    if otp.kind == OtpKind::ZeroTap && !otp.zero_tap_terms_accepted {
        let message = "Meta's terms of zero-tap buttons must be accepted";
        errors.push(refused(named(&path, "zero_tap_terms_accepted"), Reason::Missing, message));
    }
}
