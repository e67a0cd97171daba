//! What a template says, and how both wire forms write it.

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use strum::{Display, EnumString, VariantArray};

use super::text::TemplateText;
use crate::Id;

/// What a template says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Components {
    /// What stands above the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<Header>,
    /// The body. Only what Meta reports may lack it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
    /// What stands below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<Footer>,
    /// The buttons, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Button>,
    /// Components of Meta's that are only shown, as Graph has them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<Value>,
}

/// What stands above the body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Header {
    /// A text.
    Text(TemplateText),
    /// A file, which each message chooses.
    Media {
        /// The sort of file.
        format: MediaFormat,
        /// An example of one, for Meta's review.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sample: Option<MediaSample>,
    },
    /// A place, which each message chooses.
    Location,
}

/// The sort of file that a header has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, VariantArray)]
#[serde(rename_all = "UPPERCASE")]
#[strum(serialize_all = "UPPERCASE", ascii_case_insensitive)]
pub enum MediaFormat {
    /// A picture.
    Image,
    /// A film.
    Video,
    /// A short film that is shown as a moving picture. It is sent as a video.
    Gif,
    /// A document.
    Document,
}

/// An example of a header's file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaSample {
    /// Meta's handle of an uploaded file.
    Handle(String),
    /// A media file of the workspace, which is yet to be uploaded.
    Media(Id),
    /// A media file of the workspace that was uploaded.
    Uploaded {
        /// The file.
        media_id: Id,
        /// Meta's handle of it.
        handle: String,
    },
}

/// The body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// A text.
    Text(TemplateText),
    /// Meta's own text for a code.
    Authentication {
        /// Whether it asks not to share the code.
        add_security_recommendation: bool,
    },
}

/// What stands below the body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Footer {
    /// A text.
    Text(String),
    /// Meta's own text for how long a code is good.
    CodeExpiration {
        /// Minutes, 1 to 90.
        minutes: u32,
    },
}

/// A button.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Button {
    /// An answer that is sent by a tap.
    QuickReply {
        /// Its label.
        text: String,
    },
    /// A page that is opened.
    Url {
        /// Its label.
        text: String,
        /// The address; it may end in a variable.
        url: String,
        /// An example of the whole address.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sample: Option<String>,
    },
    /// A number that is called.
    PhoneNumber {
        /// Its label.
        text: String,
        /// The number.
        phone_number: String,
    },
    /// A code that is copied, which each message chooses.
    CopyCode {
        /// An example of a code.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sample: Option<String>,
    },
    /// A one-time password that is copied or filled in.
    Otp(OtpButton),
    /// Any other button: its type, its label, and Meta's other fields of it.
    Other {
        /// Meta's name of the type, in upper case.
        kind: String,
        /// Its label.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
        /// The other fields.
        #[serde(default, skip_serializing_if = "Map::is_empty")]
        fields: Map<String, Value>,
    },
}

/// A button of an authentication template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtpButton {
    /// How the code gets to the app.
    pub kind: OtpKind,
    /// Its label, where it is not Meta's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The label of a one-tap button.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub autofill_text: Option<String>,
    /// The apps that may take the code.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub apps: Vec<OtpApp>,
    /// Whether Meta's terms of zero-tap buttons are accepted.
    #[serde(default)]
    pub zero_tap_terms_accepted: bool,
}

/// How a code gets to the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, VariantArray)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE", ascii_case_insensitive)]
pub enum OtpKind {
    /// The person copies it.
    CopyCode,
    /// A tap fills it in.
    OneTap,
    /// It is filled in without a tap.
    ZeroTap,
}

/// An Android app that may take a code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtpApp {
    /// Its package.
    pub package_name: String,
    /// Hash of its signing key.
    pub signature_hash: String,
}

/// Which of the wire forms.
#[derive(Clone, Copy)]
enum Form<'a> {
    /// Graph's, in which samples stand in `example`.
    Graph,
    /// The object form, with our ids of media spelled so.
    Object(&'a dyn Fn(Id) -> String),
}

