//! A template with its parameters: what Meta gets (Meta, Cloud API template messages).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Template;
use super::components::{Body, Button, Header, MediaFormat, url_has_variable};
use super::parameters::{ButtonParameters, MediaSource, Parameter, SendComponents};
use super::place::{indexed, named, refused};
use super::rules::{CODE_MAX_LENGTH, HEADER_MAX_LENGTH};
use super::text::TemplateText;
use crate::Id;
use crate::field::{FieldError, Reason, Refusal, Step, check_length};

/// Most characters of the filled body.
const FILLED_BODY_MAX_LENGTH: usize = 1_024;
/// Most characters of the end of an address.
const SUFFIX_MAX_LENGTH: usize = 2_000;

/// A template that can be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct FilledTemplate {
    /// Graph's `template.components`.
    pub components: Value,
    /// The body with its values, as the customer reads it.
    pub preview: String,
    /// The files in it that are ours and must be put to Meta first; see [`FilledMedia::put_in`].
    pub media: Vec<FilledMedia>,
}

/// A file of ours in a filled template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilledMedia {
    /// The file.
    pub media_id: Id,
    /// JSON pointer to its id in the components.
    pub pointer: String,
}

impl FilledMedia {
    /// Writes Meta's id of the file into the components.
    pub fn put_in(&self, components: &mut Value, meta_media_id: &str) {
        if let Some(place) = components.pointer_mut(&self.pointer) {
            *place = Value::from(meta_media_id);
        }
    }
}

/// What is put together on the way.
#[derive(Default)]
struct Filling {
    components: Vec<Value>,
    media: Vec<FilledMedia>,
    errors: Vec<FieldError>,
}

impl Template {
    /// Checks the parameters of a send against the template: their number, kinds and names, the lengths of the filled
    /// texts, and white space that Meta does not take. Whether the template may be sent at all is
    /// [`Template::check_sendable`].
    pub fn fill(&self, given: &SendComponents) -> Result<FilledTemplate, Vec<FieldError>> {
        let mut filling = Filling::default();
        if let Some(kind) = self.components.others.iter().find_map(|other| other["type"].as_str()) {
            let message = format!("Templates with a component of type {kind} can't be sent");
            filling.errors.push(refused(named(&[], "components"), Reason::BadValue, message));
        }
        self.fill_header(given, &mut filling);
        let preview = self.fill_body(given, &mut filling);
        self.fill_buttons(given, &mut filling);
        let Filling { components, media, errors } = filling;
        if errors.is_empty() {
            Ok(FilledTemplate { components: Value::Array(components), preview, media })
        } else {
            Err(errors)
        }
    }

    fn fill_header(&self, given: &SendComponents, filling: &mut Filling) {
        let path = given.header_path();
        match &self.components.header {
            Some(Header::Text(text)) => {
                filling.texts("header", text, &given.header, &path, HEADER_MAX_LENGTH);
            }
            Some(Header::Media { format, .. }) => filling.file(*format, &given.header, &path),
            Some(Header::Location) => filling.location(&given.header, &path),
            None if given.header.is_empty() => {}
            None => filling.errors.push(refused(path, Reason::NotAllowed, "The template has no header")),
        }
    }

    fn fill_body(&self, given: &SendComponents, filling: &mut Filling) -> String {
        let path = given.body_path();
        match &self.components.body {
            Some(Body::Text(text)) => filling.texts("body", text, &given.body, &path, FILLED_BODY_MAX_LENGTH),
            Some(Body::Authentication { .. }) => {
                let text = TemplateText { text: "{{1}}".to_owned(), samples: Vec::new() };
                let code = filling.texts("body", &text, &given.body, &path, CODE_MAX_LENGTH);
                format!("{code} is your verification code.")
            }
            None => String::new(),
        }
    }

    fn fill_buttons(&self, given: &SendComponents, filling: &mut Filling) {
        for one in &given.buttons {
            if one.index >= self.components.buttons.len() {
                let message =
                    format!("The template has {} buttons, counted from 0", self.components.buttons.len());
                filling.errors.push(refused(
                    named(&one.path_or_object_form(), "index"),
                    Reason::OutOfRange,
                    message,
                ));
            }
        }
        let code = given.body.first().and_then(Parameter::words);
        for (index, button) in self.components.buttons.iter().enumerate() {
            let one = given.buttons.iter().find(|one| one.index == index);
            filling.button(index, button, one, code);
        }
    }
}

impl Filling {
    fn refuse(&mut self, path: Vec<Step>, reason: Reason, message: impl Into<String>) {
        self.errors.push(refused(path, reason, message));
    }

