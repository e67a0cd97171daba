//! What a workspace's settings say of its messages: the object `messaging` in them.

use serde_json::Value;

use crate::field::{Reason, Refusal};
use crate::keyword::{self, Keyword};

/// Most words that a workspace adds to a list or removes from it.
pub const KEYWORDS_MAX: usize = 100;

/// What a workspace's settings say of its messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessagingSettings {
    /// Whether free-form messages outside the customer service window are refused at once; they are, unless the
    /// settings say otherwise.
    pub enforce_window: bool,
    /// Changes to the words with which a customer opts out.
    pub opt_out_keywords: KeywordChanges,
    /// Changes to the words with which a customer opts in.
    pub opt_in_keywords: KeywordChanges,
}

/// What a workspace adds to a list of words and removes from it, normalised.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeywordChanges {
    /// Words that count as well.
    pub add: Vec<String>,
    /// Words that do not count.
    pub remove: Vec<String>,
}

impl MessagingSettings {
    /// What checked `settings` say.
    pub fn of(settings: &Value) -> Self {
        let messaging = &settings["messaging"];
        Self {
            enforce_window: messaging["enforce_window"].as_bool().unwrap_or(true),
            opt_out_keywords: KeywordChanges::of(&messaging["opt_out_keywords"]),
            opt_in_keywords: KeywordChanges::of(&messaging["opt_in_keywords"]),
        }
    }

    /// What a customer who said `text`, and nothing else, asks for. Who says a word of both lists opts out.
    pub fn keyword(&self, text: &str) -> Option<Keyword> {
        let said = keyword::normalised(text)?;
        [Keyword::OptOut, Keyword::OptIn].into_iter().find(|keyword| {
            let changes = self.changes(*keyword);
            let known = keyword.is_known_as(&said) && !changes.remove.contains(&said);
            known || changes.add.contains(&said)
        })
    }

    fn changes(&self, keyword: Keyword) -> &KeywordChanges {
        match keyword {
            Keyword::OptOut => &self.opt_out_keywords,
            Keyword::OptIn => &self.opt_in_keywords,
        }
    }

    /// Checks what `settings` say of messages. Names that are not known here are the workspace's own business.
    pub fn check(settings: &Value) -> Result<(), Refusal> {
        let messaging = &settings["messaging"];
        if !messaging.is_null() && !messaging.is_object() {
            return Err(wrong_type("messaging", "an object"));
        }
        let enforce_window = &messaging["enforce_window"];
        if !enforce_window.is_null() && !enforce_window.is_boolean() {
            return Err(wrong_type("messaging.enforce_window", "true or false"));
        }
        for list in ["opt_out_keywords", "opt_in_keywords"] {
            check_changes(&format!("messaging.{list}"), &messaging[list])?;
        }
        Ok(())
    }
}

impl KeywordChanges {
    fn of(value: &Value) -> Self {
        let words = |name: &str| {
            let words = value[name].as_array().map(Vec::as_slice).unwrap_or_default();
            words.iter().filter_map(Value::as_str).filter_map(keyword::normalised).collect()
        };
        Self { add: words("add"), remove: words("remove") }
    }
}

fn check_changes(path: &str, value: &Value) -> Result<(), Refusal> {
    if value.is_null() {
        return Ok(());
    }
    if !value.is_object() {
        return Err(wrong_type(path, "an object with the lists add and remove"));
    }
    for name in ["add", "remove"] {
        let list = &value[name];
        if list.is_null() {
            continue;
        }
        let Some(words) = list.as_array() else {
            return Err(wrong_type(&format!("{path}.{name}"), "a list of words"));
        };
        if words.len() > KEYWORDS_MAX {
            let message = format!("{path}.{name} should have at most {KEYWORDS_MAX} words");
            return Err(Refusal::new(Reason::TooLong, message));
        }
        if !words.iter().all(|word| word.as_str().and_then(keyword::normalised).is_some()) {
            let message = format!(
                "{path}.{name} should hold words of 1 to {} characters with a letter or digit in each",
                keyword::MAX_LENGTH
            );
            return Err(Refusal::new(Reason::BadValue, message));
        }
    }
    Ok(())
}

fn wrong_type(path: &str, expected: &str) -> Refusal {
    Refusal::new(Reason::WrongType, format!("{path} should be {expected}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_window_is_enforced_unless_the_settings_say_otherwise() {
        assert!(MessagingSettings::of(&json!({})).enforce_window);
        assert!(MessagingSettings::of(&json!({"messaging": {"own": 1}})).enforce_window);
        assert!(!MessagingSettings::of(&json!({"messaging": {"enforce_window": false}})).enforce_window);
    }

    #[test]
    fn a_workspace_adds_words_and_removes_words() {
        let settings = MessagingSettings::of(&json!({"messaging": {
            "opt_out_keywords": {"add": ["Fora!"], "remove": ["CANCEL"]},
            "opt_in_keywords": {"add": ["I am back"]},
        }}));
        let said = |text: &str| settings.keyword(text);
        assert_eq!(said("FORA"), Some(Keyword::OptOut));
        assert_eq!(said("Stop"), Some(Keyword::OptOut));
        assert_eq!(said("cancel"), None);
        assert_eq!(said("i am back."), Some(Keyword::OptIn));
        assert_eq!(said("Please do not stop"), None);
    }

    #[test]
    fn what_is_no_setting_of_messages_is_refused_by_name() {
        let refused = |messaging: Value| {
            MessagingSettings::check(&json!({"messaging": messaging})).unwrap_err().message
        };
        let refusals = [
            refused(json!([])),
            refused(json!({"enforce_window": "no"})),
            refused(json!({"opt_out_keywords": ["STOP"]})),
            refused(json!({"opt_out_keywords": {"add": "STOP"}})),
            refused(json!({"opt_in_keywords": {"remove": ["…"]}})),
            refused(json!({"opt_in_keywords": {"add": ["x".repeat(65)]}})),
            refused(json!({"opt_in_keywords": {"add": vec!["x"; 101]}})),
        ];
        insta::assert_snapshot!(refusals.join("\n"), @"
        messaging should be an object
        messaging.enforce_window should be true or false
        messaging.opt_out_keywords should be an object with the lists add and remove
        messaging.opt_out_keywords.add should be a list of words
        messaging.opt_in_keywords.remove should hold words of 1 to 64 characters with a letter or digit in each
        messaging.opt_in_keywords.add should hold words of 1 to 64 characters with a letter or digit in each
        messaging.opt_in_keywords.add should have at most 100 words
        ");
        let own =
            json!({"messaging": {"enforce_window": null, "opt_in_keywords": {"add": ["ja"]}, "own": [1]}});
        assert_eq!(MessagingSettings::check(&own), Ok(()));
    }
}
