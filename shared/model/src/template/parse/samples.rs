//! Samples of variables. The object form has them in `example` as a list, or by name; Graph's has them in members of
//! `example`, positional ones in a list or a list of lists.

use super::super::place::At;
use super::super::text::variables;
use crate::field::{FieldError, Reason};

/// Most characters of a sample.
const SAMPLE_MAX_LENGTH: usize = 1_024;

/// The samples of the variables of `text`, in their order; none where none are given.
pub(super) fn read(at: &At<'_>, text: &str, keys: &[&str; 2]) -> Result<Vec<String>, FieldError> {
    let Some(example) = at.member("example") else { return Ok(Vec::new()) };
    let variables = variables(text);
    let inner = keys.iter().find_map(|key| example.member(key)).unwrap_or_else(|| example.clone());
    let given =
        if inner.value.is_object() { by_name(&inner, &variables)? } else { in_order(&inner, &variables)? };
    if given.is_empty() || given.len() == variables.len() {
        return Ok(given);
    }
    Err(inner.refuse(
        Reason::BadValue,
        format!(
            "One sample should be given for each variable: {} given, {} expected",
            given.len(),
            variables.len()
        ),
    ))
}

fn by_name(given: &At<'_>, variables: &[String]) -> Result<Vec<String>, FieldError> {
    let members = given.value.as_object().map(serde_json::Map::len).unwrap_or_default();
    if members == 0 {
        return Ok(Vec::new());
    }
    let sample = |name: &String| given.text_of(name, 1, SAMPLE_MAX_LENGTH);
    let samples = variables.iter().map(sample).collect::<Result<Vec<_>, _>>()?;
    if members == samples.len() {
        return Ok(samples);
    }
    Err(given.refuse(Reason::BadValue, "Samples should be given for the variables of the text only"))
}

fn in_order(given: &At<'_>, variables: &[String]) -> Result<Vec<String>, FieldError> {
    let Some(mut items) = given.items() else {
        // The only sample may stand for itself.
        return Ok(vec![given.text(1, SAMPLE_MAX_LENGTH)?]);
    };
    if let Some(first) = items.first()
        && let Some(nested) = first.items()
    {
        items = nested;
    }
    if items.first().is_some_and(|first| first.value.get("param_name").is_some()) {
        return of_named_params(given, &items, variables);
    }
    items.iter().map(|item| item.text(1, SAMPLE_MAX_LENGTH)).collect()
}

fn of_named_params(
    given: &At<'_>,
    items: &[At<'_>],
    variables: &[String],
) -> Result<Vec<String>, FieldError> {
    let of = |name: &String| items.iter().find(|item| item.value["param_name"] == name.as_str());
    let missing =
        |name: &String| given.refuse(Reason::BadValue, format!("A sample is missing for {{{{{name}}}}}"));
    variables
        .iter()
        .map(|name| of(name).ok_or_else(|| missing(name))?.text_of("example", 1, SAMPLE_MAX_LENGTH))
        .collect()
}