    /// Fills a text, and answers with it.
    fn texts(
        &mut self,
        kind: &str,
        text: &TemplateText,
        given: &[Parameter],
        path: &[Step],
        max: usize,
    ) -> String {
        let variables = text.variables();
        if given.len() != variables.len() {
            let message =
                format!("{} given, {} expected", parameters(given.len()), parameters(variables.len()));
            let reason = if given.len() < variables.len() { Reason::Missing } else { Reason::TooLong };
            self.refuse(path.to_vec(), reason, message);
            return String::new();
        }
        let mut values: Vec<(String, &str)> = Vec::with_capacity(given.len());
        let before = self.errors.len();
        for (index, parameter) in given.iter().enumerate() {
            let path = indexed(path, index);
            let Some(words) = parameter.words() else {
                let message = format!("The {kind} takes parameters of type text, currency or date_time");
                self.refuse(named(&path, "type"), Reason::NotAllowed, message);
                continue;
            };
            if let Err(refusal) = one_line(words) {
                self.refuse(named(&path, parameter.words_field()), refusal.reason, refusal.message);
            }
            let name = match (text.is_named(), parameter.name()) {
                (false, _) => variables.get(index).cloned().unwrap_or_default(),
                (true, Some(name)) => name.to_owned(),
                (true, None) => {
                    self.refuse(named(&path, "parameter_name"), Reason::Missing, "Field required");
                    continue;
                }
            };
            if !variables.contains(&name) || values.iter().any(|(known, _)| *known == name) {
                let message = format!("should be one of {}, each once", variables.join(", "));
                self.refuse(named(&path, "parameter_name"), Reason::NotAllowed, message);
            }
            values.push((name, words));
        }
        let filled =
            text.filled(|name| values.iter().find(|(known, _)| known == name).map(|(_, words)| *words));
        if self.errors.len() == before && filled.chars().count() > max {
            let message = format!("The filled text should have at most {max} characters");
            self.refuse(path.to_vec(), Reason::TooLong, message);
        }
        if !given.is_empty() {
            let given: Vec<Value> =
                given.iter().map(|parameter| parameter.to_graph(text.is_named())).collect();
            self.components.push(json!({"type": kind, "parameters": given}));
        }
        filled
    }

    /// Fills in a header's file.
    fn file(&mut self, format: MediaFormat, given: &[Parameter], path: &[Step]) {
        let format = if format == MediaFormat::Gif { MediaFormat::Video } else { format };
        let kind = format.to_string().to_ascii_lowercase();
        let [only] = given else {
            let message = format!("The header needs one parameter of type {kind}");
            self.refuse(path.to_vec(), Reason::Missing, message);
            return;
        };
        let Parameter::Media { format: given_format, source, .. } = only else {
            let message = format!("Input should be '{kind}'");
            self.refuse(named(&indexed(path, 0), "type"), Reason::NotAllowed, message);
            return;
        };
        if *given_format != format {
            let message = format!("Input should be '{kind}'");
            self.refuse(named(&indexed(path, 0), "type"), Reason::NotAllowed, message);
            return;
        }
        if let MediaSource::Media(media_id) = source {
            let pointer = format!("/{}/parameters/0/{kind}/id", self.components.len());
            self.media.push(FilledMedia { media_id: *media_id, pointer });
        }
        self.components.push(json!({"type": "header", "parameters": [only.to_graph(false)]}));
    }

    fn location(&mut self, given: &[Parameter], path: &[Step]) {
        if let [only @ Parameter::Location { .. }] = given {
            self.components.push(json!({"type": "header", "parameters": [only.to_graph(false)]}));
        } else {
            let message = "The header needs one parameter of type location";
            self.refuse(path.to_vec(), Reason::Missing, message);
        }
    }

    /// Fills in a button. `code` is what stands in for a one-time password that is given in the body only.
    fn button(
        &mut self,
        index: usize,
        button: &Button,
        given: Option<&ButtonParameters>,
        code: Option<&str>,
    ) {
        let path = given.map_or_else(
            || named(&named(&[], "components"), "buttons"),
            ButtonParameters::path_or_object_form,
        );
        let (sub_type, wanted) = match button {
            Button::QuickReply { .. } => ("quick_reply", Wanted::Payload),
            Button::Url { url, .. } if url_has_variable(url) => ("url", Wanted::Text),
            Button::Otp(_) => ("url", Wanted::Code),
            Button::CopyCode { .. } => ("copy_code", Wanted::CouponCode),
            _ => {
                if given.is_some_and(|given| !given.parameters.is_empty()) {
                    let message = format!("A button of type {} takes no parameters", button.kind());
                    self.refuse(path, Reason::NotAllowed, message);
                }
                return;
            }
        };
        if let Some(other) =
            given.and_then(|given| given.sub_type.as_deref()).filter(|other| *other != sub_type)
        {
            let message = format!("The button is of sub_type '{sub_type}', not '{other}'");
            self.refuse(named(&path, "sub_type"), Reason::NotAllowed, message);
            return;
        }
        let parameters = given.map(|given| given.parameters.as_slice()).unwrap_or_default();
        let parameter = match (wanted, parameters) {
            (Wanted::Payload, []) => return,
            (Wanted::Payload, [only @ Parameter::Payload { .. }]) => only.to_graph(false),
            (Wanted::Code, []) => json!({"type": "text", "text": code.unwrap_or_default()}),
            (Wanted::Text | Wanted::Code, [only @ Parameter::Text { text, .. }]) => {
                let checked = check_length(text, 1, SUFFIX_MAX_LENGTH).and_then(|()| one_line(text));
                self.keep(checked, named(&indexed(&named(&path, "parameters"), 0), "text"));
                only.to_graph(false)
            }
            (Wanted::CouponCode, [only @ Parameter::CouponCode { code }]) => {
                let checked = check_length(code, 1, CODE_MAX_LENGTH).and_then(|()| one_line(code));
                self.keep(checked, named(&indexed(&named(&path, "parameters"), 0), "coupon_code"));
                only.to_graph(false)
            }
            _ => {
                let message =
                    format!("The button at index {index} needs one parameter of type {}", wanted.name());
                self.refuse(path, Reason::Missing, message);
                return;
            }
        };
        self.components.push(json!({
            "type": "button", "sub_type": sub_type, "index": index.to_string(), "parameters": [parameter],
        }));
    }

