//! Graph's own words for why it refused.

use std::fmt;
use std::time::Duration;

use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde_json::Value;
use switchboard_model::message::Failure;

use crate::{Disposition, loose};

/// Stands for the code of an answer that has none. Meta's own codes are not negative.
pub const NO_CODE: i64 = -1;

const MAX_TEXT_CHARACTERS: usize = 1_000;
/// Secrets of Meta are longer than any word of a message.
const MIN_SECRET_LENGTH: usize = 32;
const TOKEN_START: &str = "EAA";

/// An error object of Graph (Meta, Graph API, "Handling errors"). Its texts may name a recipient, so neither
/// `Display` nor `Debug` shows them; tokens are cut out of them.
#[derive(Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Meta's error code, or [`NO_CODE`].
    pub code: i64,
    /// Meta's subcode.
    pub subcode: Option<i64>,
    /// Meta's name of the sort of error, such as `OAuthException`.
    pub kind: Option<String>,
    /// What went wrong, without the `(#code)` in front of it.
    pub title: String,
    /// More about it.
    pub details: Option<String>,
    /// Meta's name of the request, for its support.
    pub fbtrace_id: Option<String>,
    /// The HTTP status; 0 where the request was not even made.
    pub http_status: u16,
    /// Meta says that it will pass.
    pub is_transient: bool,
    /// When Meta says that calls are let through again.
    pub retry_after: Option<Duration>,
}

impl Refusal {
    /// Reads an error object, or the string that some answers have in its place.
    pub(crate) fn read(http_status: u16, error: &Value) -> Self {
        // Of templates, what is wrong stands in the words for users only.
        let details = loose::text(&error["error_user_msg"])
            .or_else(|| loose::text_at(error, &["error_data", "details"]))
            .or_else(|| loose::text(&error["error_data"]));
        let message = loose::text(&error["message"]).or_else(|| loose::text(error));
        let title = message.or_else(|| loose::text(&error["error_user_title"]));
        Self {
            code: loose::integer(&error["code"]).unwrap_or(NO_CODE),
            subcode: loose::integer(&error["error_subcode"]),
            kind: loose::text(&error["type"]),
            title: title
                .as_deref()
                .map_or_else(|| "Unknown error".to_owned(), |text| clean(without_code(text))),
            details: details.as_deref().map(clean),
            fbtrace_id: loose::text(&error["fbtrace_id"]),
            http_status,
            is_transient: error["is_transient"].as_bool().unwrap_or(false),
            retry_after: None,
        }
    }

    /// A refusal of which only the HTTP status is known.
    pub(crate) fn unexplained(http_status: u16) -> Self {
        let mut refusal = Self::read(http_status, &Value::Null);
        refusal.title = format!("Request refused with HTTP status {http_status}");
        refusal
    }

    /// What Graph would say of a token that can't stand in a header.
    pub(crate) fn unusable_token() -> Self {
        let mut refusal = Self::read(0, &Value::Null);
        refusal.code = 190;
        "Malformed access token".clone_into(&mut refusal.title);
        refusal
    }

    pub(crate) fn with_headers(mut self, headers: &HeaderMap) -> Self {
        self.retry_after = regain_access(headers);
        self
    }

    /// What a sender does about it.
    pub fn disposition(&self) -> Disposition {
        Disposition::of(self)
    }

    /// The title and, where there are any, the details.
    pub fn explanation(&self) -> String {
        match &self.details {
            Some(details) if *details != self.title => format!("{}: {details}", self.title),
            _ => self.title.clone(),
        }
    }

    /// What a message that fails of it shows.
    pub fn failure(&self) -> Failure {
        Failure { code: self.code, title: self.title.clone(), details: self.details.clone() }
    }
}

impl std::error::Error for Refusal {}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Graph refused with code {}", self.code)?;
        if let Some(subcode) = self.subcode {
            write!(f, ", subcode {subcode}")?;
        }
        write!(f, ", HTTP status {}", self.http_status)?;
        if let Some(trace) = &self.fbtrace_id {
            write!(f, ", trace {trace}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Refusal({self})")
    }
}

