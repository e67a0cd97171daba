//! What is handed to Graph to send.

use serde::Serialize;
use serde_json::Value;
use switchboard_model::conversation::Customer;
use switchboard_model::media::MediaKind;

/// A message to one customer, as `POST /{phone_number_id}/messages` takes it.
///
/// To add a type, add a variant to [`Payload`].
#[derive(Clone, Debug, Serialize)]
pub struct Outgoing<'a> {
    messaging_product: &'static str,
    recipient_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient: Option<&'a str>,
    #[serde(flatten)]
    payload: Payload<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    biz_opaque_callback_data: Option<&'a str>,
}

impl<'a> Outgoing<'a> {
    /// A message to `to`. A phone number goes out with its `+`, without which Graph puts the country code of
    /// the sender in front of it; a business-scoped id goes out as `recipient`.
    pub fn new(to: &'a Customer, payload: Payload<'a>) -> Self {
        let is_number = to.as_str().bytes().all(|byte| byte.is_ascii_digit());
        Self {
            messaging_product: "whatsapp",
            recipient_type: "individual",
            to: is_number.then(|| to.display()),
            recipient: (!is_number).then(|| to.as_str()),
            payload,
            biz_opaque_callback_data: None,
        }
    }

    /// Has `data`, 512 characters at most, come back with each status of the message.
    #[must_use]
    pub fn with_callback_data(mut self, data: &'a str) -> Self {
        self.biz_opaque_callback_data = Some(data);
        self
    }
}

/// What a message says.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Payload<'a> {
    /// A text.
    Text {
        /// The text.
        text: Text<'a>,
    },
    /// A picture.
    Image {
        /// The picture.
        image: Media<'a>,
    },
    /// A film.
    Video {
        /// The film.
        video: Media<'a>,
    },
    /// A sound.
    Audio {
        /// The sound.
        audio: Media<'a>,
    },
    /// A document.
    Document {
        /// The document.
        document: Media<'a>,
    },
    /// A template.
    Template {
        /// The template.
        template: Template<'a>,
    },
}

impl<'a> Payload<'a> {
    /// A text of 1 to 4,096 characters, without a preview of links in it.
    pub fn text(body: &'a str) -> Self {
        Self::Text { text: Text { preview_url: false, body } }
    }

    /// A file that Meta has, sent as the kind that it is.
    pub fn media(kind: MediaKind, media: Media<'a>) -> Self {
        match kind {
            MediaKind::Image => Self::Image { image: media },
            MediaKind::Video => Self::Video { video: media },
            MediaKind::Audio => Self::Audio { audio: media },
            MediaKind::Document => Self::Document { document: media },
        }
    }

    /// The template of this name and language with its components filled in, as Graph takes them.
    pub fn template(name: &'a str, language: &'a str, components: &'a Value) -> Self {
        Self::Template { template: Template { name, language: Language { code: language }, components } }
    }
}

/// A text as Graph takes it.
#[derive(Clone, Serialize)]
pub struct Text<'a> {
    /// Whether the first link is shown with a preview.
    pub preview_url: bool,
    /// 1 to 4,096 characters.
    pub body: &'a str,
}

/// A file as Graph takes it.
#[derive(Clone, Serialize)]
pub struct Media<'a> {
    /// Meta's id of it.
    pub id: &'a str,
    /// 1 to 1,024 characters; nothing under a sound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<&'a str>,
    /// What a document is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filename: Option<&'a str>,
}

/// Only the id.
impl std::fmt::Debug for Media<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Media({})", self.id)
    }
}

/// A template as Graph takes it.
#[derive(Clone, Serialize)]
pub struct Template<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its language.
    pub language: Language<'a>,
    /// The array of header, body and buttons with their parameters.
    pub components: &'a Value,
}

/// A language as Graph takes it.
#[derive(Clone, Debug, Serialize)]
pub struct Language<'a> {
    /// Such as `en_US`.
    pub code: &'a str,
}

/// Without the parameters, which tell of people.
impl std::fmt::Debug for Template<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Template({} in {})", self.name, self.language.code)
    }
}

/// Only the length: what people write has no place in a log.
impl std::fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Text({} bytes)", self.body.len())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{json, to_value};

    use super::*;

    #[test]
    fn a_text_goes_to_a_number_with_its_plus() {
        let to = Customer::from_whatsapp("16505551234").unwrap();
        let message = Outgoing::new(&to, Payload::text("Hello")).with_callback_data("x:1");
        let expected = json!({
            "messaging_product": "whatsapp", "recipient_type": "individual", "to": "+16505551234",
            "type": "text", "text": {"preview_url": false, "body": "Hello"}, "biz_opaque_callback_data": "x:1",
        });
        assert_eq!(to_value(message).unwrap(), expected);
    }

    #[test]
    fn a_file_goes_out_as_what_it_is() {
        let to = Customer::from_whatsapp("16505551234").unwrap();
        let file = Media { id: "8000000000000001", caption: Some("Look"), filename: Some("bill.pdf") };
        let message = to_value(Outgoing::new(&to, Payload::media(MediaKind::Document, file))).unwrap();
        assert_eq!(message["type"], "document");
        let expected = json!({"id": "8000000000000001", "caption": "Look", "filename": "bill.pdf"});
        assert_eq!(message["document"], expected);
        for kind in [MediaKind::Image, MediaKind::Video, MediaKind::Audio] {
            let file = Media { id: "8", caption: None, filename: None };
            let message = to_value(Outgoing::new(&to, Payload::media(kind, file))).unwrap();
            assert_eq!(message["type"], kind.to_string());
            assert_eq!(message[kind.to_string()], json!({"id": "8"}));
        }
    }

    #[test]
    fn a_template_goes_out_with_its_parameters() {
        let to = Customer::from_whatsapp("16505551234").unwrap();
        let components = json!([{"type": "body", "parameters": [{"type": "text", "text": "John"}]}]);
        let message =
            to_value(Outgoing::new(&to, Payload::template("welcome", "en_US", &components))).unwrap();
        assert_eq!(message["type"], "template");
        let expected = json!({"name": "welcome", "language": {"code": "en_US"}, "components": components});
        assert_eq!(message["template"], expected);
    }

    #[test]
    fn a_business_scoped_id_is_a_recipient() {
        let to = Customer::from_whatsapp("US.13491208655302741918").unwrap();
        let message = to_value(Outgoing::new(&to, Payload::text("Hello"))).unwrap();
        assert_eq!(message["recipient"], "US.13491208655302741918");
        assert!(message.get("to").is_none() && message.get("biz_opaque_callback_data").is_none());
    }
}