    fn keep(&mut self, checked: Result<(), Refusal>, path: Vec<Step>) {
        self.errors.extend(checked.err().map(|refusal| refused(path, refusal.reason, refusal.message)));
    }
}

#[derive(Clone, Copy)]
enum Wanted {
    Payload,
    Text,
    Code,
    CouponCode,
}

impl Wanted {
    fn name(self) -> &'static str {
        match self {
            Self::Payload => "payload",
            Self::Text | Self::Code => "text",
            Self::CouponCode => "coupon_code",
        }
    }
}

impl ButtonParameters {
    fn path_or_object_form(&self) -> Vec<Step> {
        if self.path.is_empty() { named(&named(&[], "components"), "buttons") } else { self.path.clone() }
    }
}

impl Parameter {
    /// What it shows in a text; `None` for what does not stand in texts.
    fn words(&self) -> Option<&str> {
        match self {
            Self::Text { text, .. } => Some(text),
            Self::Currency { fallback, .. } | Self::DateTime { fallback, .. } => Some(fallback),
            _ => None,
        }
    }

    fn words_field(&self) -> &'static str {
        match self {
            Self::Currency { .. } => "currency",
            Self::DateTime { .. } => "date_time",
            _ => "text",
        }
    }

    fn name(&self) -> Option<&str> {
        match self {
            Self::Text { name, .. } | Self::Currency { name, .. } | Self::DateTime { name, .. } => {
                name.as_deref()
            }
            _ => None,
        }
    }

    fn to_graph(&self, with_name: bool) -> Value {
        let mut graph = match self {
            Self::Text { text, .. } => json!({"type": "text", "text": text}),
            Self::Currency { fallback, code, amount_1000, .. } => json!({
                "type": "currency",
                "currency": {"fallback_value": fallback, "code": code, "amount_1000": amount_1000},
            }),
            Self::DateTime { fallback, .. } => {
                json!({"type": "date_time", "date_time": {"fallback_value": fallback}})
            }
            Self::Media { format, source, file_name } => {
                let kind = format.to_string().to_ascii_lowercase();
                let mut media = match source {
                    MediaSource::Media(id) => json!({"id": id.to_string()}),
                    MediaSource::MetaId(id) => json!({ "id": id }),
                    MediaSource::Link(link) => json!({ "link": link }),
                };
                if let (Some(file_name), MediaFormat::Document) = (file_name, format) {
                    media["filename"] = json!(file_name);
                }
                json!({"type": kind, kind.as_str(): media})
            }
            Self::Location { latitude, longitude, name, address } => {
                let mut location = json!({"latitude": latitude, "longitude": longitude});
                if let Some(name) = name {
                    location["name"] = json!(name);
                }
                if let Some(address) = address {
                    location["address"] = json!(address);
                }
                json!({"type": "location", "location": location})
            }
            Self::Payload { payload } => json!({"type": "payload", "payload": payload}),
            Self::CouponCode { code } => json!({"type": "coupon_code", "coupon_code": code}),
        };
        if let (true, Some(name)) = (with_name, self.name()) {
            graph["parameter_name"] = json!(name);
        }
        graph
    }
}

/// A value that Meta puts into a text: not empty, and on one line (Meta, error 132018).
fn one_line(text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        return Err(Refusal::new(Reason::TooShort, "String should not be blank"));
    }
    if text.contains(['\n', '\r', '\t']) || text.contains("     ") {
        let message = "should have no line breaks, tabs or more than four spaces in a row";
        return Err(Refusal::new(Reason::BadValue, message));
    }
    Ok(())
}

fn parameters(count: usize) -> String {
    if count == 1 { "1 parameter".to_owned() } else { format!("{count} parameters") }
}
