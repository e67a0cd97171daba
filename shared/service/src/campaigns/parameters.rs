//! What a template says to one contact.

use switchboard_model::campaign::variables::{Location, Slot, Source};
use switchboard_model::campaign::{Variables, variables::Variable};
use switchboard_model::contact::Contact;
use switchboard_model::recipient::SkipReason;
use switchboard_model::template::{
    ButtonParameters, FilledTemplate, MediaFormat, MediaSource, Parameter, Place, Placeholder,
    PlaceholderKind, SendComponents, Template,
};

/// What `template` says to `contact`, or why it can't be said.
pub(super) fn fill(
    template: &Template,
    variables: &Variables,
    contact: &Contact,
) -> Result<FilledTemplate, SkipReason> {
    let mut given = SendComponents::default();
    for placeholder in template.placeholders() {
        let variable = variables.get(&slot(&placeholder)).ok_or(SkipReason::MissingVariable)?;
        let parameter = parameter(&placeholder, variable, contact)?;
        match placeholder.place {
            Place::Header => given.header.push(parameter),
            Place::Body => given.body.push(parameter),
            Place::Button(index) => given.buttons.push(ButtonParameters::new(index, vec![parameter])),
        }
    }
    template.fill(&given).map_err(|_| SkipReason::RefusedVariable)
}

/// What is wrong with the variables of a campaign, in words: placeholders without one, variables without a
/// placeholder, and sources that can't fill the kind of placeholder.
pub(super) fn problems(template: &Template, variables: &Variables) -> Vec<String> {
    let placeholders = template.placeholders();
    let mut problems = Vec::new();
    for placeholder in &placeholders {
        match variables.get(&slot(placeholder)) {
            None => problems.push(format!("the placeholder {placeholder} has no variable")),
            Some(variable) if !fits(placeholder.kind, &variable.source) => {
                problems
                    .push(format!("the variable of {placeholder} should be {}", wanted(placeholder.kind)));
            }
            Some(_) => {}
        }
    }
    let slots: Vec<_> = placeholders.iter().map(slot).collect();
    let unknown = variables.keys().filter(|given| !slots.contains(given));
    problems.extend(unknown.map(|slot| format!("the template has no placeholder {slot}")));
    problems
}

/// What a variable of a campaign is called that fills `placeholder`.
fn slot(placeholder: &Placeholder) -> Slot {
    let name = placeholder.name.clone();
    match placeholder.place {
        Place::Header => Slot::Header(name),
        Place::Body => Slot::Body(name),
        Place::Button(index) => Slot::Button(u8::try_from(index).unwrap_or(u8::MAX), name),
    }
}

fn fits(kind: PlaceholderKind, source: &Source) -> bool {
    match kind {
        PlaceholderKind::Location => matches!(source, Source::Location(_)),
        PlaceholderKind::Image | PlaceholderKind::Video | PlaceholderKind::Document => {
            matches!(source, Source::Media(_) | Source::Link(_) | Source::Attribute(_))
        }
        PlaceholderKind::Text | PlaceholderKind::UrlSuffix | PlaceholderKind::CouponCode => {
            !matches!(source, Source::Media(_) | Source::Link(_) | Source::Location(_))
        }
    }
}

fn wanted(kind: PlaceholderKind) -> &'static str {
    match kind {
        PlaceholderKind::Location => "a location",
        PlaceholderKind::Image | PlaceholderKind::Video | PlaceholderKind::Document => {
            "a media file, a link or an attribute that holds a link"
        }
        PlaceholderKind::Text | PlaceholderKind::UrlSuffix | PlaceholderKind::CouponCode => {
            "a text or a field of the contact"
        }
    }
}

fn parameter(
    placeholder: &Placeholder,
    variable: &Variable,
    contact: &Contact,
) -> Result<Parameter, SkipReason> {
    let name =
        (!placeholder.name.bytes().all(|byte| byte.is_ascii_digit())).then(|| placeholder.name.clone());
    let format = match placeholder.kind {
        PlaceholderKind::Text | PlaceholderKind::UrlSuffix => {
            return Ok(Parameter::Text { name, text: text(variable, contact)? });
        }
        PlaceholderKind::CouponCode => {
            return Ok(Parameter::CouponCode { code: text(variable, contact)? });
        }
        PlaceholderKind::Location => return location(variable),
        PlaceholderKind::Image => MediaFormat::Image,
        PlaceholderKind::Video => MediaFormat::Video,
        PlaceholderKind::Document => MediaFormat::Document,
    };
    let source = match &variable.source {
        Source::Media(id) => MediaSource::Media(*id),
        Source::Link(link) => MediaSource::Link(link.clone()),
        _ => MediaSource::Link(link(&text(variable, contact)?)?),
    };
    Ok(Parameter::Media { format, source, file_name: None })
}

fn location(variable: &Variable) -> Result<Parameter, SkipReason> {
    let Source::Location(Location { latitude, longitude, name, address }) = &variable.source else {
        return Err(SkipReason::RefusedVariable);
    };
    let (name, address) = (name.clone(), address.clone());
    Ok(Parameter::Location { latitude: *latitude, longitude: *longitude, name, address })
}

/// What Meta is to fetch: it takes no other addresses than those of the web.
fn link(text: &str) -> Result<String, SkipReason> {
    let web = text.starts_with("https://") || text.starts_with("http://");
    if web { Ok(text.to_owned()) } else { Err(SkipReason::RefusedVariable) }
}

/// The text of a variable for a contact. What is known of a contact may have been typed with more white space than
/// Meta takes in a parameter; its words are kept.
fn text(variable: &Variable, contact: &Contact) -> Result<String, SkipReason> {
    let own = match &variable.source {
        Source::Constant(text) => return Ok(text.clone()),
        Source::Name => contact.name.as_deref().map(words),
        Source::PhoneNumber => Some(contact.customer.display()).filter(|number| number.starts_with('+')),
        Source::Attribute(name) => contact.attributes.get(name).map(|value| words(value)),
        Source::Media(_) | Source::Link(_) | Source::Location(_) => return Err(SkipReason::RefusedVariable),
    };
    own.filter(|text| !text.is_empty())
        .or_else(|| variable.fallback.clone())
        .ok_or(SkipReason::MissingVariable)
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
