//! Variables in template texts: `{{1}}`, `{{2}}` or `{{lower_snake}}`.

use serde_json::Value;

/// What is wrong with a text's variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VariableError {
    /// Braces that do not pair, or a name that is none.
    Malformed,
    /// Numbered and named ones in one text, or not those that the template's format says.
    WrongFormat,
    /// Numbers that do not count up from 1.
    NotSequential,
}

impl VariableError {
    /// The error in words.
    pub fn text(self) -> &'static str {
        match self {
            Self::Malformed => "Variables are written {{1}} or {{lower_snake}}",
            Self::WrongFormat => "Variables do not have the form that parameter_format says",
            Self::NotSequential => "Numbered variables count up from {{1}}",
        }
    }
}

/// The variables of a text in order of appearance, without repetitions.
pub fn parse(text: &str) -> Result<Vec<String>, VariableError> {
    let (mut found, mut rest) = (Vec::new(), text);
    while let Some(start) = rest.find("{{") {
        let inner = &rest[start + 2..];
        let end = inner.find("}}").ok_or(VariableError::Malformed)?;
        let name = inner[..end].trim();
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if name.is_empty() || !name.bytes().all(plain) {
            return Err(VariableError::Malformed);
        }
        if !found.iter().any(|known| known == name) {
            found.push(name.to_owned());
        }
        rest = &inner[end + 2..];
    }
    Ok(found)
}

/// The variables of a text, checked against the template's format.
pub fn checked(text: &str, named: bool) -> Result<Vec<String>, VariableError> {
    let variables = parse(text)?;
    let numbers: Vec<usize> = variables.iter().filter_map(|name| name.parse().ok()).collect();
    if named {
        return if numbers.is_empty() { Ok(variables) } else { Err(VariableError::WrongFormat) };
    }
    if numbers.len() != variables.len() {
        return Err(VariableError::WrongFormat);
    }
    let highest = numbers.iter().copied().max().unwrap_or(0);
    if highest != numbers.len() || numbers.contains(&0) {
        return Err(VariableError::NotSequential);
    }
    Ok((1..=highest).map(|number| number.to_string()).collect())
}

/// Puts values in place of variables.
pub fn fill(text: &str, values: &[(String, String)]) -> String {
    values
        .iter()
        .fold(text.to_owned(), |filled, (name, value)| filled.replace(&format!("{{{{{name}}}}}"), value))
}

/// Whether the text begins or ends with a variable.
pub fn at_an_end(text: &str) -> bool {
    let text = text.trim();
    text.starts_with("{{") || text.ends_with("}}")
}

/// The number of words beside the variables.
pub fn words(text: &str) -> usize {
    let mut plain = String::new();
    for (index, part) in text.split("{{").enumerate() {
        plain.push_str(if index == 0 { part } else { part.split_once("}}").map_or("", |(_, after)| after) });
        plain.push(' ');
    }
    plain.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count()
}

/// Whether a component has a sample for each variable, under `positional` or `named` of its `example`.
pub fn has_samples(component: &Value, keys: (&str, &str), variables: &[String], named: bool) -> bool {
    let example = &component["example"];
    if named {
        let given = example[keys.1].as_array().map_or(&[][..], Vec::as_slice);
        let is_given = |name: &String| given.iter().any(|sample| sample["param_name"] == name.as_str());
        return variables.iter().all(is_given);
    }
    let samples = match &example[keys.0] {
        Value::Array(rows) if rows.first().is_some_and(Value::is_array) => {
            rows[0].as_array().map_or(0, Vec::len)
        }
        Value::Array(flat) => flat.len(),
        _ => 0,
    };
    samples == variables.len()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbered_variables_count_up_from_one() {
        assert_eq!(checked("a {{1}} b {{2}} {{1}}", false), Ok(vec!["1".into(), "2".into()]));
        assert_eq!(checked("a {{2}}", false), Err(VariableError::NotSequential));
        assert_eq!(checked("a {{0}}", false), Err(VariableError::NotSequential));
        assert_eq!(checked("a {{name}}", false), Err(VariableError::WrongFormat));
    }

    #[test]
    fn named_variables_are_lower_snake() {
        assert_eq!(checked("a {{order_id}}", true), Ok(vec!["order_id".into()]));
        assert_eq!(checked("a {{1}}", true), Err(VariableError::WrongFormat));
        for text in ["{{Order}}", "{{a#}}", "{{", "{{}}", "a {{b"] {
            assert_eq!(parse(text), Err(VariableError::Malformed), "{text}");
        }
    }

    #[test]
    fn words_are_counted_beside_variables() {
        assert_eq!(words("Hello {{1}}, your order {{2}} is here!"), 5);
        assert_eq!(words("{{1}}"), 0);
    }

    #[test]
    fn samples_are_nested_or_flat() {
        let two = ["1".to_owned(), "2".to_owned()];
        let keys = ("body_text", "body_text_named_params");
        assert!(has_samples(&json!({"example": {"body_text": [["a", "b"]]}}), keys, &two, false));
        assert!(has_samples(&json!({"example": {"body_text": ["a", "b"]}}), keys, &two, false));
        assert!(!has_samples(&json!({"example": {"body_text": [["a"]]}}), keys, &two, false));
        let named = json!({"example": {"body_text_named_params": [{"param_name": "x", "example": "1"}]}});
        assert!(has_samples(&named, keys, &["x".to_owned()], true));
    }
}