impl Components {
    /// Graph's array form, with samples for all variables.
    pub fn to_graph(&self) -> Value {
        let mut array = Vec::new();
        let mut push = |kind: &str, fields: Value| {
            let mut component = json!({"type": kind});
            extend(&mut component, fields);
            array.push(component);
        };
        if let Some(header) = &self.header {
            push("HEADER", header.fields(Form::Graph));
        }
        if let Some(body) = &self.body {
            push("BODY", body.fields(Form::Graph));
        }
        if let Some(footer) = &self.footer {
            push("FOOTER", footer.fields());
        }
        if !self.buttons.is_empty() {
            let buttons: Vec<Value> = self.buttons.iter().map(|button| button.fields(Form::Graph)).collect();
            push("BUTTONS", json!({ "buttons": buttons }));
        }
        array.extend(self.others.iter().cloned());
        Value::Array(array)
    }

    /// The object form of the WhatsApp Business API; `spell` spells our ids of media.
    pub fn to_object(&self, spell: &dyn Fn(Id) -> String) -> Value {
        let form = Form::Object(spell);
        let mut object = Map::new();
        if let Some(header) = &self.header {
            object.insert("header".to_owned(), header.fields(form));
        }
        if let Some(body) = &self.body {
            object.insert("body".to_owned(), body.fields(form));
        }
        if let Some(footer) = &self.footer {
            object.insert("footer".to_owned(), footer.fields());
        }
        if !self.buttons.is_empty() {
            object.insert(
                "buttons".to_owned(),
                self.buttons.iter().map(|button| button.fields(form)).collect(),
            );
        }
        for other in &self.others {
            let mut fields = other.clone();
            let kind = fields.as_object_mut().and_then(|fields| fields.remove("type"));
            if let Some(kind) = kind.as_ref().and_then(Value::as_str) {
                object.insert(kind.to_ascii_lowercase(), fields);
            }
        }
        Value::Object(object)
    }

    /// Whether variables have names rather than numbers.
    pub fn is_named(&self) -> bool {
        let header = match &self.header {
            Some(Header::Text(text)) => text.is_named(),
            _ => false,
        };
        header || matches!(&self.body, Some(Body::Text(text)) if text.is_named())
    }

    /// The same for components with the same body and footer, which Meta does not take twice; `None` where the text is
    /// Meta's own.
    pub fn wording(&self) -> Option<String> {
        let Some(Body::Text(body)) = &self.body else { return None };
        let footer = match &self.footer {
            Some(Footer::Text(text)) => text.as_str(),
            _ => "",
        };
        let digest = Sha256::new().chain_update(&body.text).chain_update([0]).chain_update(footer).finalize();
        Some(HEXLOWER.encode(&digest[..16]))
    }

    /// Whether both say the same to a customer, whatever their samples.
    pub fn says_the_same(&self, other: &Self) -> bool {
        without_samples(self.to_graph()) == without_samples(other.to_graph())
    }

    /// Takes over what `news` has; what it lacks stays.
    pub(super) fn merge(&mut self, news: Self) {
        let mut merged = self.clone();
        merged.header = news.header.or(merged.header);
        merged.body = news.body.or(merged.body);
        merged.footer = news.footer.or(merged.footer);
        if !news.buttons.is_empty() {
            merged.buttons = news.buttons;
        }
        if !self.says_the_same(&merged) {
            *self = merged;
        }
    }
}

impl Header {
    fn fields(&self, form: Form<'_>) -> Value {
        match self {
            Self::Text(text) => {
                let mut fields = json!({"format": "TEXT"});
                extend(&mut fields, text_fields(text, form, "header_text", |samples| json!(samples)));
                fields
            }
            Self::Media { format, sample } => {
                let mut fields = json!({"format": format.to_string()});
                match (sample, form) {
                    (Some(MediaSample::Handle(handle)), _)
                    | (Some(MediaSample::Uploaded { handle, .. }), Form::Graph) => {
                        fields["example"] = json!({"header_handle": [handle]});
                    }
                    (
                        Some(MediaSample::Media(id) | MediaSample::Uploaded { media_id: id, .. }),
                        Form::Object(spell),
                    ) => {
                        fields["example"] = json!({"media_id": spell(*id)});
                    }
                    (Some(MediaSample::Media(_)), Form::Graph) | (None, _) => {}
                }
                fields
            }
            Self::Location => json!({"format": "LOCATION"}),
        }
    }
}

impl Body {
    fn fields(&self, form: Form<'_>) -> Value {
        match self {
            Self::Text(text) => text_fields(text, form, "body_text", |samples| json!([samples])),
            Self::Authentication { add_security_recommendation } => {
                json!({"add_security_recommendation": add_security_recommendation})
            }
        }
    }
}

