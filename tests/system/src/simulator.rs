//! The simulated Meta, through its control endpoints.

use serde_json::{Value, json};

use crate::Api;

/// The simulated Meta.
#[derive(Clone, Debug)]
pub struct Simulator(Api);

impl Simulator {
    /// The simulator at `url`.
    pub fn new(url: &str) -> Self {
        Self(Api::new(format!("{url}/_sim")))
    }

    /// How often a message with this callback data before the colon was really accepted.
    pub async fn times_accepted(&self, message: &str) -> u64 {
        let answer = self.0.get(&format!("/accepted/{message}?prefix=true")).await;
        answer.body["accepted"].as_u64().expect("a count")
    }

    /// The texts that a number sent to a recipient, in order.
    pub async fn accepted_texts(&self, meta_id: &str, to: &str) -> Vec<String> {
        let path = format!("/messages?phone_number_id={meta_id}&to={}", to.trim_start_matches('+'));
        let answer = self.0.get(&path).await;
        let messages = answer.body["messages"].as_array().expect("a list").iter();
        messages
            .filter_map(|message| message["payload"]["text"]["body"].as_str())
            .map(str::to_owned)
            .collect()
    }

    /// All messages of a number that were accepted, in order.
    pub async fn messages(&self, meta_id: &str) -> Vec<Value> {
        let answer = self.0.get(&format!("/messages?phone_number_id={meta_id}&limit=1000000")).await;
        answer.body["messages"].as_array().expect("a list").clone()
    }

    /// The counters of a number.
    pub async fn stats(&self, meta_id: &str) -> Value {
        self.0.get("/stats").await.body["numbers"][meta_id].clone()
    }

    /// Lets a number send so many messages a second.
    pub async fn set_throughput(&self, meta_id: &str, per_second: f64) {
        let body = json!({"phone_number_id": meta_id, "throughput_per_second": per_second});
        assert!(self.0.post("/config", body).await.status.is_success());
    }

    /// Lets the account of a number write to any number of users.
    pub async fn set_unlimited(&self, meta_id: &str) {
        let body = json!({"phone_number_id": meta_id, "messaging_limit_tier": "TIER_UNLIMITED"});
        assert!(self.0.post("/numbers", body).await.status.is_success());
    }

    /// Moves a template of Meta's into a state, which Meta tells by a webhook.
    pub async fn set_template_status(&self, meta_id: &str, status: &str) {
        let answer = self.0.post(&format!("/templates/{meta_id}/status"), json!({"status": status})).await;
        assert!(answer.status.is_success(), "{}", answer.text);
    }

    /// Holds back the answer to the next message of a number.
    pub async fn hold(&self, meta_id: &str) {
        let answer = self.0.post("/hold", json!({"phone_number_id": meta_id})).await;
        assert!(answer.status.is_success(), "{}", answer.text);
    }

    /// Whether an answer to a number is held back.
    pub async fn holds(&self, meta_id: &str) -> bool {
        let held = self.0.get("/held").await.body["held"].clone();
        held.as_array().into_iter().flatten().any(|held| held["phone_number_id"] == meta_id)
    }

    /// Lets all answers go that are held back.
    pub async fn release(&self) {
        assert!(self.0.post("/release", json!({})).await.status.is_success());
    }

    /// Makes a customer write in; Meta's ids of what they wrote.
    pub async fn write_in(&self, body: Value) -> Vec<String> {
        let answer = self.0.post("/inbound", body).await;
        let ids = answer.body["wamids"].as_array().or_else(|| answer.body["messages"].as_array());
        let ids = ids.unwrap_or_else(|| panic!("ids in {}", answer.text)).iter();
        ids.filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// Signs and posts a webhook; what the receiver answered.
    pub async fn post_webhook(&self, body: Value) -> Value {
        self.0.post("/webhook", json!({"body": body})).await.body
    }
}
