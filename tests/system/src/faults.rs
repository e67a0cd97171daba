//! Faults of the local AWS, brought on by the proxy in front of it.

use serde_json::{Value, json};

use crate::Api;

/// What brings on faults of the local AWS.
#[derive(Clone, Debug)]
pub struct Faults(Api);

impl Faults {
    /// The proxy at `url`.
    pub fn new(url: &str) -> Self {
        Self(Api::new(url.to_owned()))
    }

    /// Adds a rule: `times` calls of `target` whose body holds `matching` meet `action`.
    pub async fn add(&self, target: &str, matching: &str, action: Value, times: u64) {
        let rule = json!([{"target": target, "match": matching, "action": action, "times": times}]);
        let answer = self.0.post("/_faults", rule).await;
        assert!(answer.status.is_success(), "{}", answer.text);
    }

    /// How often the rules for calls whose body holds `matching` have struck.
    pub async fn struck(&self, matching: &str) -> u64 {
        let rules = self.0.get("/_faults").await.body;
        let rules = rules.as_array().or_else(|| rules["rules"].as_array()).expect("a list of rules").clone();
        rules.iter().filter(|rule| rule["match"] == matching).filter_map(|rule| rule["hits"].as_u64()).sum()
    }
}