/// `Rate limit hit` of `(#130429) Rate limit hit`.
fn without_code(message: &str) -> &str {
    let rest = message.strip_prefix("(#").and_then(|rest| rest.split_once(')'));
    match rest {
        Some((code, rest)) if code.bytes().all(|byte| byte.is_ascii_digit()) && !rest.trim().is_empty() => {
            rest.trim()
        }
        _ => message,
    }
}

/// The text, shortened, with everything cut out that looks like a token: Graph quotes a malformed one.
fn clean(text: &str) -> String {
    let is_secret =
        |word: &str| word.len() >= MIN_SECRET_LENGTH || (word.starts_with(TOKEN_START) && word.len() > 3);
    let in_word = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '|');
    let mut cleaned = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|character| !in_word(character)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        cleaned.push_str(if is_secret(word) { "…" } else { word });
        let next = after.find(in_word).unwrap_or(after.len());
        cleaned.push_str(&after[..next]);
        rest = &after[next..];
    }
    cleaned.chars().take(MAX_TEXT_CHARACTERS).collect()
}

/// The longest wait that the headers name: minutes by business account in `X-Business-Use-Case-Usage` (Meta,
/// Graph API, "Rate limits"), or seconds in `Retry-After`.
fn regain_access(headers: &HeaderMap) -> Option<Duration> {
    let usage = headers.get("x-business-use-case-usage").and_then(|value| value.to_str().ok());
    let usage = usage.and_then(|text| serde_json::from_str::<Value>(text).ok());
    let minutes = usage.iter().filter_map(Value::as_object).flat_map(|by_account| by_account.values());
    let minutes = minutes.filter_map(Value::as_array).flatten();
    let minutes =
        minutes.filter_map(|use_case| loose::integer(&use_case["estimated_time_to_regain_access"])).max();
    let seconds = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse::<u64>().ok());
    let from_minutes =
        minutes.and_then(|minutes| u64::try_from(minutes).ok()).map(|minutes| minutes.saturating_mul(60));
    from_minutes.max(seconds).filter(|seconds| *seconds > 0).map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_error_object_is_read_in_all_its_shapes() {
        let full = Refusal::read(
            400,
            &json!({"message": "(#130429) Rate limit hit", "type": "OAuthException", "code": 130_429,
                "error_data": {"messaging_product": "whatsapp", "details": "Too many"}, "error_subcode": 2_494_055,
                "fbtrace_id": "Az8", "is_transient": true}),
        );
        assert_eq!(
            (full.code, full.subcode, full.title.as_str()),
            (130_429, Some(2_494_055), "Rate limit hit")
        );
        assert_eq!(full.explanation(), "Rate limit hit: Too many");
        assert!(full.is_transient);
        assert_eq!(
            full.to_string(),
            "Graph refused with code 130429, subcode 2494055, HTTP status 400, trace Az8"
        );

        let plain = Refusal::read(400, &json!({"code": "100", "error_data": "blame field"}));
        assert_eq!((plain.code, plain.details.as_deref()), (100, Some("blame field")));
        let odd = Refusal::read(400, &json!("invalid_request"));
        assert_eq!((odd.code, odd.title.as_str()), (NO_CODE, "invalid_request"));
        assert_eq!(Refusal::read(400, &json!({"code": null, "message": []})).title, "Unknown error");
    }

    #[test]
    fn a_quoted_token_is_cut_out_and_nothing_personal_is_printed() {
        let error = json!({"code": 190, "message": "Malformed access token EAAG0nZCx: for +1 631-555-5555"});
        let refusal = Refusal::read(401, &error);
        assert_eq!(refusal.title, "Malformed access token …: for +1 631-555-5555");
        assert!(!format!("{refusal} {refusal:?}").contains("555"));
        assert_eq!(clean(&format!("secret {}!", "0f".repeat(16))), "secret …!");
    }

    #[test]
    fn the_longest_wait_of_the_headers_counts() {
        let mut headers = HeaderMap::new();
        assert_eq!(regain_access(&headers), None);
        let usage = r#"{"1":[{"estimated_time_to_regain_access":0},{"estimated_time_to_regain_access":7}],"2":"odd"}"#;
        headers.insert("x-business-use-case-usage", usage.parse().unwrap());
        assert_eq!(regain_access(&headers), Some(Duration::from_mins(7)));
        headers.insert(RETRY_AFTER, "600".parse().unwrap());
        assert_eq!(regain_access(&headers), Some(Duration::from_mins(10)));
    }
}
