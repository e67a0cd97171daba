//! What a campaign's message says: the template with the parameters of its recipient.

use serde_json::Value;
use switchboard_model::message::{Content, SentTemplate};
use switchboard_model::recipient::FrozenParameters;
use switchboard_model::template::{Body, Template};

/// The content of a message made of `template` with these parameters.
pub(super) fn content(template: &Template, parameters: &FrozenParameters) -> Content {
    Content::Template(SentTemplate {
        template_id: template.id,
        name: template.name.clone(),
        language: template.language.clone(),
        category: template.category.to_string(),
        components: parameters.components.clone(),
        media: parameters.media.clone(),
        preview: preview(template, &parameters.components),
    })
}

/// The body as its recipient reads it.
fn preview(template: &Template, components: &Value) -> String {
    let text = match &template.components.body {
        Some(Body::Text(body)) => body.text.as_str(),
        Some(Body::Authentication { .. }) => "{{1}} is your verification code.",
        None => return String::new(),
    };
    let body = components.as_array().into_iter().flatten().find(|component| component["type"] == "body");
    let parameters = body.and_then(|body| body["parameters"].as_array()).map_or(&[][..], Vec::as_slice);
    let mut preview = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((name, after)) = after.split_once("}}") else { break };
        preview.push_str(before);
        if let Some(value) = value(parameters, name.trim()) {
            preview.push_str(value);
        } else {
            preview.push_str("{{");
            preview.push_str(name);
            preview.push_str("}}");
        }
        rest = after;
    }
    preview.push_str(rest);
    preview
}

fn value<'a>(parameters: &'a [Value], name: &str) -> Option<&'a str> {
    let parameter = match name.parse::<usize>() {
        Ok(number) => parameters.get(number.checked_sub(1)?),
        Err(_) => parameters.iter().find(|parameter| parameter["parameter_name"] == name),
    }?;
    let fallback = |kind: &str| parameter[kind]["fallback_value"].as_str();
    parameter["text"].as_str().or_else(|| fallback("currency")).or_else(|| fallback("date_time"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_found_by_number_and_by_name() {
        let parameters = json!([
            {"type": "text", "text": "Ada"},
            {"type": "currency", "currency": {"fallback_value": "$5"}},
            {"type": "text", "parameter_name": "city", "text": "Berlin"},
        ]);
        let parameters = parameters.as_array().map(Vec::as_slice).unwrap_or_default();
        assert_eq!(value(parameters, "1"), Some("Ada"));
        assert_eq!(value(parameters, "2"), Some("$5"));
        assert_eq!(value(parameters, "city"), Some("Berlin"));
        assert_eq!(
            (value(parameters, "0"), value(parameters, "9"), value(parameters, "x")),
            (None, None, None)
        );
    }
}
