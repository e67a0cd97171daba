//! What the reference page shows of components. They are read by the model, which knows both wire forms.

use utoipa::ToSchema;

/// What a template says: an object like this, or Graph's array (`[{"type": "BODY", "text": …}, …]`).
#[derive(Debug, ToSchema)]
#[schema(as = TemplateComponents)]
#[expect(dead_code, reason = "only its schema is used")]
pub struct ComponentsSchema {
    /// What stands above the body.
    header: Option<HeaderSchema>,
    /// The body.
    body: BodySchema,
    /// What stands below it.
    footer: Option<FooterSchema>,
    /// At most ten buttons, each with its `type` and Meta's fields of it.
    buttons: Option<Vec<ButtonSchema>>,
}

/// What stands above the body.
#[derive(Debug, ToSchema)]
#[schema(as = TemplateHeader)]
#[expect(dead_code, reason = "only its schema is used")]
pub struct HeaderSchema {
    /// `TEXT`, which is the default, `IMAGE`, `VIDEO`, `GIF`, `DOCUMENT` or `LOCATION`.
    #[schema(example = "TEXT")]
    format: Option<String>,
    /// The text, at most 60 characters with at most one variable.
    #[schema(example = "Welcome")]
    text: Option<String>,
    /// A sample of the variable; or of the file: `{"media_id": …}` or `{"header_handle": […]}`.
    #[schema(value_type = Option<Object>)]
    example: Option<serde_json::Value>,
}

/// The body.
#[derive(Debug, ToSchema)]
#[schema(as = TemplateBody)]
#[expect(dead_code, reason = "only its schema is used")]
pub struct BodySchema {
    /// The text, at most 1,024 characters. Variables are `{{1}}`, `{{2}}` … or `{{first_name}}`.
    #[schema(example = "Hello {{1}}, welcome to our service!")]
    text: Option<String>,
    /// Samples of the variables, in order or by name. Where there are none, some are made up.
    #[schema(value_type = Option<Vec<String>>, example = json!(["John"]))]
    example: Option<serde_json::Value>,
    /// Authentication templates only: whether the text asks not to share the code.
    add_security_recommendation: Option<bool>,
}

/// What stands below the body.
#[derive(Debug, ToSchema)]
#[schema(as = TemplateFooter)]
#[expect(dead_code, reason = "only its schema is used")]
pub struct FooterSchema {
    /// The text, at most 60 characters without variables.
    #[schema(example = "Reply STOP to unsubscribe")]
    text: Option<String>,
    /// Authentication templates only: how many minutes the code is good, 1 to 90.
    code_expiration_minutes: Option<u32>,
}

/// A button.
#[derive(Debug, ToSchema)]
#[schema(as = TemplateButton)]
#[expect(dead_code, reason = "only its schema is used")]
pub struct ButtonSchema {
    /// `QUICK_REPLY`, `URL`, `PHONE_NUMBER`, `COPY_CODE`, `OTP`, `FLOW` or another type of Meta's.
    #[serde(rename = "type")]
    #[schema(example = "QUICK_REPLY")]
    kind: String,
    /// The label, at most 25 characters.
    #[schema(example = "Stop promotions")]
    text: Option<String>,
    /// The address of a `URL` button; it may end in `{{1}}`.
    url: Option<String>,
    /// The number of a `PHONE_NUMBER` button.
    phone_number: Option<String>,
}