impl Footer {
    fn fields(&self) -> Value {
        match self {
            Self::Text(text) => json!({ "text": text }),
            Self::CodeExpiration { minutes } => json!({"code_expiration_minutes": minutes}),
        }
    }
}

impl Button {
    /// Meta's name of the type.
    pub fn kind(&self) -> &str {
        match self {
            Self::QuickReply { .. } => "QUICK_REPLY",
            Self::Url { .. } => "URL",
            Self::PhoneNumber { .. } => "PHONE_NUMBER",
            Self::CopyCode { .. } => "COPY_CODE",
            Self::Otp(_) => "OTP",
            Self::Other { kind, .. } => kind,
        }
    }

    fn fields(&self, form: Form<'_>) -> Value {
        let mut fields = json!({"type": self.kind()});
        match self {
            Self::QuickReply { text } => fields["text"] = json!(text),
            Self::Url { text, url, sample } => {
                fields["text"] = json!(text);
                fields["url"] = json!(url);
                let made_up = || {
                    TemplateText { text: url.clone(), ..TemplateText::default() }.filled(|_| Some("sample"))
                };
                match (sample, form) {
                    (Some(sample), _) => fields["example"] = json!([sample]),
                    (None, Form::Graph) if url_has_variable(url) => fields["example"] = json!([made_up()]),
                    (None, _) => {}
                }
            }
            Self::PhoneNumber { text, phone_number } => {
                fields["text"] = json!(text);
                fields["phone_number"] = json!(phone_number);
            }
            Self::CopyCode { sample } => match (sample, form) {
                (Some(sample), _) => fields["example"] = json!(sample),
                (None, Form::Graph) => fields["example"] = json!("SAMPLE25"),
                (None, Form::Object(_)) => {}
            },
            Self::Otp(otp) => extend(&mut fields, otp.fields()),
            Self::Other { text, fields: others, .. } => {
                if let Some(text) = text {
                    fields["text"] = json!(text);
                }
                extend(&mut fields, Value::Object(others.clone()));
            }
        }
        fields
    }
}

impl OtpButton {
    fn fields(&self) -> Value {
        let mut fields = json!({"otp_type": self.kind.to_string()});
        if let Some(text) = &self.text {
            fields["text"] = json!(text);
        }
        if let Some(text) = &self.autofill_text {
            fields["autofill_text"] = json!(text);
        }
        if !self.apps.is_empty() {
            fields["supported_apps"] = json!(self.apps);
        }
        if self.zero_tap_terms_accepted {
            fields["zero_tap_terms_accepted"] = json!(true);
        }
        fields
    }
}

/// Whether an address ends in a variable.
pub(super) fn url_has_variable(url: &str) -> bool {
    !super::text::variables(url).is_empty()
}

/// A text with its samples: all that Graph needs, or those that were given.
fn text_fields(
    text: &TemplateText,
    form: Form<'_>,
    key: &str,
    positional: impl Fn(&[String]) -> Value,
) -> Value {
    let mut fields = json!({"text": text.text});
    let variables = text.variables();
    match form {
        Form::Object(_) if text.samples.is_empty() => {}
        Form::Object(_) if text.is_named() => {
            let named = variables.into_iter().zip(text.samples.iter().map(|sample| json!(sample)));
            fields["example"] = Value::Object(named.collect());
        }
        Form::Object(_) => fields["example"] = json!(text.samples),
        Form::Graph if variables.is_empty() => {}
        Form::Graph if text.is_named() => {
            let named = variables.into_iter().zip(text.samples());
            let named: Vec<Value> =
                named.map(|(name, sample)| json!({"param_name": name, "example": sample})).collect();
            fields["example"] = json!({format!("{key}_named_params"): named});
        }
        Form::Graph => fields["example"] = json!({key: positional(&text.samples())}),
    }
    fields
}

fn extend(object: &mut Value, fields: Value) {
    if let (Some(object), Value::Object(fields)) = (object.as_object_mut(), fields) {
        object.extend(fields);
    }
}

fn without_samples(mut graph: Value) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(strip),
            Value::Object(members) => {
                members.remove("example");
                members.values_mut().for_each(strip);
            }
            _ => {}
        }
    }
    strip(&mut graph);
    graph
}
