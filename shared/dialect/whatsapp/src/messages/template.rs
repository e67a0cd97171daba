//! Template messages on the wire.

use serde::Deserialize;
use serde_json::Value;
use switchboard_model::DomainError;
use switchboard_model::conversation::Customer;
use switchboard_model::field::Checks;
use switchboard_model::id::spelling::uuid;
use switchboard_model::template::{self, SendComponents};
use utoipa::ToSchema;

use super::{Recipient, recipient};
use crate::WireId;

/// A template to send.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"workspace_id": "019b76da-a800-7000-8000-000000000000", "phone_number_id": "019b76da-a800-7000-8000-000000000000", "to": "+1234567890", "template_name": "welcome_message", "template_language": "en", "components": {"body": [{"type": "text", "text": "John"}]}}))]
pub struct SendTemplateIn {
    /// The workspace that sends.
    workspace_id: WireId,
    /// The number that it sends from.
    phone_number_id: WireId,
    /// The number that it sends to, in E.164; or the business-scoped user id of somebody whose number WhatsApp hides.
    #[schema(example = "+1234567890")]
    to: String,
    /// The template's name.
    #[schema(example = "welcome_message")]
    template_name: String,
    /// Its language.
    #[schema(example = "en")]
    template_language: String,
    /// What is to be filled in: `{"header": […], "body": […], "buttons": […]}`, or the array of components as Graph
    /// takes it. A file in the header may be named by our id of it.
    #[schema(value_type = Option<Object>, example = json!({"body": [{"type": "text", "text": "John"}]}))]
    components: Option<Value>,
}

/// The checked form of [`SendTemplateIn`].
#[derive(Debug)]
pub struct SendTemplate {
    /// From where to whom.
    pub recipient: Recipient,
    /// The template's name.
    pub name: String,
    /// Its language as Graph spells it.
    pub language: String,
    /// What is to be filled in.
    pub components: SendComponents,
}

impl TryFrom<SendTemplateIn> for SendTemplate {
    type Error = DomainError;

    fn try_from(wire: SendTemplateIn) -> Result<Self, DomainError> {
        let mut checks = Checks::default();
        let to = checks.body("to", Customer::addressed(&wire.to));
        let name = checks.body("template_name", template::name(&wire.template_name));
        let language = checks.body("template_language", template::language(&wire.template_language));
        let components = match wire.components.filter(|components| !components.is_null()) {
            None => Some(SendComponents::default()),
            Some(components) => SendComponents::parse(&components, &uuid::parse)
                .map_err(|errors| errors.into_iter().for_each(|error| checks.push(error)))
                .ok(),
        };
        let checked = to.zip(name).zip(language.zip(components));
        let ((to, name), (language, components)) = checks.finish(checked)?;
        let recipient = recipient(wire.workspace_id, wire.phone_number_id, to)?;
        Ok(Self { recipient, name, language, components })
    }
}
